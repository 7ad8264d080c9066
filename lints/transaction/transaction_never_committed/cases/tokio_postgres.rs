//@ crate: tokio-postgres
//! Guards of tokio-postgres.
use tokio_postgres::{Client, Error};

pub async fn bad_forgotten(client: &mut Client) -> Result<(), Error> {
    let tx = client.transaction().await?; //~ transaction_never_committed
    tx.execute("INSERT INTO audit (what) VALUES ('x')", &[]).await?;
    Ok(())
}

pub async fn good_committed(client: &mut Client) -> Result<(), Error> {
    let tx = client.transaction().await?;
    tx.execute("INSERT INTO audit (what) VALUES ('x')", &[]).await?;
    tx.commit().await
}

// The guard was built, and reads only.
pub async fn good_reads(client: &mut Client) -> Result<i64, Error> {
    let tx = client.build_transaction().read_only(true).start().await?;
    let row = tx.query_one("SELECT count(*) FROM audit", &[]).await?;
    Ok(row.get(0))
}
