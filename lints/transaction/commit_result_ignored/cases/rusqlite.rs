//@ crate: rusqlite
//! Commits without a future: SQLite answers BUSY there.
use rusqlite::{Connection, Result};

pub fn bad_let(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM jobs WHERE done", [])?;
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

pub fn bad_text(conn: &Connection) -> Result<()> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    if let Err(error) = conn.execute("DELETE FROM jobs WHERE done", []) {
        conn.execute_batch("ROLLBACK")?;
        return Err(error);
    }
    conn.execute_batch("COMMIT").ok(); //~ commit_result_ignored
    Ok(())
}

pub fn good_asked(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM jobs WHERE done", [])?;
    tx.commit()
}
