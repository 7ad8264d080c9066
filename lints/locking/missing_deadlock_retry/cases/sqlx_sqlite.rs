//@ crate: sqlx-sqlite
//! SQLite locks the whole file: there is no order of rows.
use sqlx::SqlitePool;

async fn good_two_tables(pool: &SqlitePool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = ?").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = ?").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn serve(pool: &SqlitePool, item: i64, customer: i64) -> sqlx::Result<()> {
    good_two_tables(pool, item, customer).await
}
