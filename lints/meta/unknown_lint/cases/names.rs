//@ crate: sqlx-postgres
// acid: allow-file(transactions_on_pool) -- one connection //~ unknown_lint
//! Names that exist and names that don't.
use sqlx::PgPool;

const ADD: &str = "INSERT INTO events DEFAULT VALUES";

// One of two is unknown; the other one works.
pub async fn bad_one_of_two(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(query_escapes_transaction, query_escapes) -- events are kept whatever happens //~ unknown_lint
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}

// A clippy lint is none of ours.
pub async fn bad_foreign(pool: &PgPool) -> sqlx::Result<()> {
    // acid: allow(clippy::pedantic) -- too loud //~ unknown_lint
    sqlx::query(ADD).execute(pool).await?;
    Ok(())
}

// A group.
pub async fn good_group(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(checkout) -- events are kept whatever happens
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}
