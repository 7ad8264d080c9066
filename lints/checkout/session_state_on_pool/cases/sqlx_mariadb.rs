//@ crate: sqlx-mariadb
//! MariaDB: `SET STATEMENT … FOR` sets for one statement.
use sqlx::MySqlPool;

// A setting of one of the connections.
pub async fn bad_setting(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET max_statement_time = 5").execute(pool).await?; //~ session_state_on_pool
    sqlx::query("DELETE FROM drafts").execute(pool).await?;
    Ok(())
}

// The statement's own.
pub async fn good_statement(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("SET STATEMENT max_statement_time = 5 FOR DELETE FROM drafts").execute(pool).await?;
    Ok(())
}
