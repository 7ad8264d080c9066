//@ crate: sqlx-postgres
//! Advisory keys and LOCK TABLE are locks of the same graph.
use sqlx::PgPool;

// Key 1, then key 2.
pub async fn bad_keys(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(1)").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock(2)").execute(&mut *tx).await?; //~ inconsistent_lock_order
    tx.commit().await
}

// Key 2, then key 1.
pub async fn bad_keys_reversed(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(2)").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock(1)").execute(&mut *tx).await?;
    tx.commit().await
}

// A table as a whole, then rows of another.
pub async fn bad_table(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("LOCK TABLE ledger IN EXCLUSIVE MODE").execute(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET closed = true WHERE id = $1").bind(account).execute(&mut *tx).await?; //~ inconsistent_lock_order
    tx.commit().await
}

// The rows, then the table.
pub async fn bad_table_reversed(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET closed = false WHERE id = $1").bind(account).execute(&mut *tx).await?;
    sqlx::query("LOCK TABLE ledger IN EXCLUSIVE MODE").execute(&mut *tx).await?;
    tx.commit().await
}

// `try` doesn't wait.
pub async fn good_try(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(4)").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_try_advisory_xact_lock(3)").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_try_reversed(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(3)").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_try_advisory_xact_lock(4)").execute(&mut *tx).await?;
    tx.commit().await
}
