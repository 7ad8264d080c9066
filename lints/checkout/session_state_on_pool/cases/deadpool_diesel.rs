//@ crate: deadpool-diesel
//! deadpool-diesel: what `interact` sets goes back with the checkout.
use deadpool_diesel::postgres::Pool;
use diesel::prelude::*;

// The next borrower is this tenant.
pub async fn bad_setting(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| diesel::sql_query("SET app.tenant = '7'").execute(conn)) //~ session_state_on_pool
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// The transaction's own.
pub async fn good_local(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| {
        conn.transaction(|conn| {
            diesel::sql_query("SET LOCAL app.tenant = '7'").execute(conn)?;
            diesel::sql_query("DELETE FROM drafts").execute(conn)
        })
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}
