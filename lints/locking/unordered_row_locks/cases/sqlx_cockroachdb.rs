//@ crate: sqlx-cockroachdb
//! CockroachDB: a write locks its row until commit; one of two that wait for each other is aborted.
use std::collections::HashSet;

use sqlx::PgPool;

// In the set's order.
pub async fn bad_set(pool: &PgPool, ids: &HashSet<i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in ids {
        sqlx::query("UPDATE pages SET views = views + 1 WHERE id = $1").bind(id).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// Locked in order before.
pub async fn good_locked_before(pool: &PgPool, ids: Vec<i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) ORDER BY id FOR UPDATE").bind(&ids).execute(&mut *tx).await?;
    sqlx::query("UPDATE pages SET views = views + 1 WHERE id = ANY($1)").bind(&ids).execute(&mut *tx).await?;
    tx.commit().await
}
