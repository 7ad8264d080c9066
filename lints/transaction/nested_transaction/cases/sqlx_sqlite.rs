//@ crate: sqlx-sqlite
//! SQLite refuses.
use sqlx::SqlitePool;

pub async fn good_refused(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("BEGIN").execute(&mut *tx).await?;
    tx.commit().await
}
