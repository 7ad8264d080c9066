//@ crate: sqlx-services
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool};

async fn ask(http: &reqwest::Client) -> anyhow::Result<String> {
    Ok(http.get("https://parcels.example").send().await?.text().await?)
}

// In a function that knows of no database.
pub async fn bad_callee(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    let state = ask(http).await?; //~ checkout_across_slow_work
    sqlx::query("UPDATE orders SET state = $1")
        .bind(state)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

// A stream keeps its connection from row to row.
pub async fn bad_stream(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut rows = sqlx::query("SELECT id FROM orders").fetch(pool);
    while let Some(_) = rows.try_next().await? {
        ask(http).await?; //~ checkout_across_slow_work
    }
    Ok(())
}

pub async fn good_collected(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    for _ in sqlx::query("SELECT id FROM orders").fetch_all(pool).await? {
        ask(http).await?;
    }
    Ok(())
}

pub async fn good_given_back(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SELECT id FROM orders").execute(&mut *conn).await?;
    drop(conn);
    ask(http).await?;
    Ok(())
}

pub async fn good_block(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    {
        let mut conn = pool.acquire().await?;
        sqlx::query("SELECT id FROM orders").execute(&mut *conn).await?;
    }
    ask(http).await?;
    Ok(())
}

// Whose connection it is, the caller knows.
pub async fn good_given(conn: &mut PgConnection, http: &reqwest::Client) -> anyhow::Result<()> {
    sqlx::query("SELECT id FROM orders").execute(conn).await?;
    ask(http).await?;
    Ok(())
}

// It doesn't go back to a pool.
pub async fn good_detached(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("SELECT id FROM orders").execute(&mut conn).await?;
    ask(http).await?;
    Ok(())
}

// In a transaction it is another lint's.
pub async fn bad_transaction(pool: &PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    ask(http).await?; //~ slow_work_in_transaction
    sqlx::query("UPDATE orders SET state = 1").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
