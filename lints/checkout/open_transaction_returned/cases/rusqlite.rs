//@ crate: rusqlite
//! rusqlite: batches that stop midway, and a guard that is told to do nothing.
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, DropBehavior, TransactionBehavior};

type DbPool = Pool<SqliteConnectionManager>;

// The batch stops at the first error, behind BEGIN: the connection goes back with its transaction, and its lock, open.
pub fn bad_batch(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get()?;
    conn.execute_batch("BEGIN; DELETE FROM drafts; INSERT INTO events (what) VALUES ('drafts'); COMMIT;")?; //~ open_transaction_returned
    Ok(())
}

// BEGIN IMMEDIATE as text.
pub fn bad_text(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get()?;
    conn.execute("BEGIN IMMEDIATE", [])?;
    conn.execute("DELETE FROM drafts", [])?; //~ open_transaction_returned
    conn.execute("COMMIT", [])?;
    Ok(())
}

// The guard's drop does nothing.
pub fn bad_drop_behavior(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let mut tx = conn.transaction()?;
    tx.set_drop_behavior(DropBehavior::Ignore);
    tx.execute("DELETE FROM drafts", [])?; //~ open_transaction_returned
    tx.commit()?;
    Ok(())
}

// The guard rolls back.
pub fn good_guard(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute("DELETE FROM drafts", [])?;
    tx.commit()?;
    Ok(())
}

// Rolled back when the batch fails.
pub fn good_batch(pool: &DbPool) -> anyhow::Result<()> {
    let conn = pool.get()?;
    if let Err(error) = conn.execute_batch("BEGIN; DELETE FROM drafts; COMMIT;") {
        conn.execute_batch("ROLLBACK")?;
        return Err(error.into());
    }
    Ok(())
}

// A connection that is closed when the function ends.
pub fn good_own(path: &str) -> anyhow::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch("BEGIN; DELETE FROM drafts; COMMIT;")?;
    Ok(())
}
