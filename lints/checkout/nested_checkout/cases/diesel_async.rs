//@ crate: diesel-async
//! diesel-async on bb8: the closure holds the checkout.
use diesel::prelude::*;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::table! {
    tariffs (id) {
        id -> BigInt,
        rate -> BigInt,
    }
}

diesel::table! {
    charges (id) {
        id -> BigInt,
        amount -> BigInt,
    }
}

type DbPool = Pool<AsyncPgConnection>;

async fn rate(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    tariffs::table.select(tariffs::rate).first(conn).await
}

async fn own_rate(pool: &DbPool) -> anyhow::Result<i64> {
    let mut conn = pool.get().await?;
    Ok(rate(&mut conn).await?)
}

// A second checkout beside the first.
pub async fn bad_two(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn: PooledConnection<'_, AsyncPgConnection> = pool.get().await?;
    let amount = own_rate(pool).await?; //~ nested_checkout
    diesel::insert_into(charges::table).values(charges::amount.eq(amount)).execute(&mut conn).await?;
    Ok(())
}

// Inside the transaction's closure.
pub async fn bad_in_closure(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.transaction::<_, anyhow::Error, _>(async |conn| {
        let amount = own_rate(pool).await?; //~ nested_checkout
        diesel::insert_into(charges::table).values(charges::amount.eq(amount)).execute(conn).await?;
        Ok(())
    })
    .await
}

// On the connection that is held.
pub async fn good_in_closure(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.transaction::<_, anyhow::Error, _>(async |conn| {
        let amount = rate(conn).await?;
        diesel::insert_into(charges::table).values(charges::amount.eq(amount)).execute(conn).await?;
        Ok(())
    })
    .await
}

// Before the checkout.
pub async fn good_before(pool: &DbPool) -> anyhow::Result<()> {
    let amount = own_rate(pool).await?;
    let mut conn = pool.get().await?;
    diesel::insert_into(charges::table).values(charges::amount.eq(amount)).execute(&mut conn).await?;
    Ok(())
}
