//@ crate: rusqlite
//! rusqlite: one connection behind a mutex, and one that is opened here.
use std::sync::Mutex;

use rusqlite::{Connection, params};

pub struct Store {
    conn: Mutex<Connection>,
}

impl Store {
    pub fn bad_locked(&self, note: i64, text: &str) -> rusqlite::Result<()> {
        let conn = self.conn.lock().unwrap();
        conn.execute("INSERT INTO notes (id, body) VALUES (?1, ?2)", params![note, text])?;
        conn.execute("INSERT INTO search (note, body) VALUES (?1, ?2)", params![note, text])?; //~ writes_without_transaction
        Ok(())
    }

    pub fn good_locked(&self, note: i64, text: &str) -> rusqlite::Result<()> {
        let mut conn = self.conn.lock().unwrap();
        let tx = conn.transaction()?;
        tx.execute("INSERT INTO notes (id, body) VALUES (?1, ?2)", params![note, text])?;
        tx.execute("INSERT INTO search (note, body) VALUES (?1, ?2)", params![note, text])?;
        tx.commit()
    }
}

// Nobody here calls it.
pub fn good_unknown_state(conn: &Connection, note: i64) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM search WHERE note = ?1", params![note])?;
    conn.execute("DELETE FROM notes WHERE id = ?1", params![note])?;
    Ok(())
}
