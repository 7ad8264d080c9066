//@ crate: tokio-postgres
//! A value that borrows a transaction is used up: the transaction goes on.
use tokio_postgres::{Client, Error, Row, Transaction};

struct Orders<'a, 'c> {
    tx: &'a Transaction<'c>,
    query: &'static str,
}

fn orders<'a, 'c>(tx: &'a Transaction<'c>) -> Orders<'a, 'c> {
    Orders { tx, query: "SELECT id FROM orders" }
}

impl Orders<'_, '_> {
    async fn all(self) -> Result<Vec<Row>, Error> {
        self.tx.query(self.query, &[]).await
    }
}

pub async fn bad_used_up(client: &mut Client) -> Result<usize, Error> {
    let tx = client.transaction().await?;
    let mut count = 0;
    if tx.execute("INSERT INTO orders (id) VALUES (1)", &[]).await.is_err() {
        count = orders(&tx).all().await?.len(); //~ use_after_failed_statement
    }
    tx.commit().await?;
    Ok(count)
}

pub async fn good_before(client: &mut Client) -> Result<usize, Error> {
    let tx = client.transaction().await?;
    let count = orders(&tx).all().await?.len();
    tx.execute("INSERT INTO orders (id) VALUES (1)", &[]).await?;
    tx.commit().await?;
    Ok(count)
}
