//@ crate: turso apart: builds a database of its own, for minutes
use std::time::Duration;

use tokio::time::sleep;
use turso::{Connection, Result};

pub async fn bad_drop(conn: &mut Connection, job: i64) -> Result<()> {
    let tx = conn.transaction().await?;
    if tx.execute("UPDATE jobs SET taken = 1 WHERE id = ?", [job]).await? == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sleep(Duration::from_secs(5)).await; //~ rollback_left_to_drop
    Ok(())
}
