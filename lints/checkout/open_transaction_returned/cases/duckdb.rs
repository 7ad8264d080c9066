//@ crate: duckdb apart: brings Arrow along, for minutes
//! DuckDB: as rusqlite.
use duckdb::Connection;

pub fn bad_question_leaves_it_open(conn: &Connection) -> duckdb::Result<()> {
    conn.execute_batch("BEGIN TRANSACTION")?;
    conn.execute("UPDATE accounts SET balance = 0 WHERE id = 1", [])?; //~ open_transaction_returned
    conn.execute_batch("COMMIT")
}

pub fn good_guard(conn: &mut Connection) -> duckdb::Result<()> {
    let tx = conn.transaction()?;
    tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1", [])?;
    tx.commit()
}
