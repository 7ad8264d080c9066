//@ crate: sqlx-sqlite
//! SQLite's worker rolls a begin back that nobody waits for.
use std::time::Duration;

use sqlx::SqlitePool;
use tokio::time::timeout;

pub async fn good_sqlite(pool: &SqlitePool) -> anyhow::Result<()> {
    let mut tx = timeout(Duration::from_secs(2), pool.begin()).await??;
    sqlx::query("DELETE FROM jobs").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
