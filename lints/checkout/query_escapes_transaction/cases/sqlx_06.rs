//@ crate: sqlx-06-postgres
//! sqlx 0.6: `&mut tx` and `&mut conn` are executors themselves, without a reborrow of what they hold.
use sqlx::{Acquire, Executor, PgPool, Postgres, Transaction};

const ORDER: &str = "INSERT INTO orders (customer) VALUES ($1)";
const EVENT: &str = "INSERT INTO events (customer) VALUES ($1)";

// The second insert commits by itself.
pub async fn bad_pool(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ORDER).bind(customer).execute(&mut tx).await?;
    sqlx::query(EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// A pool and a transaction are passed on together.
pub async fn bad_callee(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    order(pool, &mut tx, customer).await?;
    tx.commit().await
}

async fn order(pool: &PgPool, tx: &mut Transaction<'_, Postgres>, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ORDER).bind(customer).execute(tx).await?;
    sqlx::query(EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    Ok(())
}

async fn event(tx: &mut Transaction<'_, Postgres>, customer: i64) -> sqlx::Result<()> {
    sqlx::query(EVENT).bind(customer).execute(&mut *tx).await?;
    Ok(())
}

// All of it on the transaction, however it is passed.
pub async fn good_transaction(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ORDER).bind(customer).execute(&mut tx).await?;
    tx.execute(sqlx::query(EVENT).bind(customer)).await?;
    event(&mut tx, customer).await?;
    tx.commit().await
}

// A transaction that a checkout begins, and a savepoint in it.
pub async fn good_savepoint(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(EVENT).bind(customer).execute(&mut conn).await?;
    let mut tx = conn.begin().await?;
    let mut inner = tx.begin().await?;
    sqlx::query(ORDER).bind(customer).execute(&mut inner).await?;
    inner.commit().await?;
    tx.commit().await
}
