//@ crate: sqlx-postgres
//! Where a statement has changed no rows, its transaction has written nothing that others don't see: all that is taken is a second connection.
use sqlx::{PgPool, Postgres, Transaction};

const KEEP: &str = "INSERT INTO replies (key) VALUES ($1) ON CONFLICT DO NOTHING";

async fn saved(pool: &PgPool, key: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT body FROM replies WHERE key = $1").bind(key).fetch_one(pool).await
}

pub enum Next {
    Start(Transaction<'static, Postgres>),
    Saved(String),
}

pub async fn good_none_inserted(pool: &PgPool, key: &str) -> sqlx::Result<Next> {
    let mut tx = pool.begin().await?;
    let inserted = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?.rows_affected();
    if inserted > 0 {
        Ok(Next::Start(tx))
    } else {
        Ok(Next::Saved(saved(pool, key).await?)) //~ nested_checkout
    }
}

pub async fn good_none_inserted_asked_at_once(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?;
    if done.rows_affected() == 0 {
        return saved(pool, key).await.map(Some); //~ nested_checkout
    }
    tx.commit().await?;
    Ok(None)
}

pub async fn good_none_inserted_turned_round(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?;
    if !(0 != done.rows_affected()) {
        return saved(pool, key).await.map(Some); //~ nested_checkout
    }
    tx.commit().await?;
    Ok(None)
}

pub async fn bad_some_inserted(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let inserted = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?.rows_affected();
    let mut body = None;
    if inserted > 0 {
        body = Some(saved(pool, key).await?); //~ query_escapes_transaction
    }
    tx.commit().await?;
    Ok(body)
}

// No more than one is some.
pub async fn bad_few_inserted(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let inserted = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?.rows_affected();
    let mut body = None;
    if inserted <= 1 {
        body = Some(saved(pool, key).await?); //~ query_escapes_transaction
    }
    tx.commit().await?;
    Ok(body)
}

pub async fn bad_written_before(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE replies SET asked = asked + 1 WHERE key = $1").bind(key).execute(&mut *tx).await?;
    let inserted = sqlx::query(KEEP).bind(key).execute(&mut *tx).await?.rows_affected();
    let mut body = None;
    if inserted == 0 {
        body = Some(saved(pool, key).await?); //~ query_escapes_transaction
    }
    tx.commit().await?;
    Ok(body)
}

// Its own rows are counted, and not those of its common table expression.
pub async fn bad_written_beside(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let moved = sqlx::query(
        "WITH kept AS (INSERT INTO replies (key) VALUES ($1)) UPDATE requests SET kept = true WHERE key = $1",
    );
    let moved = moved.bind(key).execute(&mut *tx).await?.rows_affected();
    let mut body = None;
    if moved == 0 {
        body = Some(saved(pool, key).await?); //~ query_escapes_transaction
    }
    tx.commit().await?;
    Ok(body)
}

// A number that was read isn't one of rows.
pub async fn bad_read(pool: &PgPool, key: &str) -> sqlx::Result<Option<String>> {
    let mut tx = pool.begin().await?;
    let asked: i64 = sqlx::query_scalar("UPDATE replies SET asked = asked + 1 WHERE key = $1 RETURNING asked")
        .bind(key)
        .fetch_one(&mut *tx)
        .await?;
    let mut body = None;
    if asked == 0 {
        body = Some(saved(pool, key).await?); //~ query_escapes_transaction
    }
    tx.commit().await?;
    Ok(body)
}
