//@ crate: sqlx-mysql
//! MySQL by SQL: on a pool, on a checkout, on a connection of one's own.
use sqlx::{Connection, MySqlConnection, MySqlPool};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

// Through the pool: one connection of it is different from now on.
pub async fn bad_pool(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET autocommit = 0").execute(pool).await?; //~ autocommit_off
    Ok(())
}

// Goes back to the pool as it is.
pub async fn bad_checkout(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET SESSION autocommit = OFF").execute(&mut *conn).await?; //~ autocommit_off
    sqlx::query(ADD).execute(&mut *conn).await?;
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// Restored on the way that succeeds only.
pub async fn bad_one_path(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET @@autocommit = 0").execute(&mut *conn).await?; //~ autocommit_off
    sqlx::query(ADD).execute(&mut *conn).await?;
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    sqlx::query("SET @@autocommit = 1").execute(&mut *conn).await?;
    Ok(())
}

// A connection of the function's own, and nothing commits what it writes.
pub async fn bad_never_committed(url: &str) -> sqlx::Result<()> {
    let mut conn = MySqlConnection::connect(url).await?;
    sqlx::query("SET autocommit = 0").execute(&mut conn).await?; //~ autocommit_off
    sqlx::query(ADD).execute(&mut conn).await?;
    conn.close().await
}

/// Keeps its connection.
pub struct Reader {
    conn: MySqlConnection,
}

impl Reader {
    // The connection that is kept reads one snapshot for ever.
    pub async fn bad_new(url: &str) -> sqlx::Result<Self> {
        let mut conn = MySqlConnection::connect(url).await?;
        sqlx::query("SET autocommit = 0").execute(&mut conn).await?; //~ autocommit_off
        Ok(Self { conn })
    }

    pub async fn good_waiting(&mut self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM jobs").fetch_one(&mut self.conn).await
    }
}

async fn work(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(conn).await?;
    Ok(())
}

// Ended and restored whatever the work says.
pub async fn good_restored(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET autocommit = 0").execute(&mut *conn).await?;
    let done = work(&mut conn).await;
    match done {
        Ok(()) => sqlx::query("COMMIT").execute(&mut *conn).await?,
        Err(_) => sqlx::query("ROLLBACK").execute(&mut *conn).await?,
    };
    sqlx::query("SET autocommit = 1").execute(&mut *conn).await?;
    done
}

// A connection of the function's own that commits: errors close it, and that rolls back.
pub async fn good_own_connection(url: &str) -> sqlx::Result<()> {
    let mut conn = MySqlConnection::connect(url).await?;
    sqlx::query("SET autocommit = 0").execute(&mut conn).await?;
    sqlx::query(ADD).execute(&mut conn).await?;
    sqlx::query("COMMIT").execute(&mut conn).await?;
    conn.close().await
}

// Turned on.
pub async fn good_on(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query("SET autocommit = 1").execute(conn).await?;
    Ok(())
}
