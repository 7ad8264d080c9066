//@ crate: sqlx-postgres
//! Postgres: session locks on pools, checkouts and transactions.
use sqlx::pool::PoolConnection;
use sqlx::{Connection, PgConnection, PgPool, Postgres, Row};

const LOCK: &str = "SELECT pg_advisory_lock(7)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7)";
const WORK: &str = "DELETE FROM drafts WHERE age > 30";

// Tried on the pool: whoever has that connection next has the lock.
pub async fn bad_try_lock(pool: &PgPool) -> sqlx::Result<bool> {
    let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(7_i64).fetch_one(pool).await?; //~ advisory_lock_split
    Ok(taken)
}

// Released on some connection of the pool.
pub async fn bad_unlock(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(7_i64).execute(pool).await?; //~ advisory_lock_split
    Ok(())
}

// Taken on one checkout that goes back with it; the unlock runs on another connection.
pub async fn bad_two_places(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?; //~ advisory_lock_split
    let done = sqlx::query(WORK).execute(&mut *conn).await;
    drop(conn);
    sqlx::query(UNLOCK).execute(pool).await?;
    done.map(|_| ())
}

// The work fails, and the checkout goes back locked.
pub async fn bad_error_path(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?; //~ advisory_lock_split
    sqlx::query(WORK).execute(&mut *conn).await?;
    sqlx::query(UNLOCK).execute(&mut *conn).await?;
    Ok(())
}

// Taken in a transaction and left to it: commit doesn't release a session lock.
pub async fn bad_left_to_transaction(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(LOCK).execute(&mut *tx).await?; //~ advisory_lock_split
    sqlx::query(WORK).execute(&mut *tx).await?;
    tx.commit().await
}

async fn lock(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(LOCK).execute(conn).await?;
    Ok(())
}

async fn unlock(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(UNLOCK).execute(conn).await?;
    Ok(())
}

// Helpers take and release it; the early return lies between them.
pub async fn bad_helpers(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    lock(&mut conn).await?; //~ advisory_lock_split
    if sqlx::query(WORK).execute(&mut *conn).await.is_err() {
        return Ok(());
    }
    unlock(&mut conn).await
}

// Released whatever the work says; but a future that is dropped at the work's await returns the checkout locked.
pub async fn bad_cancelled(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?; //~ advisory_lock_split
    let done = sqlx::query(WORK).execute(&mut *conn).await;
    sqlx::query(UNLOCK).execute(&mut *conn).await?;
    done.map(|_| ())
}

/// Holds the lock until `release`; dropped without it, the checkout goes back locked.
pub struct RunLock {
    conn: PoolConnection<Postgres>,
}

impl RunLock {
    pub async fn bad_try_take(pool: &PgPool) -> sqlx::Result<Option<Self>> {
        let mut conn = pool.acquire().await?;
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock(8)")
            .fetch_one(&mut *conn) //~ advisory_lock_split
            .await?;
        Ok(taken.then_some(Self { conn }))
    }

    pub async fn good_release(mut self) -> sqlx::Result<()> {
        sqlx::query("SELECT pg_advisory_unlock(8)").execute(&mut *self.conn).await?;
        Ok(())
    }
}

/// Holds the lock as long as its own connection lives.
pub struct OwnLock {
    conn: PgConnection,
}

impl OwnLock {
    // Detached before: closing it releases the lock.
    pub async fn good_take(pool: &PgPool) -> sqlx::Result<Self> {
        let mut conn = pool.acquire().await?.detach();
        sqlx::query("SELECT pg_advisory_lock(9)").execute(&mut conn).await?;
        Ok(Self { conn })
    }

    pub async fn good_release(self) -> sqlx::Result<()> {
        self.conn.close().await
    }
}

// The lock of a transaction ends with it.
pub async fn good_transaction_level(pool: &PgPool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(7)").fetch_one(&mut *tx).await?;
    if !taken {
        return Ok(false);
    }
    sqlx::query(WORK).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

// A dedicated connection: the lock lives as long as it does.
pub async fn good_dedicated(url: &str) -> sqlx::Result<PgConnection> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::query(LOCK).execute(&mut conn).await?;
    sqlx::query(WORK).execute(&mut conn).await?;
    Ok(conn)
}

// Detached.
pub async fn good_detached(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query(LOCK).execute(&mut conn).await?;
    sqlx::query(WORK).execute(&mut conn).await?;
    conn.close().await
}

// To be closed instead of returned.
pub async fn good_close_on_drop(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.close_on_drop();
    sqlx::query(LOCK).execute(&mut *conn).await?;
    sqlx::query(WORK).execute(&mut *conn).await?;
    Ok(())
}

/// Closes the connection when nobody has released the lock.
pub struct Closing {
    conn: Option<PoolConnection<Postgres>>,
}

impl Closing {
    // Its drop sees to the connection.
    pub async fn good_take(pool: &PgPool) -> sqlx::Result<Self> {
        let mut conn = pool.acquire().await?;
        sqlx::query("SELECT pg_advisory_lock(10)").execute(&mut *conn).await?;
        Ok(Self { conn: Some(conn) })
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        if let Some(conn) = &mut self.conn {
            conn.close_on_drop();
        }
    }
}

// Both keys of a pair, and the lock of one is released alone.
pub async fn bad_other_key(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SELECT pg_advisory_lock(11)").execute(&mut *conn).await?; //~ advisory_lock_split
    sqlx::query("SELECT pg_advisory_unlock(12)").execute(&mut *conn).await?;
    Ok(())
}

// Nothing is awaited between the two, and the errors are theirs.
pub async fn good_at_once(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?;
    sqlx::query(UNLOCK).execute(&mut *conn).await?;
    Ok(())
}

// Handed out as it is: dropping a checkout doesn't close it.
pub async fn bad_handed_out(pool: &PgPool) -> sqlx::Result<Option<PoolConnection<Postgres>>> {
    let mut conn = pool.acquire().await?;
    let (taken,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)")
        .bind(13_i64)
        .fetch_one(&mut *conn) //~ advisory_lock_split
        .await?;
    if taken {
        Ok(Some(conn))
    } else {
        Ok(None)
    }
}

// The pool is made here and closed here: the lock ends with its sessions.
pub async fn bad_own_pool_closed(url: &str) -> sqlx::Result<()> {
    let pool = PgPool::connect(url).await?;
    sqlx::query("SELECT pg_advisory_lock(41)").execute(&pool).await?; //~ advisory_lock_split?
    sqlx::query("CREATE DATABASE copy TEMPLATE origin").execute(&pool).await?;
    sqlx::query("SELECT pg_advisory_unlock(41)").execute(&pool).await?;
    pool.close().await;
    Ok(())
}

// Made here, but it lives on in who gets it.
pub async fn bad_own_pool(url: &str) -> sqlx::Result<PgPool> {
    let pool = PgPool::connect(url).await?;
    sqlx::query("SELECT pg_advisory_lock(41)").execute(&pool).await?; //~ advisory_lock_split
    sqlx::query("CREATE DATABASE copy TEMPLATE origin").execute(&pool).await?;
    sqlx::query("SELECT pg_advisory_unlock(41)").execute(&pool).await?;
    Ok(pool)
}

/// Holds the lock as long as its checkout, which closes the connection.
pub struct ClosedLock {
    conn: PoolConnection<Postgres>,
}

impl ClosedLock {
    // Where the answer is `false` there is no lock, where it is `true` the connection is closed on drop.
    pub async fn good_closed_if_taken(pool: &PgPool) -> sqlx::Result<Option<Self>> {
        let mut conn = pool.acquire().await?;
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(43_i64)
            .fetch_one(&mut *conn)
            .await
            .map_err(|_| sqlx::Error::PoolClosed)?;
        if taken {
            conn.close_on_drop();
            Ok(Some(Self { conn }))
        } else {
            Ok(None)
        }
    }

    pub async fn good_closed_unless_refused(pool: &PgPool) -> sqlx::Result<Option<Self>> {
        let mut conn = pool.acquire().await?;
        let (taken,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock(43)").fetch_one(&mut *conn).await?;
        if !taken {
            return Ok(None);
        }
        conn.close_on_drop();
        Ok(Some(Self { conn }))
    }

    pub async fn good_closed_by_row(pool: &PgPool) -> sqlx::Result<Option<Self>> {
        let mut conn = pool.acquire().await?;
        let row = sqlx::query("SELECT pg_try_advisory_lock(43)").fetch_one(&mut *conn).await?;
        if !row.get::<bool, _>(0) {
            return Ok(None);
        }
        conn.close_on_drop();
        Ok(Some(Self { conn }))
    }
}

// A task of its own runs this to the end.
async fn bad_dropped_by_nobody(pool: PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?; //~ advisory_lock_split?
    let done = sqlx::query(WORK).execute(&mut *conn).await;
    sqlx::query(UNLOCK).execute(&mut *conn).await?;
    done.map(|_| ())
}

async fn bad_dropped_by_time(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query(LOCK).execute(&mut *conn).await?; //~ advisory_lock_split
    let done = sqlx::query(WORK).execute(&mut *conn).await;
    sqlx::query(UNLOCK).execute(&mut *conn).await?;
    done.map(|_| ())
}

async fn timed(pool: PgPool) {
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), bad_dropped_by_time(&pool)).await;
}

pub fn good_starts(pool: &PgPool) {
    tokio::spawn(bad_dropped_by_nobody(pool.clone()));
    tokio::spawn(timed(pool.clone()));
}
