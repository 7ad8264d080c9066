//@ crate: rusqlite
//! SQLite: a read transaction is one snapshot.
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

pub fn bad_waits(conn: &mut Connection, job: i64) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    loop {
        let done: bool = tx.query_row("SELECT done FROM jobs WHERE id = ?1", [job], |row| row.get(0))?; //~ polling_in_transaction
        if done {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    tx.commit()
}

pub fn good_waits(conn: &Connection, job: i64) -> rusqlite::Result<()> {
    loop {
        let done: bool = conn.query_row("SELECT done FROM jobs WHERE id = ?1", [job], |row| row.get(0))?;
        if done {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
}
