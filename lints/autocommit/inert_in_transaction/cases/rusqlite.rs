//@ crate: rusqlite
//! rusqlite: pragmas as text, guards, BEGIN as text.
use rusqlite::{Connection, Transaction};

pub fn bad_synchronous(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.execute_batch("PRAGMA synchronous = OFF")?; //~ inert_in_transaction
    tx.commit()
}

pub fn bad_given(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute_batch("VACUUM") //~ inert_in_transaction
}

fn switch_off(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("PRAGMA foreign_keys = OFF")
}

pub fn bad_helper(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    switch_off(&tx)?; //~ inert_in_transaction
    tx.commit()
}

pub fn bad_text(path: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("BEGIN")?;
    conn.execute_batch("PRAGMA journal_mode = WAL")?; //~ inert_in_transaction
    conn.execute_batch("COMMIT")
}

pub fn good_helper(conn: &mut Connection) -> rusqlite::Result<()> {
    switch_off(conn)?;
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM authors", [])?;
    tx.commit()?;
    conn.execute_batch("VACUUM")
}

pub fn good_asks(conn: &mut Connection) -> rusqlite::Result<bool> {
    let tx = conn.transaction()?;
    tx.query_row("PRAGMA foreign_keys", [], |row| row.get(0))
}

pub fn good_deferred(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    tx.commit()
}

// What ends the transaction stands first in the text: the rest of it runs outside.
pub fn good_behind_commit_in_text(path: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("BEGIN")?;
    conn.execute_batch("CREATE TABLE tags (name TEXT)")?;
    conn.execute_batch("COMMIT; VACUUM; ANALYZE;")
}

pub fn good_behind_rollback_in_text(path: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute("begin", [])?;
    conn.execute("DELETE FROM authors", [])?;
    conn.execute_batch("ROLLBACK; PRAGMA foreign_keys = ON")
}

pub fn bad_before_commit_in_text(path: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("BEGIN")?;
    conn.execute_batch("CREATE TABLE tags (name TEXT)")?;
    conn.execute_batch("VACUUM; COMMIT") //~ inert_in_transaction
}

// A savepoint's end is not the transaction's.
pub fn bad_behind_savepoint_in_text(path: &str) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("BEGIN; SAVEPOINT tags")?;
    conn.execute_batch("ROLLBACK TO tags; VACUUM")?; //~ inert_in_transaction
    conn.execute_batch("COMMIT")
}
