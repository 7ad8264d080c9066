//@ crate: welds
//! welds: a client is a pool, and a transaction is passed where a client is.
use welds::connections::postgres::PostgresClient;
use welds::{Client, TransactStart};

const ADD: &str = "INSERT INTO orders (id) VALUES ($1)";

pub async fn bad_on_client(client: &PostgresClient) -> welds::errors::Result<()> {
    let tx = client.begin().await?;
    tx.execute(ADD, &[&1]).await?;
    client.execute(ADD, &[&2]).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}

async fn add(client: &dyn Client, id: i32) -> welds::errors::Result<()> {
    client.execute(ADD, &[&id]).await?;
    Ok(())
}

pub async fn bad_on_client_in_callee(client: &PostgresClient) -> welds::errors::Result<()> {
    let tx = client.begin().await?;
    add(&tx, 1).await?;
    add(client, 2).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn good_in_transaction(client: &PostgresClient) -> welds::errors::Result<()> {
    let tx = client.begin().await?;
    add(&tx, 1).await?;
    tx.execute(ADD, &[&2]).await?;
    tx.commit().await?;
    Ok(())
}
