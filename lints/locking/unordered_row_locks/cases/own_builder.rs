//@ crate: sqlx-postgres
//! SQL given to a statement builder of the workspace's own.
use std::collections::HashMap;

use sqlx::PgPool;

pub struct Built {
    text: String,
    values: HashMap<String, Vec<i64>>,
}

fn statement(text: &str) -> Built {
    Built { text: text.to_owned(), values: HashMap::new() }
}

impl Built {
    fn with(mut self, name: &str, values: &[i64]) -> Self {
        self.values.insert(name.to_owned(), values.to_vec());
        self
    }

    async fn all(self, pool: &PgPool) -> sqlx::Result<usize> {
        Ok(sqlx::query(sqlx::AssertSqlSafe(self.text)).fetch_all(pool).await?.len())
    }
}

// The clause comes through a hole.
pub async fn bad_clause_in_hole(pool: &PgPool, ids: &[i64], lock: bool) -> sqlx::Result<usize> {
    let clause = if lock { "FOR UPDATE" } else { "" };
    statement(&format!("SELECT id FROM pages WHERE id IN (:ids) {clause}")).with("ids", ids).all(pool).await //~ unordered_row_locks
}

// In order.
pub async fn good_ordered(pool: &PgPool, ids: &[i64], lock: bool) -> sqlx::Result<usize> {
    let clause = if lock { "FOR UPDATE" } else { "" };
    statement(&format!("SELECT id FROM pages WHERE id IN (:ids) ORDER BY id {clause}")).with("ids", ids).all(pool).await
}

// Not a list.
pub async fn good_one(pool: &PgPool, id: i64) -> sqlx::Result<usize> {
    statement("SELECT id FROM pages WHERE id = :id FOR UPDATE").with("id", &[id]).all(pool).await
}
