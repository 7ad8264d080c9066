//@ crate: mysql
//! `mysql`: `&pool` is a connection to `run`, another one each time.
use mysql::prelude::{Queryable, TextQuery};
use mysql::{Pool, TxOpts};

// Each takes a connection of its own.
pub fn bad_text(pool: &Pool) -> mysql::Result<()> {
    "BEGIN".run(pool)?; //~ transaction_on_pool
    "INSERT INTO notes (text) VALUES ('x')".run(pool)?;
    "COMMIT".run(pool)?;
    Ok(())
}

// The client's own transaction.
pub fn good_begin(pool: &Pool) -> mysql::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.query_drop("INSERT INTO notes (text) VALUES ('x')")?;
    tx.commit()
}
