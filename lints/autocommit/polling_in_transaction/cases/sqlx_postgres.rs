//@ crate: sqlx-postgres
//! Postgres: each statement reads anew, unless a higher level was asked for.
use std::time::Duration;

use sqlx::PgPool;

pub async fn bad_repeatable_read(pool: &PgPool, job: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    loop {
        let found = sqlx::query("SELECT id FROM results WHERE job = $1")
            .bind(job)
            .fetch_optional(&mut *tx) //~ polling_in_transaction
            .await?;
        if found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tx.commit().await
}

pub async fn good_read_committed(pool: &PgPool, job: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    loop {
        let found = sqlx::query("SELECT id FROM results WHERE job = $1").bind(job).fetch_optional(&mut *tx).await?;
        if found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await; //~ slow_work_in_transaction
    }
    tx.commit().await
}

// The level is said where the transaction begins.
pub async fn bad_begun_isolated(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    loop {
        let done: bool = sqlx::query_scalar("SELECT done FROM jobs WHERE id = 1")
            .fetch_one(&mut *tx) //~ polling_in_transaction
            .await?;
        if done {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tx.commit().await
}
