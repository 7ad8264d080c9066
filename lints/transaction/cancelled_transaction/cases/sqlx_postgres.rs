//@ crate: sqlx-postgres
//! sqlx on Postgres, which forgets a begin that is dropped.
use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};
use tokio::time::{sleep, timeout};

const LIMIT: Duration = Duration::from_secs(2);
const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

pub async fn bad_block(pool: &PgPool) -> anyhow::Result<()> {
    timeout(LIMIT, async {
        let mut tx = pool.begin().await?; //~ cancelled_transaction
        sqlx::query(ADD).execute(&mut *tx).await?;
        tx.commit().await
    })
    .await??;
    Ok(())
}

pub async fn bad_kept_block(pool: &PgPool) -> anyhow::Result<()> {
    let work = async {
        let mut tx = pool.begin().await?; //~ cancelled_transaction
        sqlx::query(ADD).execute(&mut *tx).await?;
        tx.commit().await
    };
    timeout(LIMIT, work).await??;
    Ok(())
}

async fn record(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_callee(pool: &PgPool) -> anyhow::Result<()> {
    timeout(LIMIT, record(pool)).await??; //~ cancelled_transaction
    Ok(())
}

pub async fn bad_select(pool: &PgPool) -> sqlx::Result<()> {
    tokio::select! {
        done = record(pool) => done, //~ cancelled_transaction
        () = sleep(LIMIT) => Ok(()),
    }
}

pub async fn bad_text(pool: &PgPool) -> anyhow::Result<()> {
    let done: sqlx::Result<()> = timeout(LIMIT, async {
        let mut conn = pool.acquire().await?;
        sqlx::query("BEGIN").execute(&mut *conn).await?; //~ cancelled_transaction
        let done = sqlx::query(ADD).execute(&mut *conn).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        sqlx::query(end).execute(&mut *conn).await?;
        Ok(())
    })
    .await?;
    done?;
    Ok(())
}

pub async fn good_behind_the_limit(pool: &PgPool) -> anyhow::Result<()> {
    let mut conn = timeout(LIMIT, pool.acquire()).await??;
    let mut tx = conn.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

// The guard knows of it.
pub async fn good_statement(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    timeout(LIMIT, sqlx::query(ADD).execute(&mut *tx)).await??;
    tx.commit().await?;
    Ok(())
}

// The task goes on.
pub async fn good_task(pool: PgPool) -> anyhow::Result<()> {
    let task = tokio::spawn(async move { record(&pool).await });
    timeout(LIMIT, task).await???;
    Ok(())
}

// Looked at again in the next turn.
pub async fn good_by_reference(pool: &PgPool) -> sqlx::Result<()> {
    let work = record(pool);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = sleep(LIMIT) => eprintln!("still at it"),
        }
    }
}

// Closed with what is open on it.
pub async fn good_detached(pool: &PgPool) -> anyhow::Result<()> {
    let done: sqlx::Result<()> = timeout(LIMIT, async {
        let mut conn = pool.acquire().await?.detach();
        sqlx::query("BEGIN").execute(&mut conn).await?;
        let done = sqlx::query(ADD).execute(&mut conn).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        sqlx::query(end).execute(&mut conn).await?;
        Ok(())
    })
    .await?;
    done?;
    Ok(())
}

// What waits there is the body of an arm, behind the race.
pub async fn good_arm(pool: &PgPool) -> sqlx::Result<()> {
    tokio::select! {
        () = sleep(LIMIT) => record(pool).await,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

pub async fn good_no_limit(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    pool.begin().await
}

async fn migrate(conn: &mut PgConnection) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// A connection of its own, of no pool: it is closed with what is open on it.
pub async fn good_own_connection() -> anyhow::Result<()> {
    let mut conn = PgConnection::connect("postgres://localhost/shop").await?;
    timeout(LIMIT, migrate(&mut conn)).await??;
    Ok(())
}

async fn migrate_in_time(conn: &mut PgConnection) -> anyhow::Result<()> {
    timeout(LIMIT, migrate(conn)).await??;
    Ok(())
}

pub async fn good_given_own_connection() -> anyhow::Result<()> {
    let mut conn = PgConnection::connect("postgres://localhost/shop").await?;
    migrate_in_time(&mut conn).await
}

// A pool's, lent as one.
pub async fn bad_lent_by_pool(pool: &PgPool) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    timeout(LIMIT, migrate(&mut conn)).await??; //~ cancelled_transaction
    Ok(())
}

// One caller gives its own, another one a pool's.
async fn migrate_either(conn: &mut PgConnection) -> anyhow::Result<()> {
    timeout(LIMIT, migrate(conn)).await??; //~ cancelled_transaction
    Ok(())
}

pub async fn good_first_caller() -> anyhow::Result<()> {
    let mut conn = PgConnection::connect("postgres://localhost/shop").await?;
    migrate_either(&mut conn).await
}

pub async fn good_second_caller(pool: &PgPool) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    migrate_either(&mut conn).await
}
