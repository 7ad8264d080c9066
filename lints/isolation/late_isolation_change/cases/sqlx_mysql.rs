//@ crate: sqlx-mysql
//! MySQL sets the level of the next transaction, before it begins.
use sqlx::{Connection, MySqlConnection, MySqlPool};

const SERIALIZABLE: &str = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";

pub async fn bad_inside(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SERIALIZABLE).execute(&mut *tx).await?; //~ late_isolation_change
    sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_through_the_pool(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(pool).await?; //~ late_isolation_change
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_before(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query(SERIALIZABLE).execute(&mut *conn).await?;
    let mut tx = conn.begin().await?;
    sqlx::query("UPDATE accounts SET balance = 0").execute(&mut *tx).await?;
    tx.commit().await
}
