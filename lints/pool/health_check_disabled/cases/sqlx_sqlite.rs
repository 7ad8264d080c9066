//@ crate: sqlx-sqlite
//! A file doesn't hang up.
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

pub async fn good_file(url: &str) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().test_before_acquire(false).connect(url).await
}
