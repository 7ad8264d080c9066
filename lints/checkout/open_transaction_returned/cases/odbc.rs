//@ crate: odbc
//! ODBC: BEGIN as text, of which the driver knows nothing.
use odbc_api::{Connection, Environment, Error};

const ADD: &str = "INSERT INTO events (what) VALUES ('x')";

// The caller's connection keeps the transaction where the insert fails.
pub fn bad_borrowed(conn: &Connection<'_>) -> Result<(), Error> {
    conn.execute("BEGIN TRANSACTION", (), None)?;
    conn.execute(ADD, (), None)?; //~ open_transaction_returned
    conn.execute("COMMIT", (), None)?;
    Ok(())
}

// Both arms end it.
pub fn good_both_arms(conn: &Connection<'_>) -> Result<(), Error> {
    conn.execute("BEGIN TRANSACTION", (), None)?;
    match conn.execute(ADD, (), None) {
        Ok(_) => {
            conn.execute("COMMIT", (), None)?;
            Ok(())
        }
        Err(error) => {
            conn.execute("ROLLBACK", (), None)?;
            Err(error)
        }
    }
}

// A connection that is closed here.
pub fn good_own(env: &Environment, address: &str) -> Result<(), Error> {
    let conn = env.connect_with_connection_string(address, odbc_api::ConnectionOptions::default())?;
    conn.execute("BEGIN TRANSACTION", (), None)?;
    conn.execute(ADD, (), None)?;
    conn.execute("COMMIT", (), None)?;
    Ok(())
}
