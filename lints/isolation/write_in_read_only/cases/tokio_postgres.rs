//@ crate: tokio-postgres
//! Access modes by the client's builder.
use tokio_postgres::{Client, Error};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

pub async fn bad_builder(client: &mut Client) -> Result<(), Error> {
    let tx = client.build_transaction().read_only(true).start().await?;
    tx.execute(ADD, &[]).await?; //~ write_in_read_only
    tx.commit().await
}

pub async fn good_builder(client: &mut Client) -> Result<(), Error> {
    let tx = client.build_transaction().read_only(false).start().await?;
    tx.execute(ADD, &[]).await?;
    tx.commit().await
}

pub async fn good_deferrable(client: &mut Client) -> Result<(), Error> {
    let tx = client.build_transaction().deferrable(true).start().await?;
    tx.execute(ADD, &[]).await?;
    tx.commit().await
}

// Whether it is read only, the caller decides.
pub async fn good_unknown(client: &mut Client, is_read_only: bool) -> Result<(), Error> {
    let tx = client.build_transaction().read_only(is_read_only).start().await?;
    tx.execute(ADD, &[]).await?;
    tx.commit().await
}

// What ends the transaction stands first in the text.
pub async fn good_behind_commit_in_text(client: &Client) -> Result<(), Error> {
    client.batch_execute("BEGIN READ ONLY").await?;
    client.query("SELECT what FROM audit", &[]).await?; //~ open_transaction_returned
    client.batch_execute("COMMIT; INSERT INTO audit (what) VALUES ('x')").await
}

pub async fn bad_before_commit_in_text(client: &Client) -> Result<(), Error> {
    client.batch_execute("BEGIN READ ONLY").await?;
    client.query("SELECT what FROM audit", &[]).await?; //~ open_transaction_returned
    client.batch_execute("INSERT INTO audit (what) VALUES ('x'); COMMIT").await //~ write_in_read_only
}
