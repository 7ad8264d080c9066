//@ crate: tokio-postgres
//! tokio-postgres, whose commit takes the transaction along.
use tokio_postgres::{Client, Error};

pub async fn bad_ok(client: &mut Client) -> Result<(), Error> {
    let tx = client.transaction().await?;
    tx.execute("DELETE FROM jobs WHERE done", &[]).await?;
    tx.commit().await.ok(); //~ commit_result_ignored
    Ok(())
}

pub async fn good_asked(client: &mut Client) -> Result<(), Error> {
    let tx = client.transaction().await?;
    tx.execute("DELETE FROM jobs WHERE done", &[]).await?;
    tx.commit().await
}
