//@ crate: rusqlite
use std::sync::Mutex;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;

// Waiting for the pool has no bound but its time-out.
pub async fn bad_checkout(pool: &Pool<SqliteConnectionManager>) -> anyhow::Result<()> {
    let conn = pool.get()?; //~ blocking_checkout_in_async
    conn.execute("DELETE FROM people", [])?;
    Ok(())
}

// A local file mostly answers at once: a judgement.
pub async fn bad_query(conn: &Mutex<Connection>) -> anyhow::Result<()> {
    let conn = conn.lock().expect("nobody panics");
    conn.execute("DELETE FROM people", [])?; //~ blocking_checkout_in_async
    Ok(())
}
