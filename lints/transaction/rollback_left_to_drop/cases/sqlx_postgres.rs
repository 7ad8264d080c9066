//@ crate: sqlx-services
use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::sleep;

const TAKE: &str = "UPDATE jobs SET taken = now() WHERE id = $1";

async fn tell(http: &reqwest::Client, job: i64) -> anyhow::Result<()> {
    http.post("https://alerts.example").body(job.to_string()).send().await?;
    Ok(())
}

pub async fn bad_told_by_a_callee(pool: &PgPool, http: &reqwest::Client, job: i64) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    let taken = {
        let mut tx = conn.begin().await?;
        let taken = sqlx::query(TAKE).bind(job).execute(&mut *tx).await;
        match taken {
            Ok(_) => tx.commit().await,
            Err(error) => Err(error),
        }
    };
    if taken.is_err() {
        tell(http, job).await?; //~ rollback_left_to_drop
    }
    sqlx::query("SELECT 1").execute(&mut *conn).await?;
    Ok(())
}

pub async fn bad_another_connection(conn: &mut PgConnection, pool: &PgPool, job: i64) -> sqlx::Result<()> {
    {
        let mut tx = conn.begin().await?;
        if sqlx::query(TAKE).bind(job).execute(&mut *tx).await?.rows_affected() == 1 {
            return tx.commit().await;
        }
    }
    sqlx::query("UPDATE jobs SET failed = now() WHERE id = $1").bind(job).execute(pool).await?; //~ rollback_left_to_drop
    Ok(())
}

pub async fn good_used_first(conn: &mut PgConnection, job: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    if sqlx::query(TAKE).bind(job).execute(&mut *tx).await?.rows_affected() == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sqlx::query("UPDATE jobs SET failed = now() WHERE id = $1").bind(job).execute(&mut *conn).await?;
    sleep(Duration::from_secs(5)).await;
    Ok(())
}

pub async fn good_given_back(pool: &PgPool, job: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    if sqlx::query(TAKE).bind(job).execute(&mut *tx).await?.rows_affected() == 1 {
        return tx.commit().await;
    }
    drop(tx);
    drop(conn);
    sleep(Duration::from_secs(5)).await;
    Ok(())
}

pub async fn good_of_the_pool(pool: &PgPool, job: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if sqlx::query(TAKE).bind(job).execute(&mut *tx).await?.rows_affected() == 1 {
        return tx.commit().await;
    }
    drop(tx);
    sleep(Duration::from_secs(5)).await;
    Ok(())
}

pub async fn good_committed(conn: &mut PgConnection, job: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query(TAKE).bind(job).execute(&mut *tx).await?;
    tx.commit().await?;
    sleep(Duration::from_secs(5)).await;
    Ok(())
}

pub async fn good_read_only(conn: &mut PgConnection, job: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query("SELECT taken FROM jobs WHERE id = $1").bind(job).fetch_one(&mut *tx).await?;
    drop(tx);
    sleep(Duration::from_secs(5)).await;
    Ok(())
}

pub async fn good_outer_goes_on(conn: &mut PgConnection, job: i64) -> sqlx::Result<()> {
    let mut outer = conn.begin().await?;
    {
        let mut inner = outer.begin().await?;
        if sqlx::query(TAKE).bind(job).execute(&mut *inner).await.is_ok() {
            inner.commit().await?;
        }
    }
    sleep(Duration::from_secs(5)).await; //~ slow_work_in_transaction
    outer.commit().await
}
