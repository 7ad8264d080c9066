//@ crate: tokio-rusqlite
//! tokio-rusqlite: one connection on its own thread; what a closure leaves open, the next one finds.
use tokio_rusqlite::Connection;

// The second statement fails: every later call is inside the transaction.
pub async fn bad_text(conn: &Connection) -> anyhow::Result<()> {
    conn.call(|conn| {
        conn.execute_batch("BEGIN IMMEDIATE")?; //~ open_transaction_returned
        conn.execute("DELETE FROM drafts", [])?;
        conn.execute_batch("COMMIT")
    })
    .await?;
    Ok(())
}

// The guard rolls back.
pub async fn good_guard(conn: &Connection) -> anyhow::Result<()> {
    conn.call(|conn| {
        let tx = conn.transaction()?;
        tx.execute("DELETE FROM drafts", [])?;
        tx.commit()
    })
    .await?;
    Ok(())
}
