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
