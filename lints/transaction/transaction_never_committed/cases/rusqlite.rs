//@ crate: rusqlite
//! Guards by `&mut` and by `&`, behind a mutex and a `Deref`, and told what to do when they are dropped.
use std::ops::Deref;
use std::sync::Mutex;

use rusqlite::{Connection, DropBehavior, Result};

pub struct Database {
    conn: Connection,
}

impl Deref for Database {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.conn
    }
}

pub struct Store {
    db: Mutex<Database>,
}

fn put(conn: &Connection, key: &str) -> Result<()> {
    conn.execute("REPLACE INTO meta (key) VALUES (?1)", [key])?;
    Ok(())
}

impl Store {
    pub fn bad_reset(&self) -> Result<()> {
        let db = self.db.lock().unwrap();
        let tx = db.unchecked_transaction()?; //~ transaction_never_committed
        put(&tx, "last_sync")?;
        db.execute("DELETE FROM records", [])?;
        Ok(())
    }

    // The writes go to the connection on which it is open.
    pub fn bad_on_connection(&self) -> Result<()> {
        let db = self.db.lock().unwrap();
        let _tx = db.unchecked_transaction()?; //~ transaction_never_committed
        put(&db, "last_sync")?;
        Ok(())
    }

    pub fn good_reset(&self) -> Result<()> {
        let db = self.db.lock().unwrap();
        let tx = db.unchecked_transaction()?;
        put(&tx, "last_sync")?;
        tx.commit()
    }
}

pub fn bad_savepoint(conn: &mut Connection) -> Result<()> {
    let mut tx = conn.transaction()?;
    let savepoint = tx.savepoint()?; //~ transaction_never_committed
    savepoint.execute("DELETE FROM records", [])?;
    drop_nothing();
    Ok(())
}

fn drop_nothing() {}

pub fn good_savepoint(conn: &mut Connection) -> Result<()> {
    let mut tx = conn.transaction()?;
    let savepoint = tx.savepoint()?;
    savepoint.execute("DELETE FROM records", [])?;
    savepoint.commit()?;
    tx.commit()
}

pub trait Meta {
    fn conn(&self) -> &Connection;

    fn forget(&self) -> Result<usize> {
        self.conn().execute("DELETE FROM meta", [])
    }
}

impl Meta for Connection {
    fn conn(&self) -> &Connection {
        self
    }
}

// A default method of a trait that is implemented for the connection: what it runs is not followed.
pub fn limit_extension(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.forget()?;
    Ok(())
}

// Commits when it is dropped.
pub fn good_told(conn: &mut Connection) -> Result<()> {
    let mut tx = conn.transaction()?;
    tx.set_drop_behavior(DropBehavior::Commit);
    tx.execute("DELETE FROM records", [])?;
    Ok(())
}

pub fn good_finished(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM records", [])?;
    tx.commit()
}
