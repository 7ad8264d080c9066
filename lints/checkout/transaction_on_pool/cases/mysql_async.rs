//@ crate: mysql-async
//! `mysql_async`: the text is the receiver, the pool an argument.
use mysql_async::prelude::Query;
use mysql_async::{Pool, TxOpts};

// Each takes a connection of its own; the first is reset, and its transaction gone, before the insert runs.
pub async fn bad_text(pool: &Pool) -> mysql_async::Result<()> {
    "START TRANSACTION".ignore(pool).await?; //~ transaction_on_pool
    "INSERT INTO notes (text) VALUES ('x')".ignore(pool).await?;
    "COMMIT".ignore(pool).await
}

// The client's own transaction.
pub async fn good_begin(pool: &Pool) -> mysql_async::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    "INSERT INTO notes (text) VALUES ('x')".ignore(&mut tx).await?;
    tx.commit().await
}
