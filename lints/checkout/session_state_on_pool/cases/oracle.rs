//@ crate: oracle
//! Oracle: the session pool rolls back, and leaves the session as it is.
use oracle::pool::Pool;
use oracle::{Connection, Result};

// The next borrower reads dates in this format.
pub fn bad_alter_session(pool: &Pool) -> Result<()> {
    let conn = pool.get()?;
    conn.execute("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'", &[])?; //~ session_state_on_pool
    conn.execute("DELETE FROM drafts", &[])?;
    conn.commit()
}

// A connection of the function's own.
pub fn good_own(address: &str) -> Result<()> {
    let conn = Connection::connect("shop", "secret", address)?;
    conn.execute("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'", &[])?;
    conn.execute("DELETE FROM drafts", &[])?;
    conn.commit()
}
