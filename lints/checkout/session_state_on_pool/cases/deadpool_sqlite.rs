//@ crate: deadpool-sqlite
//! deadpool-sqlite: a PRAGMA is its connection's.
use deadpool_sqlite::Pool;

// Foreign keys are checked on one of the connections.
pub async fn bad_pragma(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| conn.execute_batch("PRAGMA foreign_keys = ON")) //~ session_state_on_pool
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// A property of the file.
pub async fn good_file(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| conn.execute_batch("PRAGMA journal_mode = WAL"))
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}
