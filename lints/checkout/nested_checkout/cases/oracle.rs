//@ crate: oracle
//! Oracle: the pool has one connection unless told otherwise, and doesn't wait.
use oracle::Result;
use oracle::pool::Pool;

fn rate(pool: &Pool) -> Result<i64> {
    let conn = pool.get()?;
    conn.query_row_as("SELECT rate FROM tariffs", &[])
}

// The callee takes a second connection.
pub fn bad_callee(pool: &Pool) -> Result<()> {
    let conn = pool.get()?;
    let amount = rate(pool)?; //~ nested_checkout
    conn.execute("INSERT INTO charges (amount) VALUES (:1)", &[&amount])?;
    conn.commit()
}

// Read before.
pub fn good_before(pool: &Pool) -> Result<()> {
    let amount = rate(pool)?;
    let conn = pool.get()?;
    conn.execute("INSERT INTO charges (amount) VALUES (:1)", &[&amount])?;
    conn.commit()
}
