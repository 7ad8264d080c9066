//@ crate: tiberius
//! SQL Server: bb8-tiberius resets nothing.
use bb8::Pool;
use bb8_tiberius::ConnectionManager;

// The next borrower gives up on locks after a second, too.
pub async fn bad_setting(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("SET LOCK_TIMEOUT 1000").await?; //~ session_state_on_pool
    conn.execute("DELETE FROM drafts", &[]).await?;
    Ok(())
}

// With it a statement that fails rolls its transaction back, which is what every session should do.
pub async fn good_xact_abort(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("SET XACT_ABORT ON; BEGIN TRAN; DELETE FROM drafts; DELETE FROM notes; COMMIT").await?;
    Ok(())
}
