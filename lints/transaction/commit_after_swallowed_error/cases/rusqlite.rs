//@ crate: rusqlite
//! A prepared statement is judged where it is executed.
use rusqlite::{Connection, Result};

pub fn bad_prepared(conn: &mut Connection, names: &[String]) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM names", [])?;
    {
        let mut insert = tx.prepare("INSERT INTO names (name) VALUES (?1)")?;
        for name in names {
            let _ = insert.execute([name]); //~ commit_after_swallowed_error
        }
    }
    tx.commit()
}

pub fn bad_prepared_in_one(conn: &mut Connection, from: i64, to: i64) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("UPDATE accounts SET balance = balance - 1 WHERE id = ?1", [from])?;
    if let Err(error) = tx.prepare("UPDATE accounts SET balance = balance + 1 WHERE id = ?1")?.execute([to]) { //~ commit_after_swallowed_error
        eprintln!("not added: {error}");
    }
    tx.commit()
}

// To prepare it is no write beside the one that fails.
pub fn good_prepared_alone(conn: &mut Connection, name: &str) -> Result<()> {
    let tx = conn.transaction()?;
    {
        let mut insert = tx.prepare("INSERT INTO names (name) VALUES (?1)")?;
        if let Err(error) = insert.execute([name]) {
            eprintln!("not added: {error}");
        }
    }
    tx.commit()
}

pub fn good_prepared_read(conn: &mut Connection, name: &str) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("INSERT INTO names (name) VALUES (?1)", [name])?;
    {
        let mut count = tx.prepare("SELECT count(*) FROM names")?;
        let all: i64 = count.query_row([], |row| row.get(0)).unwrap_or_default();
        println!("{all} names");
    }
    tx.commit()
}
