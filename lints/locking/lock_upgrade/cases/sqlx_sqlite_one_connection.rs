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
