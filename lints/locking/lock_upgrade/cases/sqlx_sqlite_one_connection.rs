//@ crate: sqlx-sqlite
//! Pools of one connection.
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Executor, SqlitePool};

const READ: &str = "SELECT stock FROM items WHERE id = 1";
const WRITE: &str = "UPDATE items SET stock = 0 WHERE id = 1";

async fn connect(path: &str) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(8).connect(path).await
}

/// Has one connection.
pub struct OneByOne {
    pool: SqlitePool,
}

impl OneByOne {
    pub async fn open(path: &str) -> sqlx::Result<Self> {
        let options = SqlitePoolOptions::new().min_connections(1);
        let options = options.max_connections(1);
        let pool = options.connect(path).await?;
        Ok(Self { pool })
    }

    #[cfg(test)]
    pub fn of(pool: SqlitePool) -> Self {
        Self { pool }
    }

    pub async fn good_nobody_else_writes(&self) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        tx.execute(READ).await?;
        tx.execute(WRITE).await?;
        tx.commit().await
    }
}

async fn single(path: &str) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(1).connect(path).await
}

/// Has one connection, by a helper.
pub struct ByHelper {
    pool: SqlitePool,
}

impl ByHelper {
    fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    pub async fn open(path: &str) -> sqlx::Result<Self> {
        Ok(Self::new(single(path).await?))
    }

    pub async fn good_by_helper(&self) -> sqlx::Result<()> {
        good_given_one(&self.pool).await
    }
}

async fn good_given_one(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

/// Has one connection, or many.
pub struct OneOrMany {
    pool: SqlitePool,
}

impl OneOrMany {
    pub async fn open(path: &str) -> sqlx::Result<Self> {
        let pool = single(path).await?;
        Ok(Self { pool })
    }

    pub async fn open_many(path: &str) -> sqlx::Result<Self> {
        let pool = connect(path).await?;
        Ok(Self { pool })
    }

    pub async fn bad_one_or_many(&self) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        tx.execute(READ).await?;
        tx.execute(WRITE).await?; //~ lock_upgrade
        tx.commit().await
    }
}

/// Has what others give it.
pub struct Given {
    pool: SqlitePool,
}

impl Given {
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    pub async fn bad_given(&self) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        tx.execute(READ).await?;
        tx.execute(WRITE).await?; //~ lock_upgrade
        tx.commit().await
    }
}

#[derive(Debug)]
pub enum OpenError {
    Refused(sqlx::Error),
    UnknownKind(String),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Refused(error)
    }
}

// One of the ways out has no pool.
async fn open_known(path: &str) -> Result<SqlitePool, OpenError> {
    if path.starts_with("sqlite:") {
        let pool = single(path).await?;
        let mut conn = pool.acquire().await?;
        conn.execute(WRITE).await?;
        return Ok(pool);
    }
    Err(OpenError::UnknownKind(path.to_owned()))
}

/// Hands out what it has.
#[derive(Clone)]
pub struct AppState {
    database: SqlitePool,
}

impl AppState {
    pub async fn open(path: &str) -> Result<Self, OpenError> {
        let database = open_known(path).await?;
        Ok(Self { database })
    }

    pub fn database(&self) -> SqlitePool {
        self.database.clone()
    }
}

pub async fn good_handed_out(state: AppState) -> sqlx::Result<()> {
    let database = state.database();
    let mut tx = database.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

pub async fn good_checked_out(state: &AppState) -> sqlx::Result<()> {
    let mut conn = state.database().acquire().await?;
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

async fn good_given_its_transaction(tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>) -> sqlx::Result<()> {
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    Ok(())
}

pub async fn good_begins(state: &AppState) -> sqlx::Result<()> {
    let mut tx = state.database().begin().await?;
    good_given_its_transaction(&mut tx).await?;
    tx.commit().await
}

async fn bad_given_by_two(tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>) -> sqlx::Result<()> {
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    Ok(())
}

pub async fn good_begins_of_one(state: &AppState) -> sqlx::Result<()> {
    let mut tx = state.database().begin().await?;
    bad_given_by_two(&mut tx).await?;
    tx.commit().await
}

pub async fn good_begins_of_many(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_given_by_two(&mut tx).await?;
    tx.commit().await
}
