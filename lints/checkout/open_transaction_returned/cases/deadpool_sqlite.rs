//@ crate: deadpool-sqlite
//! deadpool-sqlite: its recycling runs a query, which an open transaction doesn't mind.
use deadpool_sqlite::Pool;

// The second statement fails: the next borrower is inside the transaction, and holds its lock.
pub async fn bad_text(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| {
        conn.execute("BEGIN IMMEDIATE", [])?; //~ open_transaction_returned
        conn.execute("DELETE FROM drafts", [])?;
        conn.execute("COMMIT", [])
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// The guard rolls back.
pub async fn good_guard(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| -> rusqlite::Result<()> {
        let tx = conn.transaction()?;
        tx.execute("DELETE FROM drafts", [])?;
        tx.commit()
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}
