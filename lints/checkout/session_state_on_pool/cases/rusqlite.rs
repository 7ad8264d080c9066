//@ crate: rusqlite
//! r2d2_sqlite: pragmas of one connection.
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;

type DbPool = Pool<SqliteConnectionManager>;

// Left on the connection that goes back: others insert without their foreign keys checked.
pub fn bad_left(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get()?;
    conn.execute_batch("PRAGMA foreign_keys = OFF")?; //~ session_state_on_pool
    conn.execute("DELETE FROM parents", [])?;
    Ok(())
}

// In the manager's hook every connection gets it.
pub fn good_init(path: &str) -> anyhow::Result<DbPool> {
    let manager = SqliteConnectionManager::file(path).with_init(|conn| conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -20000;"));
    Ok(Pool::new(manager)?)
}

// The client's own value, of the same connection.
pub fn good_last_insert_rowid(pool: &DbPool) -> anyhow::Result<i64> {
    let conn = pool.get()?;
    conn.execute("INSERT INTO notes (text) VALUES ('x')", [])?;
    Ok(conn.last_insert_rowid())
}
