//@ crate: tiberius
//! SQL Server: `sp_getapplock` for the session or for the transaction.
use bb8::Pool;
use bb8_tiberius::ConnectionManager;

// The session's lock goes back with its connection where the delete fails.
pub async fn bad_session(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.execute("EXEC sp_getapplock @Resource = 'nightly', @LockMode = 'Exclusive', @LockOwner = 'Session'", &[]).await?; //~ advisory_lock_split
    conn.execute("DELETE FROM drafts", &[]).await?;
    conn.execute("EXEC sp_releaseapplock @Resource = 'nightly', @LockOwner = 'Session'", &[]).await?;
    Ok(())
}

// The transaction's lock ends with it.
pub async fn good_transaction(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.execute(
        "SET XACT_ABORT ON; BEGIN TRAN; EXEC sp_getapplock @Resource = 'nightly', @LockMode = 'Exclusive'; DELETE FROM drafts; COMMIT",
        &[],
    )
    .await?;
    Ok(())
}
