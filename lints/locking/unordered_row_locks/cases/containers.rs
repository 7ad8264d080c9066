//@ crate: sqlx-containers
//! Maps and sets of other crates: those that hash iterate in any order, those that keep the order in theirs.
use dashmap::{DashMap, DashSet};
use hashbrown::HashMap;
use indexmap::IndexSet;
use sqlx::PgPool;

const TOUCH: &str = "UPDATE pages SET views = views + 1 WHERE id = $1";

// Entries of a concurrent map.
pub async fn bad_dashmap(pool: &PgPool, views: &DashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for entry in views.iter() {
        sqlx::query(TOUCH).bind(*entry.key()).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// Keys of a map that hashes otherwise.
pub async fn bad_hashbrown(pool: &PgPool, views: &HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in views.keys() {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// Collected and sorted.
pub async fn good_sorted(pool: &PgPool, ids: DashSet<i64>) -> sqlx::Result<()> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    let mut tx = pool.begin().await?;
    for id in ids {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// A set that keeps its order, sorted.
pub async fn good_index_set(pool: &PgPool, mut ids: IndexSet<i64>) -> sqlx::Result<()> {
    ids.sort();
    let mut tx = pool.begin().await?;
    for id in &ids {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}
