//@ crate: sqlx-postgres
//! What a program drops when it ends goes with its connections.
use std::time::Duration;

use sqlx::PgPool;
use tokio::signal::ctrl_c;
use tokio::time::{sleep, timeout};

async fn record(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut *tx).await?;
    tx.commit().await
}

async fn work(pool: &PgPool) -> sqlx::Result<()> {
    loop {
        record(pool).await?;
        sleep(Duration::from_secs(60)).await;
    }
}

// Nobody borrows after it.
async fn good_until_the_end(pool: &PgPool) -> sqlx::Result<()> {
    tokio::select! {
        done = work(pool) => done?, //~ cancelled_transaction?
        _ = ctrl_c() => {}
    }
    Ok(())
}

// The program goes on.
async fn bad_at_first(pool: &PgPool) -> sqlx::Result<()> {
    tokio::select! {
        done = record(pool) => done?, //~ cancelled_transaction
        _ = ctrl_c() => {}
    }
    record(pool).await
}

async fn bad_in_time(pool: &PgPool) -> anyhow::Result<()> {
    timeout(Duration::from_secs(5), record(pool)).await??; //~ cancelled_transaction
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pool = PgPool::connect("postgres://localhost/shop").await?;
    bad_at_first(&pool).await?;
    bad_in_time(&pool).await?;
    good_until_the_end(&pool).await?;
    Ok(())
}
