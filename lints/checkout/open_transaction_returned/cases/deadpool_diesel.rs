//@ crate: deadpool-diesel
//! deadpool-diesel: BEGIN as text inside `interact`.
use deadpool_diesel::postgres::Pool;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

// diesel's manager believes that nothing is open: deadpool recycles the connection.
pub async fn bad_text(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| -> QueryResult<()> {
        conn.batch_execute("BEGIN")?; //~ open_transaction_returned
        diesel::sql_query("INSERT INTO events DEFAULT VALUES").execute(conn)?;
        conn.batch_execute("COMMIT")
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}

// The closure.
pub async fn good_closure(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    conn.interact(|conn| {
        conn.transaction(|conn| diesel::sql_query("INSERT INTO events DEFAULT VALUES").execute(conn))
    })
    .await
    .map_err(|error| anyhow::anyhow!("{error}"))??;
    Ok(())
}
