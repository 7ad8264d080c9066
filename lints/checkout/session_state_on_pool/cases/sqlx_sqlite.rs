//@ crate: sqlx-sqlite
//! SQLite: pragmas that belong to the connection, and those that belong to the file.
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

// Checked on one connection of the pool, unchecked on the others.
pub async fn bad_foreign_keys(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA foreign_keys = OFF").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// On in every connection as it is.
pub async fn good_foreign_keys(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA foreign_keys = ON").execute(pool).await?;
    Ok(())
}

// Off in every connection as it is.
pub async fn bad_recursive_triggers(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA recursive_triggers = ON").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// The waiting time of one connection.
pub async fn bad_busy_timeout(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA busy_timeout = 5000").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// The row that somebody else inserted last on that connection.
pub async fn bad_last_insert_rowid(pool: &SqlitePool) -> sqlx::Result<i64> {
    sqlx::query("INSERT INTO notes (text) VALUES ('x')").execute(pool).await?;
    sqlx::query_scalar("SELECT last_insert_rowid()").fetch_one(pool).await //~ session_state_on_pool
}

// The journal mode is the file's, and stays in it.
pub async fn good_journal_mode(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA journal_mode = WAL").execute(pool).await?;
    sqlx::query("PRAGMA user_version = 3").execute(pool).await?;
    Ok(())
}

// Pragmas that ask, or do something once.
pub async fn good_questions(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("PRAGMA foreign_keys").execute(pool).await?;
    sqlx::query("PRAGMA table_info(notes)").execute(pool).await?;
    sqlx::query("PRAGMA optimize").execute(pool).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await?;
    Ok(())
}

// In the options every connection gets it.
pub async fn good_options() -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new().filename("notes.db").pragma("cache_size", "-20000").foreign_keys(true);
    SqlitePoolOptions::new().connect_with(options).await
}

// It waits longer, and answers the same.
pub async fn bad_left_busy_timeout(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("PRAGMA busy_timeout = 60000").execute(&mut *conn).await?; //~ session_state_on_pool?
    sqlx::query("DELETE FROM notes WHERE old").execute(&mut *conn).await?;
    Ok(())
}
