//@ crate: sqlx-mysql
//! MySQL: a deadlock costs the whole transaction.
use sqlx::MySqlPool;

async fn bad_two_tables(pool: &MySqlPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ missing_deadlock_retry
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = ?").bind(item).execute(&mut *tx).await?;
    sqlx::query("SELECT orders FROM customers WHERE id = ? FOR UPDATE").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn serve(pool: &MySqlPool, item: i64, customer: i64) -> sqlx::Result<()> {
    bad_two_tables(pool, item, customer).await
}
