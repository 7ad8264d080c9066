//@ crate: odbc
//! ODBC: manual mode is the driver's transaction.
use std::sync::Mutex;

use odbc_api::{Connection, ConnectionOptions, Environment, Error};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

/// A hand-made pool.
pub struct Connections {
    idle: Mutex<Vec<Connection<'static>>>,
}

impl Connections {
    // Every connection of the pool is in manual mode, and each reader leaves its transaction open.
    pub fn bad_open(env: &'static Environment, address: &str) -> Result<Self, Error> {
        let mut idle = Vec::new();
        for _ in 0..4 {
            let conn = env.connect_with_connection_string(address, ConnectionOptions::default())?;
            conn.set_autocommit(false)?; //~ autocommit_off
            idle.push(conn);
        }
        Ok(Self { idle: Mutex::new(idle) })
    }

    pub fn good_take(&self) -> Option<Connection<'static>> {
        self.idle.lock().ok()?.pop()
    }
}

// On a borrowed connection: an error returns it in manual mode, its transaction open.
pub fn bad_borrowed(conn: &Connection<'_>) -> Result<(), Error> {
    conn.set_autocommit(false)?; //~ autocommit_off
    conn.execute(ADD, (), None)?;
    conn.commit()?;
    conn.set_autocommit(true)
}

fn work(conn: &Connection<'_>) -> Result<(), Error> {
    conn.execute(ADD, (), None)?;
    conn.execute("DELETE FROM drafts", (), None)?;
    Ok(())
}

// Ended and restored on every path.
pub fn good_borrowed(conn: &Connection<'_>) -> Result<(), Error> {
    conn.set_autocommit(false)?;
    let done = work(conn);
    let ended = if done.is_ok() { conn.commit() } else { conn.rollback() };
    conn.set_autocommit(true)?;
    ended?;
    done
}

// Opened and dropped here, committed at the end.
pub fn good_own(env: &Environment, address: &str) -> Result<(), Error> {
    let conn = env.connect_with_connection_string(address, ConnectionOptions::default())?;
    conn.set_autocommit(false)?;
    conn.execute(ADD, (), None)?;
    conn.commit()
}
