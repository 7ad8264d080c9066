//@ crate: rusqlite
//! The number of rows is what a statement answers.
use rusqlite::{Connection, Result};

pub fn good_none_changed(conn: &mut Connection, id: i64) -> Result<()> {
    let tx = conn.transaction()?;
    if tx.execute("UPDATE notes SET seen = 1 WHERE id = ?1", [id])? == 0 {
        return Ok(());
    }
    tx.execute("UPDATE counts SET seen = seen + 1", [])?;
    tx.commit()
}

pub fn good_none_changed_prepared(conn: &mut Connection, id: i64) -> Result<()> {
    let tx = conn.transaction()?;
    {
        let mut update = tx.prepare_cached("UPDATE notes SET seen = 1 WHERE id = ?1")?;
        let changed = update.execute([id])?;
        if changed == 0 {
            return Ok(());
        }
    }
    tx.commit()
}

pub fn bad_some_changed(conn: &mut Connection, id: i64) -> Result<bool> {
    let tx = conn.transaction()?;
    let changed = tx.execute("UPDATE notes SET seen = 1 WHERE id = ?1", [id])?;
    if changed > 0 {
        return Ok(true); //~ conditionally_committed?
    }
    tx.execute("INSERT INTO notes (id) VALUES (?1)", [id])?;
    tx.commit()?;
    Ok(false)
}
