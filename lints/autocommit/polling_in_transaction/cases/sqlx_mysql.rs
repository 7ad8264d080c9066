//@ crate: sqlx-mysql
//! MySQL: REPEATABLE READ unless told otherwise.
use std::time::Duration;

use sqlx::MySqlPool;

pub async fn bad_bounded(pool: &MySqlPool, job: i64) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    for _ in 0..30 {
        let found = sqlx::query("SELECT id FROM results WHERE job = ?")
            .bind(job)
            .fetch_optional(&mut *tx) //~ polling_in_transaction
            .await?;
        if found.is_some() {
            tx.commit().await?;
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(false)
}

pub async fn good_in_each_turn(pool: &MySqlPool, job: i64) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin().await?;
        let found = sqlx::query("SELECT id FROM results WHERE job = ?").bind(job).fetch_optional(&mut *tx).await?;
        tx.commit().await?;
        if found.is_some() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

pub async fn good_locking(pool: &MySqlPool, job: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    loop {
        let found = sqlx::query("SELECT id FROM results WHERE job = ? FOR UPDATE").bind(job).fetch_optional(&mut *tx).await?;
        if found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await; //~ slow_work_in_transaction
    }
    tx.commit().await
}

pub async fn good_no_wait(pool: &MySqlPool, jobs: &[i64]) -> sqlx::Result<u64> {
    let mut tx = pool.begin().await?;
    let mut count = 0;
    for job in jobs {
        let found = sqlx::query("SELECT id FROM results WHERE job = ?").bind(job).fetch_optional(&mut *tx).await?;
        count += u64::from(found.is_some());
    }
    tx.commit().await?;
    Ok(count)
}
