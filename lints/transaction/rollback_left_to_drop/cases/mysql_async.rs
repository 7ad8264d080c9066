//@ crate: mysql-async
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Result, TxOpts};
use tokio::time::sleep;

pub async fn bad_drop(conn: &mut Conn, job: i64) -> Result<()> {
    let mut tx = conn.start_transaction(TxOpts::default()).await?;
    tx.exec_drop("UPDATE jobs SET taken = now() WHERE id = ?", (job,)).await?;
    if tx.affected_rows() == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sleep(Duration::from_secs(5)).await; //~ rollback_left_to_drop
    Ok(())
}
