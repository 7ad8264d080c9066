//@ crate: sqlx-sqlite
//! Pools that nobody else has yet.
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Executor, SqlitePool};

const READ: &str = "SELECT stock FROM items WHERE id = 1";
const WRITE: &str = "UPDATE items SET stock = 0 WHERE id = 1";

async fn connect(path: &str) -> sqlx::Result<SqlitePool> {
    Ok(SqlitePoolOptions::new().max_connections(8).connect(path).await?)
}

async fn good_clean_up(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

// The pool is handed out when all is done.
pub async fn good_open(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = connect(path).await?;
    if let Err(error) = good_clean_up(&pool).await {
        eprintln!("not cleaned up: {error}");
    }
    pool.execute(WRITE).await?;
    good_clean_up(&pool).await?;
    Ok(pool)
}

async fn good_clean_up_below(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

async fn prepare(pool: &SqlitePool) -> sqlx::Result<()> {
    pool.execute(READ).await?;
    good_clean_up_below(pool).await
}

// On another way it is kept.
pub async fn good_open_below(path: &str, is_new: bool) -> sqlx::Result<Kept> {
    let pool = connect(path).await?;
    if !is_new {
        return Ok(Kept { pool });
    }
    prepare(&pool).await?;
    Ok(Kept { pool })
}

pub async fn good_made_here(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = SqlitePoolOptions::new().connect(path).await?;
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await?;
    Ok(pool)
}

async fn writes(pool: SqlitePool) {
    let _ = pool.execute(WRITE).await;
}

async fn bad_beside_a_task(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_starts_a_task(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = connect(path).await?;
    tokio::spawn(writes(pool.clone()));
    bad_beside_a_task(&pool).await?;
    Ok(pool)
}

async fn bad_beside_a_future(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_side_by_side(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = connect(path).await?;
    tokio::try_join!(bad_beside_a_future(&pool), bad_beside_a_future(&pool))?;
    Ok(pool)
}

pub struct Kept {
    pub pool: SqlitePool,
}

async fn bad_kept_before(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_keeps(path: &str, keep: &mut Vec<Kept>) -> sqlx::Result<()> {
    let pool = connect(path).await?;
    keep.push(Kept { pool: pool.clone() });
    bad_kept_before(&pool).await
}

static SHARED: std::sync::OnceLock<SqlitePool> = std::sync::OnceLock::new();

async fn connect_shared(path: &str) -> sqlx::Result<SqlitePool> {
    let pool = SqlitePool::connect(path).await?;
    let _ = SHARED.set(pool.clone());
    Ok(pool)
}

async fn bad_shared_by_its_maker(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_open_shared(path: &str) -> sqlx::Result<()> {
    let pool = connect_shared(path).await?;
    bad_shared_by_its_maker(&pool).await
}

// Not all callers have made it.
async fn bad_lent_too(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_lends(kept: &Kept) -> sqlx::Result<()> {
    bad_lent_too(&kept.pool).await
}

pub async fn good_makes(path: &str) -> sqlx::Result<()> {
    let pool = connect(path).await?;
    bad_lent_too(&pool).await
}

// The second turn comes when it is given away.
async fn bad_second_turn(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_turns(path: &str) -> sqlx::Result<()> {
    let pool = connect(path).await?;
    for _ in 0..2 {
        bad_second_turn(&pool).await?;
        tokio::spawn(writes(pool.clone()));
    }
    Ok(())
}
