//@ crate: mysql
//! MySQL: row locks end with the statement here too; LOCK TABLES and SET TRANSACTION are for what follows.
use mysql::prelude::Queryable;
use mysql::{Pool, TxOpts};

pub fn bad_row_lock(pool: &Pool, id: u64) -> mysql::Result<Option<i64>> {
    let mut conn = pool.get_conn()?;
    let stock = conn.exec_first("SELECT stock FROM items WHERE id = ? FOR UPDATE", (id,))?; //~ lock_without_transaction
    conn.exec_drop("UPDATE items SET stock = stock - 1 WHERE id = ?", (id,))?;
    Ok(stock)
}

pub fn good_lock_tables(pool: &Pool) -> mysql::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("LOCK TABLES items WRITE")?;
    conn.query_drop("UPDATE items SET stock = 0")?;
    conn.query_drop("UNLOCK TABLES")
}

pub fn good_next_transaction(pool: &Pool) -> mysql::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")?;
    let mut tx = conn.start_transaction(TxOpts::default())?;
    tx.query_drop("UPDATE items SET stock = 0")?;
    tx.commit()
}

// Autocommit is off: the locks stay until commit.
pub fn good_autocommit_off(pool: &Pool, id: u64) -> mysql::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("SET autocommit = 0")?;
    let _: Option<i64> = conn.exec_first("SELECT stock FROM items WHERE id = ? FOR UPDATE", (id,))?;
    conn.query_drop("COMMIT")?;
    conn.query_drop("SET autocommit = 1")
}
