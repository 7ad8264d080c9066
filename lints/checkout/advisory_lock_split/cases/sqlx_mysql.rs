//@ crate: sqlx-mysql
//! MySQL: GET_LOCK and RELEASE_LOCK.
use sqlx::MySqlPool;

// Both through the pool: one cause.
pub async fn bad_pool(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SELECT GET_LOCK('nightly', 10)").execute(pool).await?; //~ advisory_lock_split
    sqlx::query("DELETE FROM drafts").execute(pool).await?;
    sqlx::query("SELECT RELEASE_LOCK('nightly')").execute(pool).await?;
    Ok(())
}

// sqlx's pool resets nothing when the checkout goes back.
pub async fn bad_checkout(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SELECT GET_LOCK('nightly', 10)").execute(&mut *conn).await?; //~ advisory_lock_split
    sqlx::query("DELETE FROM drafts").execute(&mut *conn).await?;
    sqlx::query("SELECT RELEASE_LOCK('nightly')").execute(&mut *conn).await?;
    Ok(())
}

// To be closed instead of returned.
pub async fn good_close_on_drop(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.close_on_drop();
    sqlx::query("SELECT GET_LOCK('nightly', 10)").execute(&mut *conn).await?;
    sqlx::query("DELETE FROM drafts").execute(&mut *conn).await?;
    sqlx::query("DO RELEASE_LOCK('nightly')").execute(&mut *conn).await?;
    Ok(())
}
