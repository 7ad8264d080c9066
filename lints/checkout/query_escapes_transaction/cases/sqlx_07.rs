//@ crate: sqlx-07-postgres
//! sqlx 0.7: as 0.9, with text of any lifetime, and with arguments that a `QueryBuilder` borrows.
use sqlx::{PgExecutor, PgPool, Postgres, QueryBuilder};

fn insert<'a>(table: &'a str, customers: &'a [i64]) -> QueryBuilder<'a, Postgres> {
    let mut builder = QueryBuilder::new(format!("INSERT INTO {table} (customer) "));
    builder.push_values(customers, |mut row, customer| {
        row.push_bind(customer);
    });
    builder
}

// A built statement on the pool.
pub async fn bad_builder(pool: &PgPool, customers: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    insert("orders", customers).build().execute(&mut *tx).await?;
    let mut events: QueryBuilder<'_, Postgres> = QueryBuilder::new("INSERT INTO events (customer) ");
    events.push_values(customers, |mut row, customer| {
        row.push_bind(customer);
    });
    events.build().execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

async fn order(db: impl PgExecutor<'_>, customer: i64) -> sqlx::Result<()> {
    let text = String::from("INSERT INTO orders (customer) VALUES ($1)");
    sqlx::query(&text).bind(customer).execute(db).await?;
    Ok(())
}

// An executor of any kind is given the pool.
pub async fn bad_executor(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    order(&mut *tx, customer).await?;
    order(pool, customer).await?; //~ query_escapes_transaction
    tx.commit().await
}

// All of it on the transaction.
pub async fn good_transaction(pool: &PgPool, customers: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    insert("orders", customers).build().execute(&mut *tx).await?;
    insert("events", customers).build().execute(&mut *tx).await?;
    order(&mut *tx, 1).await?;
    tx.commit().await
}
