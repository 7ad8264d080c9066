//@ crate: sqlx-postgres
//! Functions that are called only where a constant lets nobody through.
use sqlx::{PgConnection, PgPool};

const READ_ONLY: bool = true;

// Its only call comes after a way out that is always taken.
pub async fn good_switched_off(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut *conn).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(conn).await?;
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
pub async fn bad_reached_elsewhere(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut *conn).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(conn).await?; //~ lost_update
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
pub async fn bad_for_others(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT count FROM counters WHERE id = $1").bind(id).fetch_one(&mut *conn).await?;
    sqlx::query("UPDATE counters SET count = $1 WHERE id = $2").bind(count + 1).bind(id).execute(conn).await?; //~ lost_update
    Ok(())
}
