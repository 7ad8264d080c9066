//@ crate: sqlx-mysql
//! MySQL: user variables, generated keys, session settings; sqlx's pool resets nothing.
use sqlx::{MySqlPool, Row};

// The generated key of whoever inserted last on that connection.
pub async fn bad_last_insert_id(pool: &MySqlPool) -> sqlx::Result<u64> {
    sqlx::query("INSERT INTO invoices (amount) VALUES (1)").execute(pool).await?;
    let row = sqlx::query("SELECT LAST_INSERT_ID()").fetch_one(pool).await?; //~ session_state_on_pool
    Ok(row.get(0))
}

// A user variable.
pub async fn bad_user_variable(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET @tenant = 7").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// The number of rows of another statement.
pub async fn bad_row_count(pool: &MySqlPool) -> sqlx::Result<i64> {
    sqlx::query("DELETE FROM drafts").execute(pool).await?;
    sqlx::query_scalar("SELECT ROW_COUNT()").fetch_one(pool).await //~ session_state_on_pool
}

// The session's mode, left on a checkout.
pub async fn bad_sql_mode(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET SESSION sql_mode = ''").execute(&mut *conn).await?; //~ session_state_on_pool
    sqlx::query("INSERT INTO invoices (amount) VALUES ('x')").execute(&mut *conn).await?;
    Ok(())
}

// The isolation level of a session that nobody will know.
pub async fn bad_session_isolation(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// What the client reads from the insert's own result.
pub async fn good_from_result(pool: &MySqlPool) -> sqlx::Result<u64> {
    let done = sqlx::query("INSERT INTO invoices (amount) VALUES (1)").execute(pool).await?;
    Ok(done.last_insert_id() + done.rows_affected())
}

// A counter: the expression's value comes back with the result of the statement that sets it.
pub async fn good_counter(pool: &MySqlPool) -> sqlx::Result<u64> {
    let done = sqlx::query("UPDATE counters SET n = LAST_INSERT_ID(n + 1)").execute(pool).await?;
    Ok(done.last_insert_id())
}

// Both on one transaction.
pub async fn good_in_transaction(pool: &MySqlPool) -> sqlx::Result<u64> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO invoices (amount) VALUES (1)").execute(&mut *tx).await?;
    let row = sqlx::query("SELECT LAST_INSERT_ID()").fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(row.get(0))
}

// Used up by the statement itself.
pub async fn good_in_one_checkout(pool: &MySqlPool) -> sqlx::Result<u64> {
    let mut conn = pool.acquire().await?;
    sqlx::query("INSERT INTO invoices (amount) VALUES (1)").execute(&mut *conn).await?;
    sqlx::query_scalar("SELECT LAST_INSERT_ID()").fetch_one(&mut *conn).await
}
