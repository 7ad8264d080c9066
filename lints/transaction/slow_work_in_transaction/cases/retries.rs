//@ crate: rusqlite
//! Pauses between two tries: of what, and what was written by then.
use std::fs;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, Transaction};

const PAUSE: Duration = Duration::from_secs(1);

// What has failed is the only write: nobody is kept waiting.
pub fn good_first_write(tx: &Transaction<'_>, height: i64) {
    while let Err(error) = tx.execute("DELETE FROM places WHERE height = ?1", [height]) {
        eprintln!("{error}");
        sleep(PAUSE); //~ slow_work_in_transaction?
    }
}

pub fn good_caller(height: i64) -> rusqlite::Result<()> {
    let mut conn = Connection::open("places.db")?;
    let tx = conn.transaction()?;
    good_first_write(&tx, height);
    tx.commit()
}

// The first one has written, and its lock is kept while the second one waits for what can't come.
pub fn bad_second_write(tx: &Transaction<'_>, height: i64) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM marks WHERE height = ?1", [height])?;
    while let Err(error) = tx.execute("DELETE FROM places WHERE height = ?1", [height]) {
        eprintln!("{error}");
        sleep(PAUSE); //~ slow_work_in_transaction
    }
    Ok(())
}

pub fn bad_caller(height: i64) -> rusqlite::Result<()> {
    let mut conn = Connection::open("places.db")?;
    let tx = conn.transaction()?;
    bad_second_write(&tx, height)?;
    tx.commit()
}

type Put = fn(&[u8]) -> Result<(), String>;

fn keep(put: Put, bytes: &[u8]) {
    let mut tries = 0;
    loop {
        match put(bytes) {
            Ok(()) => break,
            Err(error) => {
                tries += 1;
                if tries > 10 {
                    eprintln!("{error}");
                    sleep(PAUSE);
                }
            }
        }
    }
}

// A callee that tries something else again.
pub fn good_retry_of_callee(conn: &mut Connection, put: Put, bytes: &[u8]) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM marks", [])?;
    keep(put, bytes);
    tx.commit()
}

fn wait_for(path: &str) {
    while fs::exists(path).is_ok_and(|is_there| !is_there) {
        sleep(PAUSE);
    }
}

// Sleeps although nothing has failed.
pub fn bad_wait_of_callee(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM marks", [])?;
    wait_for("marks"); //~ slow_work_in_transaction
    tx.commit()
}

fn record(conn: &Connection, height: i64) {
    while let Err(error) = conn.execute("INSERT INTO heights VALUES (?1)", [height]) {
        eprintln!("{error}");
        sleep(PAUSE);
    }
}

// The callee tries on the transaction, which keeps its lock meanwhile.
pub fn bad_retry_on_transaction(conn: &mut Connection, height: i64) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM marks", [])?;
    record(&tx, height); //~ slow_work_in_transaction
    tx.commit()
}

fn import(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM marks", [])?;
    tx.execute("DELETE FROM places", [])?;
    Ok(())
}

// A function that has failed may have written before it did.
pub fn bad_after_failed_callee(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    if let Err(error) = import(&tx) {
        eprintln!("{error}");
        sleep(PAUSE); //~ slow_work_in_transaction
    }
    tx.commit()
}
