//@ crate: sqlx-cockroachdb
//! CockroachDB: writes lock rows as PostgreSQL's do, and one of two that wait for each other is aborted.
use sqlx::PgPool;

const ORDER: &str = "UPDATE orders SET paid = true WHERE id = $1";
const STOCK: &str = "UPDATE stock SET reserved = reserved - 1 WHERE item = $1";

pub async fn bad_pay(pool: &PgPool, order: i64, item: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ORDER).bind(order).execute(&mut *tx).await?;
    sqlx::query(STOCK).bind(item).execute(&mut *tx).await?; //~ inconsistent_lock_order
    tx.commit().await
}

// The other way round.
pub async fn bad_ship(pool: &PgPool, order: i64, item: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(STOCK).bind(item).execute(&mut *tx).await?;
    sqlx::query(ORDER).bind(order).execute(&mut *tx).await?;
    tx.commit().await
}

// Tables of its own, in one order.
pub async fn good_order(pool: &PgPool, user: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE users SET seen = now() WHERE id = $1").bind(user).execute(&mut *tx).await?;
    sqlx::query("UPSERT INTO visits (account, day) VALUES ($1, current_date)").bind(user).execute(&mut *tx).await?;
    tx.commit().await
}
