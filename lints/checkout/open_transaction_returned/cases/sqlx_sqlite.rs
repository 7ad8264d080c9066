//@ crate: sqlx-sqlite
//! Pools that are dropped with what fails.
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Executor, SqlitePool};

async fn connect(path: &str) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect(path).await
}

async fn good_create(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.execute("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").await?;
    Ok(())
}

async fn good_create_through_pool(pool: &SqlitePool) -> sqlx::Result<()> {
    pool.execute("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").await?;
    Ok(())
}

// Who has made the pool drops it when this fails.
pub async fn good_open(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = connect(path).await?;
    good_create(&pool).await?;
    good_create_through_pool(&pool).await.map_err(|_| sqlx::Error::PoolClosed)?;
    Ok(pool)
}

async fn bad_goes_on(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.execute("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").await?; //~ open_transaction_returned
    Ok(())
}

// The pool lives on.
pub async fn good_logs(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = connect(path).await?;
    if let Err(error) = bad_goes_on(&pool).await {
        eprintln!("not created: {error}");
    }
    Ok(pool)
}

pub struct Store {
    pub pool: SqlitePool,
}

async fn bad_shared(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.execute("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").await?; //~ open_transaction_returned
    Ok(())
}

// A field keeps it.
pub async fn good_shares(path: &str, stores: &mut Vec<Store>) -> sqlx::Result<()> {
    let pool = connect(path).await?;
    stores.push(Store { pool: pool.clone() });
    bad_shared(&pool).await?;
    Ok(())
}
