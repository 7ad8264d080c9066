//@ crate: sqlx-postgres
// acid: allow-file(transaction_on_pool) -- the pool has one connection
// acid: allow-file(advisory_lock_split) -- left over //~ unused_allow
//! A suppression for the file.
use sqlx::PgPool;

// Covered by the file's.
pub async fn good_begin(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(pool).await?;
    Ok(())
}

pub async fn good_commit(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("COMMIT").execute(pool).await?;
    Ok(())
}
