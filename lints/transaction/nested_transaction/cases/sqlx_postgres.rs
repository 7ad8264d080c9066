//@ crate: sqlx-postgres
//! BEGIN in a transaction, by text and by the client.
use sqlx::{Connection, PgConnection, PgPool};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

// By text inside a guard's transaction.
pub async fn bad_text_in_guard(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    sqlx::query("BEGIN").execute(&mut *tx).await?; //~ nested_transaction
    sqlx::query(ADD).execute(&mut *tx).await?;
    sqlx::query("COMMIT").execute(&mut *tx).await?;
    tx.commit().await
}

// By the client inside a transaction that it doesn't know of.
pub async fn bad_guard_in_text(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::query("BEGIN").execute(&mut conn).await?;
    let mut tx = conn.begin().await?; //~ nested_transaction
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await?;
    sqlx::query("COMMIT").execute(&mut conn).await?;
    Ok(())
}

async fn replace(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::raw_sql("BEGIN; DELETE FROM audit; INSERT INTO audit (what) VALUES ('all'); COMMIT").execute(conn).await?;
    Ok(())
}

// In a callee.
pub async fn bad_callee(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    replace(&mut tx).await?; //~ nested_transaction
    tx.commit().await
}

// The client makes it a savepoint.
pub async fn good_savepoint(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut inner = sqlx::Acquire::begin(&mut tx).await?;
    sqlx::query(ADD).execute(&mut *inner).await?;
    inner.commit().await?;
    tx.commit().await
}

// One after the other.
pub async fn good_sequence(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await?;
    let mut tx = conn.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// Another connection.
pub async fn good_other_connection(pool: &PgPool, other: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let mut second = other.begin().await?;
    sqlx::query("DELETE FROM audit").execute(&mut *second).await?;
    second.commit().await?;
    tx.commit().await
}

// Each round ends its own.
pub async fn good_retry(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    loop {
        sqlx::query("BEGIN").execute(&mut conn).await?;
        if sqlx::query(ADD).execute(&mut conn).await.is_ok() {
            sqlx::query("COMMIT").execute(&mut conn).await?;
            return Ok(());
        }
        sqlx::query("ROLLBACK").execute(&mut conn).await?;
    }
}
