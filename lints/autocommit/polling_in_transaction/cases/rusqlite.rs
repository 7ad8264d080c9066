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

fn rate(conn: &Connection, id: i64) -> Vec<i64> {
    loop {
        let mut statement = match conn.prepare("SELECT rate FROM tariffs WHERE id = ?1") {
            Ok(statement) => statement,
            Err(error) => {
                eprintln!("{error}");
                thread::sleep(Duration::from_secs(5));
                continue;
            }
        };
        match statement.query_map([id], |row| row.get(0)) {
            Ok(rows) => return rows.flatten().collect(),
            Err(error) => {
                eprintln!("{error}");
                thread::sleep(Duration::from_secs(5));
            }
        }
    }
}

// A loop over a list: what its callee sleeps between two tries is no wait for others.
pub fn good_retry_of_callee(conn: &mut Connection, ids: &[i64]) -> rusqlite::Result<i64> {
    let tx = conn.transaction()?;
    let mut sum = 0;
    for id in ids {
        sum += rate(&tx, *id).iter().sum::<i64>(); //~ slow_work_in_transaction?
    }
    tx.commit()?;
    Ok(sum)
}

fn pause() {
    thread::sleep(Duration::from_millis(50));
}

// The callee only sleeps.
pub fn bad_waits_in_callee(conn: &mut Connection, job: i64) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    loop {
        let done: bool = tx.query_row("SELECT done FROM jobs WHERE id = ?1", [job], |row| row.get(0))?; //~ polling_in_transaction
        if done {
            break;
        }
        pause();
    }
    tx.commit()
}
