//@ crate: sqlx-postgres
//! Functions that are called only where a constant lets nobody through.
use sqlx::{PgPool, Postgres, Transaction};

const READ_ONLY: bool = true;

// Its only call comes after a way out that is always taken.
pub async fn good_switched_off(tx: &mut Transaction<'_, Postgres>, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut **tx).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(&mut **tx).await?;
    Ok(())
}

pub async fn count_once(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    if READ_ONLY {
        return Err(sqlx::Error::WorkerCrashed);
    }
    let mut tx = pool.begin().await?;
    let _ = good_switched_off(&mut tx, id).await;
    tx.commit().await
}

// One of two.
pub async fn bad_reached_elsewhere(tx: &mut Transaction<'_, Postgres>, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut **tx).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(&mut **tx).await?; //~ lost_update
    Ok(())
}

pub async fn count_twice(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if !READ_ONLY {
        bad_reached_elsewhere(&mut tx, id).await?;
    }
    bad_reached_elsewhere(&mut tx, id).await?;
    tx.commit().await
}

// Others may call what nobody here does.
pub async fn bad_for_others(tx: &mut Transaction<'_, Postgres>, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut **tx).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(&mut **tx).await?; //~ lost_update
    Ok(())
}
