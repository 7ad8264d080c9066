//@ crate: oracle
//! Oracle: the driver starts with autocommit off, and a session that ends without commit loses its work.
use oracle::pool::Pool;
use oracle::{Connection, Result};

const ADD: &str = "INSERT INTO audit_log (what) VALUES ('x')";

// The connection is dropped, the insert rolled back.
pub fn bad_own(address: &str) -> Result<()> {
    let conn = Connection::connect("shop", "secret", address)?;
    conn.execute(ADD, &[])?; //~ autocommit_off
    Ok(())
}

// The pool rolls back what comes back uncommitted.
pub fn bad_pooled(pool: &Pool) -> Result<()> {
    let conn = pool.get()?;
    conn.execute(ADD, &[])?; //~ autocommit_off
    Ok(())
}

// Committed.
pub fn good_committed(pool: &Pool) -> Result<()> {
    let conn = pool.get()?;
    conn.execute(ADD, &[])?;
    conn.commit()
}

// Autocommit on.
pub fn good_autocommit(address: &str) -> Result<()> {
    let mut conn = Connection::connect("shop", "secret", address)?;
    conn.set_autocommit(true);
    conn.execute(ADD, &[])?;
    Ok(())
}

// The caller's connection is the caller's to commit.
pub fn good_borrowed(conn: &Connection) -> Result<()> {
    conn.execute(ADD, &[])?;
    Ok(())
}

pub fn good_caller(address: &str) -> Result<()> {
    let conn = Connection::connect("shop", "secret", address)?;
    good_borrowed(&conn)?;
    conn.commit()
}

// Reads only: nothing is lost.
pub fn good_read(pool: &Pool) -> Result<i64> {
    pool.get()?.query_row_as("SELECT COUNT(*) FROM audit_log", &[])
}
