//@ crate: sqlx-postgres
//! Postgres takes the level for READ COMMITTED.
use sqlx::PgPool;

pub async fn good_without_effect(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED").execute(&mut *tx).await?;
    sqlx::query("SELECT 1").execute(&mut *tx).await?;
    tx.commit().await
}
