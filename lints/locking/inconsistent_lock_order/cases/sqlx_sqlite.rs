//@ crate: sqlx-sqlite
//! SQLite has one lock.
use sqlx::SqlitePool;

pub async fn good_one_way(pool: &SqlitePool, order: i64, item: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("UPDATE orders SET state = 1 WHERE id = ?").bind(order).execute(&mut *tx).await?;
    sqlx::query("UPDATE stock SET reserved = 0 WHERE item = ?").bind(item).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_other_way(pool: &SqlitePool, order: i64, item: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("UPDATE stock SET reserved = 1 WHERE item = ?").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE orders SET state = 2 WHERE id = ?").bind(order).execute(&mut *tx).await?;
    tx.commit().await
}
