//@ crate: sqlx-08-postgres
//! sqlx 0.8: a transaction may begin with a text of its own.
use sqlx::{PgConnection, PgPool};

const SERIALIZABLE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

async fn order(conn: &mut PgConnection, customer: i64) -> sqlx::Result<()> {
    let text = format!("INSERT INTO {} (customer) VALUES ($1)", "orders");
    sqlx::query(&text).bind(customer).execute(conn).await?;
    Ok(())
}

// The event isn't part of what is serialised.
pub async fn bad_begin_with(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with(SERIALIZABLE).await?;
    order(&mut tx, customer).await?;
    sqlx::query("INSERT INTO events (customer) VALUES ($1)").bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// All of it on the transaction.
pub async fn good_begin_with(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with(SERIALIZABLE).await?;
    order(&mut tx, customer).await?;
    sqlx::query("INSERT INTO events (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}
