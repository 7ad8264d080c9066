//@ crate: sqlx-postgres
//! Before the first query, or not at all.
use sqlx::PgPool;

const SERIALIZABLE: &str = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";

// Back to READ WRITE is as late.
pub async fn bad_read_write(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN READ ONLY").await?;
    sqlx::query("SELECT id FROM accounts").fetch_one(&mut *tx).await?;
    sqlx::query("SET TRANSACTION READ WRITE").execute(&mut *tx).await?; //~ late_isolation_change
    tx.commit().await
}

pub async fn bad_for_the_next(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(pool).await?; //~ late_isolation_change
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_first(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SERIALIZABLE).execute(&mut *tx).await?;
    sqlx::query("SELECT id FROM accounts").fetch_one(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_after_a_lock(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET LOCAL lock_timeout = '1s'").execute(&mut *tx).await?;
    sqlx::query("LOCK TABLE accounts IN SHARE MODE").execute(&mut *tx).await?;
    sqlx::query(SERIALIZABLE).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_read_only(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
    sqlx::query("SET TRANSACTION READ ONLY").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_one_each(pool: &PgPool) -> sqlx::Result<()> {
    for _ in 0..3 {
        let mut tx = pool.begin().await?;
        sqlx::query(SERIALIZABLE).execute(&mut *tx).await?;
        sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}
