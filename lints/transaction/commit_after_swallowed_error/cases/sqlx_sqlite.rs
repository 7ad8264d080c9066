//@ crate: sqlx-sqlite
//! SQLite goes on without the failed statement.
use sqlx::SqlitePool;

const ADD: &str = "INSERT INTO items (name) VALUES ('x')";
const SET: &str = "UPDATE orders SET items = items + 1";

pub async fn bad_half(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    let _ = sqlx::query(ADD).execute(&mut *tx).await; //~ commit_after_swallowed_error
    tx.commit().await
}

pub async fn good_looked_for(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    match sqlx::query(ADD).execute(&mut *tx).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => println!("known already"),
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    tx.commit().await
}

pub async fn good_only_write(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = sqlx::query(ADD).execute(&mut *tx).await;
    tx.commit().await
}

pub async fn good_schema(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = sqlx::query("ALTER TABLE items ADD COLUMN note TEXT").execute(&mut *tx).await;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}
