//@ crate: sqlx-sqlite
//! SQLite locks the database, not rows.
use std::collections::HashMap;

use sqlx::SqlitePool;

// Any order will do.
pub async fn good_hash_order(pool: &SqlitePool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (id, n) in views {
        sqlx::query("UPDATE pages SET views = views + ? WHERE id = ?").bind(n).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}
