//@ crate: tokio-postgres
//! tokio-postgres: rows by position, parameters in a list.
use tokio_postgres::{Client, Error, IsolationLevel};

pub async fn bad_by_position(client: &mut Client, id: i64) -> Result<(), Error> {
    let tx = client.transaction().await?;
    let row = tx.query_one("SELECT name, amount FROM stock WHERE id = $1", &[&id]).await?;
    let amount: i64 = row.get(1);
    let left = amount - 1;
    tx.execute("UPDATE stock SET amount = $1 WHERE id = $2", &[&left, &id]).await?; //~ lost_update
    tx.commit().await
}

pub async fn good_serializable(client: &mut Client, id: i64) -> Result<(), Error> {
    let tx = client.build_transaction().isolation_level(IsolationLevel::Serializable).start().await?;
    let row = tx.query_one("SELECT name, amount FROM stock WHERE id = $1", &[&id]).await?;
    let amount: i64 = row.get(1);
    let left = amount - 1;
    tx.execute("UPDATE stock SET amount = $1 WHERE id = $2", &[&left, &id]).await?;
    tx.commit().await
}
