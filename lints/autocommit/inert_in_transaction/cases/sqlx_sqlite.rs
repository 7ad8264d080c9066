//@ crate: sqlx-sqlite
//! sqlx on SQLite.
use sqlx::{Executor, SqlitePool};

pub async fn bad_foreign_keys(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("PRAGMA foreign_keys = OFF").await?; //~ inert_in_transaction
    tx.execute("DROP TABLE authors").await?;
    tx.commit().await
}

pub async fn good_before(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    conn.execute("PRAGMA foreign_keys = OFF").await?;
    conn.execute("DROP TABLE authors").await?;
    Ok(())
}
