//@ crate: sqlx-postgres
//! Pools under other names: newtypes, aliases, statics, fields, accessors, enums.
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

const ADD_ORDER: &str = "INSERT INTO orders (customer) VALUES ($1)";
const ADD_EVENT: &str = "INSERT INTO events (customer) VALUES ($1)";

/// A pool with a name for its traces.
#[derive(Clone)]
pub struct TracedPool {
    inner: PgPool,
    pub name: &'static str,
}

impl Deref for TracedPool {
    type Target = PgPool;
    fn deref(&self) -> &PgPool {
        &self.inner
    }
}

// A newtype that derefs to the pool.
pub async fn bad_newtype(client: &TracedPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = client.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(&**client).await?; //~ query_escapes_transaction
    tx.commit().await
}

pub type Shared = Arc<PgPool>;

// An alias over `Arc`.
pub async fn bad_alias(db: Shared, customer: i64) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(&*db).await?; //~ query_escapes_transaction
    tx.commit().await
}

static POOL: OnceLock<PgPool> = OnceLock::new();

fn db() -> &'static PgPool {
    POOL.get_or_init(|| PgPoolOptions::new().connect_lazy("postgres://localhost/shop").unwrap())
}

// A static behind `get_or_init`, reached through a function.
pub async fn bad_static(customer: i64) -> sqlx::Result<()> {
    let mut tx = db().begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(db()).await?; //~ query_escapes_transaction
    tx.commit().await
}

pub struct Orders(PgPool);

impl Orders {
    fn pg(&self) -> &PgPool {
        &self.0
    }

    async fn record(&self, customer: i64) -> sqlx::Result<()> {
        sqlx::query(ADD_EVENT).bind(customer).execute(&self.0).await?;
        Ok(())
    }

    async fn record_in(&self, tx: &mut Transaction<'_, Postgres>, customer: i64) -> sqlx::Result<()> {
        sqlx::query(ADD_EVENT).bind(customer).execute(&mut **tx).await?;
        Ok(())
    }

    // The pool is a field, the transaction comes out of it.
    pub async fn bad_field(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.0.begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        sqlx::query(ADD_EVENT).bind(customer).execute(&self.0).await?; //~ query_escapes_transaction
        tx.commit().await
    }

    // The pool comes out of an accessor.
    pub async fn bad_accessor(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.pg().begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        sqlx::query(ADD_EVENT).bind(customer).execute(self.pg()).await?; //~ query_escapes_transaction
        tx.commit().await
    }

    // A method of the same object uses its pool field; its twin takes the transaction.
    pub async fn bad_wrong_twin(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.0.begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        self.record(customer).await?; //~ query_escapes_transaction
        tx.commit().await
    }

    // The right twin.
    pub async fn good_twin(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.0.begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        self.record_in(&mut tx, customer).await?;
        tx.commit().await
    }
}

/// Either the pool or the transaction.
pub enum Db<'a> {
    Pool(PgPool),
    Tx(&'a mut PgConnection),
}

impl From<PgPool> for Db<'_> {
    fn from(pool: PgPool) -> Self {
        Db::Pool(pool)
    }
}

impl<'a> From<&'a mut PgConnection> for Db<'a> {
    fn from(conn: &'a mut PgConnection) -> Self {
        Db::Tx(conn)
    }
}

async fn add_event(db: Db<'_>, customer: i64) -> sqlx::Result<()> {
    let query = sqlx::query(ADD_EVENT).bind(customer);
    match db {
        Db::Pool(pool) => query.execute(&pool).await?,
        Db::Tx(conn) => query.execute(conn).await?,
    };
    Ok(())
}

// An enum over pool and transaction is what it is made of at each call.
pub async fn bad_enum(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    add_event(Db::Pool(pool.clone()), customer).await?; //~ query_escapes_transaction
    tx.commit().await
}

// The same function inside the transaction.
pub async fn good_enum(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    add_event(Db::Tx(&mut tx), customer).await?;
    tx.commit().await
}

/// Owns its transaction and ends it.
pub struct UnitOfWork {
    tx: Transaction<'static, Postgres>,
}

impl UnitOfWork {
    pub async fn new(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self { tx: pool.begin().await? })
    }

    pub async fn add_order(&mut self, customer: i64) -> sqlx::Result<()> {
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *self.tx).await?;
        Ok(())
    }

    pub async fn save(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }
}

// The transaction lives in a struct until `save`.
pub async fn bad_unit_of_work(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut work = UnitOfWork::new(pool).await?;
    work.add_order(customer).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    work.save().await
}

// `save` has ended it.
pub async fn good_unit_of_work(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut work = UnitOfWork::new(pool).await?;
    work.add_order(customer).await?;
    work.save().await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    Ok(())
}
