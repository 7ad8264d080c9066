//@ crate: rusqlite
//! A transaction in an option: where the option is empty there is none to end.
use rusqlite::{Connection, Result, Transaction};

fn record(tx: Option<&Transaction<'_>>) -> Result<()> {
    if let Some(tx) = tx {
        tx.execute("DELETE FROM records", [])?;
    }
    Ok(())
}

// Rolled back where it was begun: a rehearsal.
pub fn good_rolled_back(mut conn: Option<Connection>) -> Result<()> {
    let tx = if let Some(ref mut conn) = conn {
        Some(conn.transaction().unwrap())
    } else {
        None
    };
    let _ = record(tx.as_ref());
    if let Some(tx) = tx {
        let _ = tx.rollback();
    }
    Ok(())
}

pub fn good_committed(mut conn: Option<Connection>) -> Result<()> {
    let tx = match conn.as_mut() {
        Some(conn) => Some(conn.transaction()?),
        None => None,
    };
    record(tx.as_ref())?;
    match tx {
        Some(tx) => tx.commit(),
        None => Ok(()),
    }
}

pub fn good_let_else(mut conn: Option<Connection>) -> Result<()> {
    let mut tx = match conn.as_mut() {
        Some(conn) => Some(conn.transaction()?),
        None => None,
    };
    record(tx.as_ref())?;
    let Some(tx) = tx.take() else {
        return Ok(());
    };
    tx.rollback()
}

// Nobody takes it out.
pub fn bad_left_there(mut conn: Option<Connection>) -> Result<()> {
    let tx = match conn.as_mut() {
        Some(conn) => Some(conn.transaction()?), //~ transaction_never_committed
        None => None,
    };
    record(tx.as_ref())
}

// Looked at, and left.
pub fn bad_looked_at(mut conn: Option<Connection>) -> Result<bool> {
    let tx = match conn.as_mut() {
        Some(conn) => Some(conn.transaction()?), //~ transaction_never_committed
        None => None,
    };
    record(tx.as_ref())?;
    if let Some(tx) = tx.as_ref() {
        tx.execute("DELETE FROM marks", [])?;
        return Ok(true);
    }
    Ok(false)
}
