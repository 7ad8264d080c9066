//@ crate: rusqlite
//! SQLite undoes the failed statement only.
use rusqlite::{Connection, Result};

pub fn good_sqlite(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    if tx.execute("INSERT INTO hits (page) VALUES ('x')", []).is_err() {
        tx.execute("UPDATE hits SET count = count + 1 WHERE page = 'x'", [])?;
    }
    tx.commit()
}
