//@ crate: sqlx-postgres
// acid: allow-file(transaction_on_pool) //~ allow_without_reason
//! Reasons, and what is none.
use sqlx::PgPool;

const ADD: &str = "INSERT INTO events DEFAULT VALUES";

// Covered by the file's suppression, which works without a reason.
pub async fn good_begin(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(pool).await?;
    Ok(())
}

// Dashes with nothing behind them.
pub async fn bad_empty(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(query_escapes_transaction) -- //~ allow_without_reason
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}

// Without a reason and without an effect: two things to say about one comment.
pub async fn bad_both(pool: &PgPool) -> sqlx::Result<()> {
    // acid: allow(query_escapes_transaction) //~ allow_without_reason, unused_allow
    sqlx::query(ADD).execute(pool).await?;
    Ok(())
}
