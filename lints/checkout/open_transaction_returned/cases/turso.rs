//@ crate: turso apart: builds a database of its own, for minutes
//! Turso: as SQLite.
use turso::Connection;

pub async fn bad_question_leaves_it_open(conn: &Connection) -> turso::Result<()> {
    conn.execute("BEGIN", ()).await?;
    conn.execute("UPDATE accounts SET balance = 0 WHERE id = 1", ()).await?; //~ open_transaction_returned
    conn.execute("COMMIT", ()).await?;
    Ok(())
}

pub async fn good_guard(conn: &mut Connection) -> turso::Result<()> {
    let tx = conn.transaction().await?;
    tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1", ()).await?;
    tx.commit().await
}
