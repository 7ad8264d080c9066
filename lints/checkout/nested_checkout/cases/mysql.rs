//@ crate: mysql
//! `mysql`: the pool waits for ever, and blocks the thread.
use std::time::Duration;

use mysql::Pool;
use mysql::prelude::Queryable;

fn rate(pool: &Pool) -> mysql::Result<Option<i64>> {
    pool.get_conn()?.query_first("SELECT rate FROM tariffs")
}

// The callee takes a second connection.
pub fn bad_callee(pool: &Pool) -> mysql::Result<()> {
    let mut conn = pool.get_conn()?;
    let amount = rate(pool)?; //~ nested_checkout
    conn.exec_drop("INSERT INTO charges (amount) VALUES (?)", (amount,))
}

// `try_get_conn` gives up.
pub fn good_try(pool: &Pool) -> mysql::Result<()> {
    let mut conn = pool.get_conn()?;
    if let Ok(mut other) = pool.try_get_conn(Duration::from_millis(100)) {
        other.query_drop("DELETE FROM drafts")?;
    }
    conn.query_drop("INSERT INTO charges (amount) VALUES (1)")
}

// The first one went back at the end of its statement.
pub fn good_temporary(pool: &Pool) -> mysql::Result<()> {
    let amount = rate(pool)?;
    pool.get_conn()?.exec_drop("INSERT INTO charges (amount) VALUES (?)", (amount,))
}
