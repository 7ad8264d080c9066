//@ crate: sqlx-postgres
//! The dedicated holder of a session lock that others give up on: there is one, so no two of its kind fill a pool.
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

const LEADER: i64 = 7;

async fn leader(pool: &PgPool) -> sqlx::Result<Option<PoolConnection<Postgres>>> {
    let mut conn = pool.acquire().await?;
    let is_leader: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER).fetch_one(&mut *conn).await?; //~ advisory_lock_split
    if is_leader { Ok(Some(conn)) } else { Ok(None) }
}

async fn queued(pool: &PgPool) -> sqlx::Result<PoolConnection<Postgres>> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LEADER).execute(&mut *conn).await?; //~ advisory_lock_split
    Ok(conn)
}

async fn resign(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(LEADER).execute(conn).await?;
    Ok(())
}

pub struct Lease {
    conn: PoolConnection<Postgres>,
}

async fn lease(pool: &PgPool) -> sqlx::Result<Option<Lease>> {
    Ok(leader(pool).await?.map(|conn| Lease { conn }))
}

async fn purge(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM jobs WHERE done").execute(pool).await?;
    Ok(())
}

// One leader, whose connection does nothing else.
pub async fn good_leader(pool: &PgPool) -> sqlx::Result<()> {
    let Some(mut conn) = leader(pool).await? else {
        return Ok(());
    };
    let purged = purge(pool).await;
    resign(&mut conn).await?;
    purged
}

// In a struct.
pub async fn good_lease(pool: &PgPool) -> sqlx::Result<()> {
    if let Some(mut lease) = lease(pool).await? {
        let purged = purge(pool).await;
        resign(&mut lease.conn).await?;
        return purged;
    }
    Ok(())
}

// Taken here.
pub async fn good_taken_here(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    let is_leader: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER).fetch_one(&mut conn).await?;
    if is_leader {
        purge(pool).await?;
    }
    Ok(())
}

// Those that wait for their turn hold a connection each.
pub async fn bad_waits(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = queued(pool).await?;
    let purged = purge(pool).await; //~ nested_checkout
    resign(&mut conn).await?;
    purged
}

// Before the lock is asked for, all candidates hold one.
pub async fn bad_before_lock(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    purge(pool).await?; //~ nested_checkout
    resign(&mut conn).await
}
