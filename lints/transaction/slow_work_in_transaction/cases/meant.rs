//@ crate: sqlx-services
//! Waits that somebody asked for, connections that nobody else wants, permits.
use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};

// Somebody wants the work to stand still.
pub async fn bad_paused(pool: &PgPool, paused: &std::sync::atomic::AtomicBool, names: Vec<String>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    for name in names {
        while paused.load(std::sync::atomic::Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(5)).await; //~ slow_work_in_transaction?
        }
        sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

// The connection is nobody else's, and nothing is locked.
pub async fn bad_own_connection(url: &str, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    let mut tx = conn.begin().await?;
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM names").fetch_all(&mut *tx).await?;
    client.post("https://copy.example").json(&names).send().await?; //~ slow_work_in_transaction?
    tx.commit().await?;
    Ok(())
}

pub async fn bad_own_connection_written(url: &str, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    let mut tx = conn.begin().await?;
    sqlx::query("UPDATE names SET copied = true").execute(&mut *tx).await?;
    client.post("https://copy.example").send().await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

// What would have been written isn't where it goes on.
pub async fn bad_own_connection_refused(url: &str, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    let mut tx = conn.begin().await?;
    refuse_copied(&mut tx).await?;
    client.post("https://copy.example").send().await?; //~ slow_work_in_transaction?
    sqlx::query("UPDATE names SET copied = true").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_own_connection_refusal_ignored(url: &str, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    let mut tx = conn.begin().await?;
    if let Err(error) = by_way_of(&mut tx).await {
        eprintln!("{error}");
    }
    client.post("https://copy.example").send().await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

async fn by_way_of(conn: &mut PgConnection) -> anyhow::Result<()> {
    refuse_copied(conn).await?;
    Ok(())
}

async fn refuse_copied(conn: &mut PgConnection) -> anyhow::Result<()> {
    let copied: bool = sqlx::query_scalar("SELECT bool_or(copied) FROM names").fetch_one(&mut *conn).await?;
    if copied {
        sqlx::query("DELETE FROM names").execute(&mut *conn).await?;
        anyhow::bail!("copied before");
    }
    Ok(())
}

// The program that people run doesn't have it.
pub async fn good_in_tests_alone(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE names SET copied = true").execute(&mut *tx).await?;
    #[cfg(test)]
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    #[cfg(test)]
    tokio::time::sleep(Duration::from_millis(5)).await;
    tx.commit().await?;
    Ok(())
}

// A permit that others have: they may want a connection.
pub async fn bad_permit(pool: &PgPool, turns: &tokio::sync::Semaphore, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE names SET copied = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    let _turn = turns.acquire().await?; //~ slow_work_in_transaction
    sqlx::query("UPDATE names SET checked = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn good_permit_before(pool: &PgPool, turns: &tokio::sync::Semaphore, id: i64) -> anyhow::Result<()> {
    let _turn = turns.acquire().await?;
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE names SET copied = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
