//@ crate: sqlx-postgres
//! What a suppression covers, and what is left of it.
use sqlx::PgPool;

const ADD: &str = "INSERT INTO events DEFAULT VALUES";

// On a statement.
pub async fn good_on_statement(pool: &PgPool) -> sqlx::Result<()> {
    // acid: allow(transaction_on_pool) -- the pool has one connection
    sqlx::query("BEGIN").execute(pool).await?;
    sqlx::query(ADD).execute(pool).await?;
    sqlx::query("COMMIT").execute(pool).await?;
    Ok(())
}

// At the end of the line.
pub async fn good_at_line_end(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(pool).await?; // acid: allow(transaction_on_pool) -- the pool has one connection
    sqlx::query("COMMIT").execute(pool).await?;
    Ok(())
}

// On an item it covers all of it.
// acid: allow(query_escapes_transaction) -- events are kept whatever becomes of the rest
pub async fn good_on_function(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    sqlx::query(ADD).execute(pool).await?;
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}

// A statement of several lines.
pub async fn good_on_long_statement(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(query_escapes_transaction) -- events are kept whatever becomes of the rest
    sqlx::query("INSERT INTO events (what) VALUES ($1)")
        .bind("something")
        .execute(pool)
        .await?;
    tx.commit().await
}

// Between the statement and its comment lies another one.
pub async fn bad_moved_away(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(query_escapes_transaction) -- events are kept whatever becomes of the rest //~ unused_allow
    let customer = 7_i64;
    sqlx::query("INSERT INTO events (customer) VALUES ($1)").bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// One of two names is needed.
pub async fn bad_one_of_two(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    // acid: allow(query_escapes_transaction, advisory_lock_split) -- events are kept whatever happens //~ unused_allow
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}

// On an item that has nothing to allow.
// acid: allow(transaction_on_pool) -- for the tests //~ unused_allow
pub struct Nothing;

// Text that only looks like a suppression: in a string, in a doc comment, in a sentence.
/// Write `// acid: allow(transaction_on_pool) -- why` to allow it.
pub fn good_text() -> &'static str {
    // See the page on "acid: allow(transaction_on_pool)" for what it means.
    "// acid: allow(transaction_on_pool) -- a string"
}
