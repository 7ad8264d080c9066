//@ crate: tokio-postgres
use std::time::Duration;

use tokio::time::sleep;
use tokio_postgres::{Client, Error};

/// The rollback is sent when the guard is dropped.
pub async fn good_sent_at_once(client: &mut Client, job: i64) -> Result<(), Error> {
    let tx = client.transaction().await?;
    if tx.execute("UPDATE jobs SET taken = now() WHERE id = $1", &[&job]).await? == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sleep(Duration::from_secs(5)).await;
    Ok(())
}
