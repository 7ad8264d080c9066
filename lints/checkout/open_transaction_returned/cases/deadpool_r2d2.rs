//@ crate: deadpool-r2d2
//! deadpool-r2d2: r2d2's manager doesn't ask whether a transaction is open.
use deadpool_r2d2::{Manager, Pool};
use r2d2_sqlite::SqliteConnectionManager;
use r2d2_sqlite::rusqlite;

type DbPool = Pool<Manager<SqliteConnectionManager>>;

// The second statement fails: the next borrower is inside the transaction.
pub async fn bad_text(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get().await.map_err(|error| anyhow::anyhow!("{error}"))?;
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
pub async fn good_guard(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get().await.map_err(|error| anyhow::anyhow!("{error}"))?;
    conn.interact(|conn| -> rusqlite::Result<()> {
        let tx = conn.transaction()?;
        tx.execute("DELETE FROM drafts", [])?;
        tx.commit()
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}
