//@ crate: sqlx-sqlite
//! In-memory databases, by option and by address.
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

pub async fn bad_private() -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new().in_memory(true);
    SqlitePoolOptions::new().max_connections(4).connect_with(options).await //~ contradictory_pool_limits
}

// Ten by default.
pub async fn bad_private_by_default() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect_with(SqliteConnectOptions::new().in_memory(true)).await //~ contradictory_pool_limits
}

pub async fn bad_address() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect("sqlite::memory:").await //~ contradictory_pool_limits
}

// Old ones are closed too.
pub async fn bad_lifetime() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(1).idle_timeout(None).connect("sqlite::memory:").await //~ contradictory_pool_limits
}

pub async fn good_kept() -> sqlx::Result<SqlitePool> {
    let options = SqlitePoolOptions::new().idle_timeout(None).max_lifetime(None);
    options.connect("sqlite::memory:").await
}

pub async fn good_file() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(4).connect("sqlite://notes.db").await
}

pub async fn good_read_at_run_time(url: &str, idle: Duration) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().idle_timeout(idle).connect(url).await
}

// Of two ways one is in memory, and its connection is kept.
pub async fn good_branches(path: Option<&str>) -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new();
    if let Some(path) = path {
        SqlitePoolOptions::new().connect_with(options.filename(path)).await
    } else {
        let kept = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        kept.connect_with(options.in_memory(true)).await
    }
}

// Only tests come by, through another function.
#[allow(dead_code)]
async fn good_behind_a_helper() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect("sqlite::memory:").await
}

#[allow(dead_code)]
pub(crate) async fn helper() -> sqlx::Result<SqlitePool> {
    let pool = good_behind_a_helper().await?;
    sqlx::query("CREATE TABLE notes (id INTEGER)").execute(&pool).await?;
    Ok(pool)
}

// Tests call what a library's users call.
pub async fn bad_shown_to_users() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect("sqlite::memory:").await //~ contradictory_pool_limits
}

async fn bad_for_tests_and_demos() -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().connect("sqlite::memory:").await //~ contradictory_pool_limits
}

pub async fn demo() -> sqlx::Result<SqlitePool> {
    bad_for_tests_and_demos().await
}

#[cfg(test)]
mod tests {
    use sqlx::SqlitePool;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    // Test code is left alone.
    pub async fn good_in_test() -> sqlx::Result<SqlitePool> {
        SqlitePoolOptions::new().connect_with(SqliteConnectOptions::new().in_memory(true)).await
    }

    #[tokio::test]
    async fn good_callers() {
        super::helper().await.unwrap();
        super::bad_shown_to_users().await.unwrap();
        super::bad_for_tests_and_demos().await.unwrap();
    }
}
