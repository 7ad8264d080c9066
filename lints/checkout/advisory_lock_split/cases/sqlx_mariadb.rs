//@ crate: sqlx-mariadb
//! MariaDB: GET_LOCK belongs to the session; RELEASE_ALL_LOCKS ends all of them.
use sqlx::MySqlPool;

// Taken on one connection, released on another.
pub async fn bad_pool(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SELECT GET_LOCK('nightly', 10)").execute(pool).await?; //~ advisory_lock_split
    sqlx::query("DELETE FROM drafts").execute(pool).await?;
    sqlx::query("SELECT RELEASE_ALL_LOCKS()").execute(pool).await?;
    Ok(())
}

// One connection, which is closed where its release isn't reached.
pub async fn good_released(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.close_on_drop();
    sqlx::query("SELECT GET_LOCK('nightly', 10)").execute(&mut *conn).await?;
    let done = sqlx::query("DELETE FROM drafts").execute(&mut *conn).await;
    sqlx::query("SELECT RELEASE_ALL_LOCKS()").execute(&mut *conn).await?;
    done.map(|_| ())
}
