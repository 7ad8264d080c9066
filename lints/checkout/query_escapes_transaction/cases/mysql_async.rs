//@ crate: mysql-async
//! `mysql_async`: the pool as the target of a query.
use mysql_async::prelude::{Query, Queryable, WithParams};
use mysql_async::{Pool, TxOpts};

// The statement is given the pool.
pub async fn bad_ignore(pool: &Pool, customer: u64) -> mysql_async::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    tx.exec_drop("INSERT INTO orders (customer) VALUES (?)", (customer,)).await?;
    "INSERT INTO events (customer) VALUES (?)".with((customer,)).ignore(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// The statement is given the transaction.
pub async fn good_ignore(pool: &Pool, customer: u64) -> mysql_async::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    tx.exec_drop("INSERT INTO orders (customer) VALUES (?)", (customer,)).await?;
    "INSERT INTO events (customer) VALUES (?)".with((customer,)).ignore(&mut tx).await?;
    tx.commit().await?;
    "INSERT INTO strays () VALUES ()".ignore(pool).await
}
