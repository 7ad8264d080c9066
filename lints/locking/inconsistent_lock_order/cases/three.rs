//@ crate: sqlx-postgres
//! A circle of three: each pair is in order.
use sqlx::PgPool;

pub async fn bad_a_then_b(pool: &PgPool, a: i64, b: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE alphas SET n = 1 WHERE id = $1").bind(a).execute(&mut *tx).await?;
    sqlx::query("UPDATE betas SET n = 1 WHERE id = $1").bind(b).execute(&mut *tx).await?; //~ inconsistent_lock_order
    tx.commit().await
}

pub async fn bad_b_then_c(pool: &PgPool, b: i64, c: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE betas SET n = 2 WHERE id = $1").bind(b).execute(&mut *tx).await?;
    sqlx::query("UPDATE gammas SET n = 2 WHERE id = $1").bind(c).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_c_then_a(pool: &PgPool, c: i64, a: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE gammas SET n = 3 WHERE id = $1").bind(c).execute(&mut *tx).await?;
    sqlx::query("UPDATE alphas SET n = 3 WHERE id = $1").bind(a).execute(&mut *tx).await?;
    tx.commit().await
}
