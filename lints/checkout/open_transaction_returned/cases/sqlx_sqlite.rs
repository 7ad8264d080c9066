//@ crate: sqlx-sqlite
//! Pools that are dropped with what fails.
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteQueryResult};
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

async fn good_tables(pool: &SqlitePool) -> sqlx::Result<SqliteQueryResult> {
    sqlx::query("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").execute(pool).await
}

async fn good_indexes(pool: &SqlitePool, path: &str) -> sqlx::Result<SqliteQueryResult> {
    if path.is_empty() {
        return Err(sqlx::Error::PoolClosed);
    }
    return sqlx::query("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").execute(pool).await;
}

// They hand back their failure, and who has made the pool leaves with it.
pub async fn good_opens_in_steps(path: &str, options: SqliteConnectOptions) -> sqlx::Result<Store> {
    let pool = SqlitePoolOptions::new().max_connections(4).connect_lazy_with(options);
    let _ = good_tables(&pool).await?;
    let _ = good_indexes(&pool, path).await?;
    Ok(Store { pool })
}

async fn bad_kept_for_later(pool: &SqlitePool) -> Option<SqliteQueryResult> {
    let done = sqlx::query("BEGIN; DELETE FROM drafts; DELETE FROM items; COMMIT").execute(pool).await; //~ open_transaction_returned
    done.ok()
}

pub async fn good_opens_anyway(path: &str) -> sqlx::Result<Store> {
    let pool = connect(path).await?;
    bad_kept_for_later(&pool).await;
    Ok(Store { pool })
}
