//@ crate: sqlx-mysql
//! MySQL: IN lists built at run time, upserts.
use std::collections::HashMap;

use sqlx::{AssertSqlSafe, MySql, MySqlPool, QueryBuilder};

// A locking read of a list that `format!` builds.
pub async fn bad_in_for_update(pool: &MySqlPool, ids: &[i64]) -> sqlx::Result<()> {
    let marks = vec!["?"; ids.len()].join(", ");
    let sql = format!("SELECT id FROM pages WHERE id IN ({marks}) FOR UPDATE");
    let mut tx = pool.begin().await?;
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    query.fetch_all(&mut *tx).await?; //~ unordered_row_locks
    tx.commit().await
}

// An upsert in hash order.
pub async fn bad_upsert(pool: &MySqlPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<MySql>::new("INSERT INTO counters (id, n) ");
    query.push_values(&views, |mut row, (id, n)| {
        row.push_bind(id).push_bind(n);
    });
    query.push(" ON DUPLICATE KEY UPDATE n = n + VALUES(n)");
    query.build().execute(pool).await?; //~ unordered_row_locks?
    Ok(())
}

// In order, in a text with holes.
pub async fn good_in_for_update(pool: &MySqlPool, ids: &[i64]) -> sqlx::Result<()> {
    let marks = vec!["?"; ids.len()].join(", ");
    let sql = format!("SELECT id FROM pages WHERE id IN ({marks}) ORDER BY id FOR UPDATE");
    let mut tx = pool.begin().await?;
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in ids {
        query = query.bind(id);
    }
    query.fetch_all(&mut *tx).await?;
    tx.commit().await
}
