//@ crate: tiberius
//! SQL Server: IMPLICIT_TRANSACTIONS.
use bb8::Pool;
use bb8_tiberius::ConnectionManager;

// The next borrower's first statement opens a transaction that nobody ends.
pub async fn bad_checkout(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("SET IMPLICIT_TRANSACTIONS ON").await?; //~ autocommit_off
    conn.execute("INSERT INTO audit (what) VALUES ('x')", &[]).await?;
    conn.simple_query("COMMIT").await?;
    Ok(())
}

// Off is the default.
pub async fn good_off(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("SET IMPLICIT_TRANSACTIONS OFF").await?;
    conn.execute("INSERT INTO audit (what) VALUES ('x')", &[]).await?;
    Ok(())
}
