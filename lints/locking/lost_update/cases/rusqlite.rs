//@ crate: rusqlite
//! rusqlite: one connection of one's own, and a transaction that fails instead.
use rusqlite::{Connection, params};

pub fn good_own_connection(conn: &Connection, id: i64) -> rusqlite::Result<()> {
    let hits: i64 = conn.query_row("SELECT hits FROM pages WHERE id = ?1", [id], |row| row.get(0))?;
    conn.execute("UPDATE pages SET hits = ?1 WHERE id = ?2", params![hits + 1, id])?;
    Ok(())
}

pub fn good_transaction(conn: &mut Connection, id: i64) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    let hits: i64 = tx.query_row("SELECT hits FROM pages WHERE id = ?1", [id], |row| row.get(0))?;
    tx.execute("UPDATE pages SET hits = ?1 WHERE id = ?2", params![hits + 1, id])?;
    tx.commit()
}
