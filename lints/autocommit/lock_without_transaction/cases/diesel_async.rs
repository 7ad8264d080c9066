//@ crate: diesel-async
//! diesel-async: the connection that a transaction's closure is given is lent to helpers.
use diesel::result::Error;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

async fn touch(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    diesel::sql_query("UPDATE devices SET seen = now()").execute(conn).await?;
    Ok(())
}

pub async fn good_lent(pool: &Pool<AsyncPgConnection>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.transaction::<_, Error, _>(async |conn| {
        touch(conn).await?;
        diesel::sql_query("LOCK TABLE devices IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn bad_outside(pool: &Pool<AsyncPgConnection>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    touch(&mut conn).await?;
    diesel::sql_query("LOCK TABLE devices IN SHARE ROW EXCLUSIVE MODE").execute(&mut conn).await?; //~ lock_without_transaction
    Ok(())
}
