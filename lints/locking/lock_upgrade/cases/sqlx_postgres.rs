//@ crate: sqlx-postgres
//! Postgres: FOR SHARE, then a change of the same table.
use sqlx::{Executor, PgPool};

pub async fn bad_share(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT stock FROM items WHERE id = 1 FOR SHARE").await?;
    tx.execute("UPDATE items SET stock = 0 WHERE id = 1").await?; //~ lock_upgrade
    tx.commit().await
}

// The parent is locked, the child changed.
pub async fn good_other_table(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT id FROM orders WHERE id = 1 FOR SHARE").await?;
    tx.execute("UPDATE items SET stock = 0 WHERE id = 1").await?;
    tx.commit().await
}

pub async fn good_update_lock(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT stock FROM items WHERE id = 1 FOR UPDATE").await?;
    tx.execute("UPDATE items SET stock = 0 WHERE id = 1").await?;
    tx.commit().await
}

pub async fn good_key_share(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT stock FROM items WHERE id = 1 FOR KEY SHARE").await?;
    tx.execute("UPDATE items SET stock = 0 WHERE id = 1").await?;
    tx.commit().await
}

// No locks at all: a lost update is another matter.
pub async fn good_plain(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SELECT stock FROM items WHERE id = 1").await?;
    tx.execute("UPDATE items SET stock = 0 WHERE id = 1").await?;
    tx.commit().await
}
