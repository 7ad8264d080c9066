//@ crate: diesel-async
//! diesel-async: the closure's connection is the transaction, another checkout is not.
use diesel::result::Error;
use diesel::sql_query;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

type DbPool = Pool<AsyncPgConnection>;

async fn record(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    sql_query("INSERT INTO events DEFAULT VALUES").execute(&mut conn).await?;
    Ok(())
}

// The callee writes on a connection of its own.
pub async fn bad_callee(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.transaction(async |conn| {
        sql_query("INSERT INTO orders DEFAULT VALUES").execute(conn).await?;
        record(pool).await.map_err(|_| Error::RollbackTransaction) //~ query_escapes_transaction
    })
    .await?;
    Ok(())
}

// All of it on the closure's connection.
pub async fn good_closure(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.transaction(async |conn| {
        sql_query("INSERT INTO orders DEFAULT VALUES").execute(conn).await?;
        sql_query("INSERT INTO events DEFAULT VALUES").execute(conn).await?;
        Ok::<_, Error>(())
    })
    .await?;
    Ok(())
}
