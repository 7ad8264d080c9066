//@ crate: sqlx-sqlite
//! SQLite through a pool: several connections, and a transaction that is refused.
use sqlx::SqlitePool;

pub async fn bad_on_pool(pool: &SqlitePool, id: i64) -> sqlx::Result<()> {
    let hits: i64 = sqlx::query_scalar("SELECT hits FROM pages WHERE id = ?").bind(id).fetch_one(pool).await?;
    sqlx::query("UPDATE pages SET hits = ? WHERE id = ?")
        .bind(hits + 1)
        .bind(id)
        .execute(pool) //~ lost_update?
        .await?;
    Ok(())
}

pub async fn good_transaction(pool: &SqlitePool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let hits: i64 = sqlx::query_scalar("SELECT hits FROM pages WHERE id = ?").bind(id).fetch_one(&mut *tx).await?;
    sqlx::query("UPDATE pages SET hits = ? WHERE id = ?").bind(hits + 1).bind(id).execute(&mut *tx).await?; //~ lock_upgrade
    tx.commit().await
}
