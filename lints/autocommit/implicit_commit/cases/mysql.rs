//@ crate: mysql
//! The `mysql` crate.
use mysql::prelude::Queryable;
use mysql::{Pool, TxOpts};

pub fn bad_drop(pool: &Pool) -> mysql::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.query_drop("DELETE FROM a")?;
    tx.query_drop("DROP TABLE b")?; //~ implicit_commit
    tx.commit()
}

pub fn good_delete(pool: &Pool) -> mysql::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.query_drop("DELETE FROM a")?;
    tx.commit()
}
