//@ crate: deadpool-diesel
//! deadpool-diesel: the connection is behind `interact`, the checkout before it.
use deadpool_diesel::postgres::Pool;
use diesel::prelude::*;

async fn audit(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| diesel::sql_query("INSERT INTO audit DEFAULT VALUES").execute(conn))
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// A second one while the first is held.
pub async fn bad_callee(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    audit(pool).await?; //~ nested_checkout
    conn.interact(|conn| diesel::sql_query("DELETE FROM drafts").execute(conn))
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// One after the other.
pub async fn good_after(pool: &Pool) -> anyhow::Result<()> {
    {
        let conn = pool.get().await?;
        conn.interact(|conn| diesel::sql_query("DELETE FROM drafts").execute(conn))
            .await
            .map_err(|error| anyhow::anyhow!("{error}"))??;
    }
    audit(pool).await
}
