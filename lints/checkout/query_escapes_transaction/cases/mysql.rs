//@ crate: mysql
//! The `mysql` crate: `run(&pool)` takes a connection of its own.
use mysql::prelude::{BinQuery, Queryable, TextQuery, WithParams};
use mysql::{Pool, TxOpts};

// Text and parameters run on the pool.
pub fn bad_run(pool: &Pool, customer: u64) -> mysql::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.exec_drop("INSERT INTO orders (customer) VALUES (?)", (customer,))?;
    "INSERT INTO events (customer) VALUES (?)".with((customer,)).run(pool)?; //~ query_escapes_transaction
    "INSERT INTO strays () VALUES ()".run(pool)?; //~ query_escapes_transaction
    tx.commit()
}

// On the transaction.
pub fn good_run(pool: &Pool, customer: u64) -> mysql::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.exec_drop("INSERT INTO orders (customer) VALUES (?)", (customer,))?;
    "INSERT INTO events (customer) VALUES (?)".with((customer,)).run(&mut tx)?;
    tx.commit()?;
    "INSERT INTO strays () VALUES ()".run(pool)?;
    Ok(())
}
