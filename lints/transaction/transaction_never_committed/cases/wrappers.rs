//@ crate: sqlx-postgres
//! The transaction is inside a type of the workspace, behind traits.
use std::error::Error;

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

pub type Failure = Box<dyn Error + Send + Sync>;

/// What handlers are given.
#[async_trait]
pub trait Store: Send {
    fn sessions<'c>(&'c mut self) -> Box<dyn Sessions + 'c>;
    async fn save(self: Box<Self>) -> Result<(), Failure>;
    async fn cancel(self: Box<Self>) -> Result<(), Failure>;
}

#[async_trait]
pub trait Sessions: Send {
    async fn clean(&mut self) -> Result<u64, Failure>;
    async fn count(&mut self) -> Result<i64, Failure>;
}

pub struct PgStore {
    tx: Transaction<'static, Postgres>,
}

pub struct PgSessions<'c> {
    conn: &'c mut PgConnection,
}

impl<'c> PgSessions<'c> {
    pub fn new(conn: &'c mut PgConnection) -> Self {
        Self { conn }
    }
}

impl PgStore {
    pub async fn from_pool(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let tx = pool.begin().await?;
        Ok(Self { tx })
    }

    pub fn own_sessions(&mut self) -> PgSessions<'_> {
        PgSessions::new(&mut self.tx)
    }

    pub fn boxed(self) -> Box<dyn Store> {
        Box::new(self)
    }
}

#[async_trait]
impl Store for PgStore {
    fn sessions<'c>(&'c mut self) -> Box<dyn Sessions + 'c> {
        Box::new(PgSessions { conn: self.tx.as_mut() })
    }

    async fn save(self: Box<Self>) -> Result<(), Failure> {
        self.tx.commit().await?;
        Ok(())
    }

    async fn cancel(self: Box<Self>) -> Result<(), Failure> {
        self.tx.rollback().await?;
        Ok(())
    }
}

#[async_trait]
impl Sessions for PgSessions<'_> {
    async fn clean(&mut self) -> Result<u64, Failure> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires < now()").execute(&mut *self.conn).await?;
        Ok(done.rows_affected())
    }

    async fn count(&mut self) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&mut *self.conn).await?)
    }
}

// The clean-up that cleans nothing.
pub async fn bad_clean_up(pool: &PgPool) -> Result<u64, Failure> {
    let mut store = PgStore::from_pool(pool).await?.boxed(); //~ transaction_never_committed
    let cleaned = store.sessions().clean().await?;
    Ok(cleaned)
}

// The same without the box.
pub async fn bad_plain(pool: &PgPool) -> Result<u64, Failure> {
    let mut store = PgStore::from_pool(pool).await?; //~ transaction_never_committed
    let cleaned = store.sessions().clean().await?;
    Ok(cleaned)
}

// The accessor calls a constructor.
pub async fn bad_constructed(pool: &PgPool) -> Result<u64, Failure> {
    let mut store = PgStore::from_pool(pool).await?; //~ transaction_never_committed
    let cleaned = store.own_sessions().clean().await?;
    Ok(cleaned)
}

pub async fn good_saved(pool: &PgPool) -> Result<u64, Failure> {
    let mut store = PgStore::from_pool(pool).await?.boxed();
    let cleaned = store.sessions().clean().await?;
    store.save().await?;
    Ok(cleaned)
}

// It only reads.
pub async fn good_reads(pool: &PgPool) -> Result<i64, Failure> {
    let mut store = PgStore::from_pool(pool).await?.boxed();
    store.sessions().count().await
}

pub async fn good_cancelled(pool: &PgPool) -> Result<u64, Failure> {
    let mut store = PgStore::from_pool(pool).await?.boxed();
    let cleaned = store.sessions().clean().await?;
    store.cancel().await?;
    Ok(cleaned)
}

/// A repository that gives the transaction back.
pub struct Repository<C> {
    conn: C,
}

impl<C> Repository<C> {
    pub fn from_conn(conn: C) -> Self {
        Self { conn }
    }

    pub fn into_inner(self) -> C {
        self.conn
    }
}

impl Repository<Transaction<'static, Postgres>> {
    pub async fn touch(&mut self) -> sqlx::Result<()> {
        sqlx::query("UPDATE sessions SET seen = now()").execute(&mut *self.conn).await?;
        Ok(())
    }
}

// Moved in, and committed when it comes out again.
pub async fn good_into_inner(pool: &PgPool) -> Result<(), Failure> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE sessions SET seen = now()").execute(&mut *tx).await?;
    let mut repository = Repository::from_conn(tx);
    repository.touch().await?;
    repository.into_inner().commit().await?;
    Ok(())
}

pub struct Wrapped(pub anyhow::Error);

pub trait WrapError<T> {
    fn wrap_error(self) -> Result<T, Wrapped>;
}

impl<T, E: Into<anyhow::Error>> WrapError<T> for Result<T, E> {
    fn wrap_error(self) -> Result<T, Wrapped> {
        self.map_err(|error| Wrapped(error.into()))
    }
}

// Errors wrapped by an extension of `Result`.
pub async fn bad_wrapped_errors(pool: &PgPool) -> Result<(), Wrapped> {
    let mut tx = pool.begin().await.wrap_error()?; //~ transaction_never_committed
    sqlx::query("DELETE FROM audit").execute(&mut *tx).await.wrap_error()?;
    Ok(())
}

pub async fn good_wrapped_errors(pool: &PgPool) -> Result<(), Wrapped> {
    let mut tx = pool.begin().await.wrap_error()?;
    sqlx::query("DELETE FROM audit").execute(&mut *tx).await.wrap_error()?;
    tx.commit().await.wrap_error()
}

pub struct Block;

/// A trait for whatever talks to a node; what is committed there is no transaction.
#[async_trait]
pub trait Node {
    async fn commit(&self, height: u32) -> anyhow::Result<Block>;
}

#[async_trait]
impl<C> Node for C
where
    C: std::io::Read + Sync,
{
    async fn commit(&self, height: u32) -> anyhow::Result<Block> {
        anyhow::ensure!(height > 0);
        Ok(Block)
    }
}

// A transaction's own `commit` comes before those of traits.
pub async fn good_own_before_traits(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
    tx.commit().await
}
