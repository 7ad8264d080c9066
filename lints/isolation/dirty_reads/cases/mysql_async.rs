//@ crate: mysql-async
//! The level among a transaction's options.
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, IsolationLevel, Result, TxOpts};

pub async fn bad_options(conn: &mut Conn) -> Result<Option<i64>> {
    let mut options = TxOpts::default();
    options.with_isolation_level(IsolationLevel::ReadUncommitted);
    let mut tx = conn.start_transaction(options).await?; //~ dirty_reads
    let sum = tx.query_first("SELECT sum(amount) FROM bookings").await?;
    tx.commit().await?;
    Ok(sum)
}

pub async fn good_committed(conn: &mut Conn) -> Result<Option<i64>> {
    let mut options = TxOpts::default();
    options.with_isolation_level(IsolationLevel::ReadCommitted);
    let mut tx = conn.start_transaction(options).await?;
    let sum = tx.query_first("SELECT sum(amount) FROM bookings").await?;
    tx.commit().await?;
    Ok(sum)
}
