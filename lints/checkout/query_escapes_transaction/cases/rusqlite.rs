//@ crate: rusqlite
//! rusqlite: what runs on the same connection object runs inside its transaction.
use std::ops::Deref;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, Transaction};

type DbPool = Pool<SqliteConnectionManager>;

const ADD_NOTE: &str = "INSERT INTO notes (text) VALUES (?1)";
const ADD_TAG: &str = "INSERT INTO tags (text) VALUES (?1)";

// Another connection of the pool.
pub fn bad_other_checkout(pool: &DbPool, text: &str) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let tx = conn.transaction()?;
    tx.execute(ADD_NOTE, [text])?;
    add_tag(pool, text)?; //~ query_escapes_transaction
    tx.commit()?;
    Ok(())
}

fn add_tag(pool: &DbPool, text: &str) -> anyhow::Result<()> {
    pool.get()?.execute(ADD_TAG, [text])?;
    Ok(())
}

// `unchecked_transaction` takes `&self`: statements on the connection are inside.
pub fn good_same_connection(conn: &Connection, text: &str) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    tx.execute(ADD_NOTE, [text])?;
    conn.execute(ADD_TAG, [text])?;
    tx.commit()
}

/// A workspace's own handle.
pub struct Notes {
    conn: Connection,
}

impl Deref for Notes {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.conn
    }
}

impl Notes {
    fn begin(&self) -> rusqlite::Result<Transaction<'_>> {
        self.conn.unchecked_transaction()
    }

    fn tag(&self, text: &str) -> rusqlite::Result<()> {
        self.conn.execute(ADD_TAG, [text])?;
        Ok(())
    }

    // The same connection through a wrapper's methods and its `Deref`.
    pub fn good_wrapper(&self, text: &str) -> rusqlite::Result<()> {
        let tx = self.begin()?;
        tx.execute(ADD_NOTE, [text])?;
        self.tag(text)?;
        self.execute(ADD_TAG, [text])?;
        tx.commit()
    }
}

// The guard derefs to the connection.
pub fn good_deref(conn: &mut Connection, text: &str) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    add_note(&tx, text)?;
    tx.commit()
}

fn add_note(conn: &Connection, text: &str) -> rusqlite::Result<()> {
    conn.execute(ADD_NOTE, [text])?;
    Ok(())
}
