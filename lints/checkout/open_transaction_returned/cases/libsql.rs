//@ crate: libsql apart: builds a database of its own, for minutes
//! libSQL: a connection that is given is not closed here.
use libsql::Connection;

pub async fn bad_question_leaves_it_open(conn: &Connection) -> libsql::Result<()> {
    conn.execute("BEGIN IMMEDIATE", ()).await?;
    conn.execute("UPDATE accounts SET balance = 0 WHERE id = 1", ()).await?; //~ open_transaction_returned
    conn.execute("COMMIT", ()).await?;
    Ok(())
}

pub async fn bad_batch_that_may_stop(conn: &Connection) -> libsql::Result<()> {
    conn.execute_batch("BEGIN; UPDATE accounts SET balance = 0 WHERE id = 1; COMMIT").await?; //~ open_transaction_returned
    Ok(())
}

pub async fn good_guard(conn: &Connection) -> libsql::Result<()> {
    let tx = conn.transaction().await?;
    tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1", ()).await?;
    tx.commit().await
}

// It rolls back by itself when it stops.
pub async fn good_transactional_batch(conn: &Connection) -> libsql::Result<()> {
    conn.execute_transactional_batch("UPDATE accounts SET balance = 0 WHERE id = 1").await?;
    Ok(())
}
