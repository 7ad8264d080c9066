//@ crate: deadpool-postgres
//! tokio-postgres sends the rollback of a begin that is dropped.
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::timeout;

pub async fn bad_text(pool: &Pool) -> anyhow::Result<()> {
    let done: Result<(), tokio_postgres::Error> = timeout(Duration::from_secs(2), async {
        let Ok(client) = pool.get().await else { return Ok(()) };
        client.batch_execute("BEGIN").await?; //~ cancelled_transaction
        let done = client.execute("DELETE FROM jobs", &[]).await;
        client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await
    })
    .await?;
    done?;
    Ok(())
}

pub async fn good_guard(pool: &Pool) -> anyhow::Result<()> {
    timeout(Duration::from_secs(2), async {
        let mut client = pool.get().await?;
        let tx = client.transaction().await?;
        tx.execute("DELETE FROM jobs", &[]).await?;
        tx.commit().await?;
        anyhow::Ok(())
    })
    .await?
}
