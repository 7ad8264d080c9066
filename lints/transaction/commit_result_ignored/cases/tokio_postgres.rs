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

// Nobody cares for any of it: whatever fails, the function is left as if nothing had happened.
pub async fn good_statistics(client: &mut Client, board: &str) -> Result<(), Error> {
    let Ok(tx) = client.transaction().await else {
        return Ok(());
    };
    let Ok(_) = tx.execute("UPDATE boards SET read = read + 1 WHERE name = $1", &[&board]).await else {
        return Ok(());
    };
    let _ = tx.commit().await;
    Ok(())
}

pub async fn bad_failure_is_told(client: &mut Client, board: &str) -> Result<bool, Error> {
    let tx = client.transaction().await?;
    let Ok(_) = tx.execute("UPDATE boards SET read = read + 1 WHERE name = $1", &[&board]).await else {
        return Ok(false);
    };
    let _ = tx.commit().await; //~ commit_result_ignored
    Ok(true)
}
