//@ crate: sqlx-mariadb
//! MariaDB: its own spelling of transaction control.
use sqlx::{MySqlConnection, MySqlPool};

// MariaDB's default for whoever gets this connection next.
pub async fn bad_characteristics(pool: &MySqlPool) -> sqlx::Result<()> {
    sqlx::query("START TRANSACTION WITH CONSISTENT SNAPSHOT").execute(pool).await?; //~ transaction_on_pool
    sqlx::query("INSERT INTO notes (text) VALUES ('x')").execute(pool).await?;
    sqlx::query("COMMIT AND NO CHAIN").execute(pool).await?;
    Ok(())
}

// On one connection.
pub async fn good_connection(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query("SET STATEMENT max_statement_time = 5 FOR DELETE FROM notes").execute(conn).await?;
    Ok(())
}
