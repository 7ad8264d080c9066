//@ crate: oracle
//! Oracle: autocommit is off, so a lock lasts until commit.
use oracle::Result;
use oracle::pool::Pool;

pub fn good_row_lock(pool: &Pool) -> Result<()> {
    let conn = pool.get()?;
    conn.query_row("SELECT stock FROM items WHERE id = 1 FOR UPDATE", &[])?;
    conn.execute("UPDATE items SET stock = stock - 1 WHERE id = 1", &[])?;
    conn.commit()
}
