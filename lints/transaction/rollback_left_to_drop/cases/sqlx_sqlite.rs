//@ crate: sqlx-sqlite
use std::time::Duration;

use sqlx::{Connection, SqliteConnection};
use tokio::time::sleep;

/// The rollback goes to the connection's own thread at once.
pub async fn good_sent_at_once(conn: &mut SqliteConnection, job: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    if sqlx::query("UPDATE jobs SET taken = 1 WHERE id = ?").bind(job).execute(&mut *tx).await?.rows_affected() == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sleep(Duration::from_secs(5)).await;
    Ok(())
}
