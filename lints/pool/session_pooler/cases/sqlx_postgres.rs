//@ crate: sqlx-postgres
//! PgBouncer by its port: a connection of the pool isn't a session of the server's.
use sqlx::PgPool;

pub async fn connect() -> sqlx::Result<PgPool> {
    PgPool::connect("postgres://shop@db.internal:6432/shop").await
}

// Left set where the DELETE fails, whatever stands between.
pub async fn bad_setting(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET statement_timeout = '5s'").execute(&mut *conn).await?; //~ session_state_on_pool
    sqlx::query("DELETE FROM carts WHERE stale").execute(&mut *conn).await?;
    sqlx::query("RESET statement_timeout").execute(&mut *conn).await?;
    Ok(())
}

pub async fn bad_setting_of_its_own(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("SET statement_timeout = '5s'").execute(&mut conn).await?; //~ session_pooler
    sqlx::query("DELETE FROM carts WHERE stale").execute(&mut conn).await?;
    Ok(())
}

pub async fn bad_lock(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("SELECT pg_advisory_lock(7)").execute(&mut conn).await?; //~ session_pooler
    sqlx::query("DELETE FROM carts WHERE stale").execute(&mut conn).await?;
    sqlx::query("SELECT pg_advisory_unlock(7)").execute(&mut conn).await?;
    Ok(())
}

pub async fn bad_temporary_table(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("CREATE TEMPORARY TABLE picked (id BIGINT)").execute(&mut *conn).await?; //~ session_pooler
    sqlx::query("INSERT INTO picked SELECT id FROM carts").execute(&mut *conn).await?;
    sqlx::query("DROP TABLE picked").execute(&mut *conn).await?;
    Ok(())
}

pub async fn good_for_a_transaction(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET LOCAL statement_timeout = '5s'").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_advisory_xact_lock(7)").execute(&mut *tx).await?;
    sqlx::query("DELETE FROM carts WHERE stale").execute(&mut *tx).await?;
    tx.commit().await
}
