//@ crate: mysql-async
//! `mysql_async`: the pool resets the session on return; through the pool state is still somebody else's.
use mysql_async::prelude::{Query, Queryable};
use mysql_async::Pool;

// The variable is set on one connection, and gone with its reset.
pub async fn bad_variable(pool: &Pool) -> mysql_async::Result<()> {
    "SET @tenant = 7".ignore(pool).await //~ session_state_on_pool
}

// The generated key of another connection.
pub async fn bad_last_insert_id(pool: &Pool) -> mysql_async::Result<Option<u64>> {
    "INSERT INTO invoices (amount) VALUES (1)".ignore(pool).await?;
    "SELECT LAST_INSERT_ID()".first(pool).await //~ session_state_on_pool
}

// On one checkout, which is reset when it goes back.
pub async fn good_checkout(pool: &Pool) -> mysql_async::Result<Option<u64>> {
    let mut conn = pool.get_conn().await?;
    conn.query_drop("SET time_zone = '+00:00'").await?;
    conn.query_drop("INSERT INTO invoices (amount) VALUES (1)").await?;
    Ok(conn.last_insert_id())
}
