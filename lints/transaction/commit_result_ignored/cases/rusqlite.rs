//@ crate: rusqlite
//! Commits without a future: SQLite answers BUSY there.
use rusqlite::{Connection, Result, Statement};

pub fn bad_let(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM jobs WHERE done", [])?;
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

pub fn bad_text(conn: &Connection) -> Result<()> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    if let Err(error) = conn.execute("DELETE FROM jobs WHERE done", []) {
        conn.execute_batch("ROLLBACK")?;
        return Err(error);
    }
    conn.execute_batch("COMMIT").ok(); //~ commit_result_ignored
    Ok(())
}

pub fn good_asked(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute("DELETE FROM jobs WHERE done", [])?;
    tx.commit()
}

// A prepared statement runs where it is executed: nobody hears of that, nor of the commit.
pub fn good_prepared_unheard(conn: &Connection, names: &[String]) {
    if let Ok(tx) = conn.unchecked_transaction() {
        if let Ok(mut insert) = tx.prepare_cached("INSERT OR IGNORE INTO names (name) VALUES (?1)") {
            for name in names {
                let _ = insert.execute([name]);
            }
        }
        let _ = tx.commit();
    }
}

pub fn bad_prepared_heard(conn: &mut Connection, names: &[String]) -> Result<()> {
    let tx = conn.transaction()?;
    {
        let mut insert = tx.prepare("INSERT INTO names (name) VALUES (?1)")?;
        for name in names {
            insert.execute([name])?;
        }
    }
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

fn add(insert: &mut Statement<'_>, name: &str) -> Result<()> {
    insert.execute([name])?;
    Ok(())
}

// Executed by another function.
pub fn bad_prepared_and_handed_on(conn: &mut Connection, names: &[String]) -> Result<()> {
    let tx = conn.transaction()?;
    {
        let mut insert = tx.prepare("INSERT INTO names (name) VALUES (?1)")?;
        for name in names {
            add(&mut insert, name)?;
        }
    }
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

pub fn good_prepared_read(conn: &mut Connection) -> Result<Vec<String>> {
    let tx = conn.transaction()?;
    let names = {
        let mut names = tx.prepare("SELECT name FROM names")?;
        names.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>>>()?
    };
    let _ = tx.commit();
    Ok(names)
}
