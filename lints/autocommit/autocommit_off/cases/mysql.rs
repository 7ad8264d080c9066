//@ crate: mysql
//! The `mysql` crate: init commands, and a pool that resets the session on return.
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Pool, TxOpts};

// Every connection of the pool starts with it.
pub fn bad_init(url: &str) -> anyhow::Result<Pool> {
    let opts = OptsBuilder::from_opts(Opts::from_url(url)?).init(vec!["SET autocommit = 0"]); //~ autocommit_off
    Ok(Pool::new(opts)?)
}

// A connection that is handed out.
pub fn bad_handed_out(url: &str) -> anyhow::Result<Conn> {
    let mut conn = Conn::new(Opts::from_url(url)?)?;
    conn.query_drop("SET autocommit = 0")?; //~ autocommit_off
    Ok(conn)
}

// Nobody commits: the reset on return rolls the insert back.
pub fn bad_lost(pool: &Pool) -> anyhow::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("SET autocommit = 0")?; //~ autocommit_off
    conn.query_drop("INSERT INTO audit (what) VALUES ('x')")?;
    Ok(())
}

// Committed, and the reset on return turns autocommit on again.
pub fn good_reset_on_return(pool: &Pool) -> anyhow::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("SET autocommit = 0")?;
    conn.query_drop("INSERT INTO audit (what) VALUES ('x')")?;
    conn.query_drop("COMMIT")?;
    Ok(())
}

// Another init command, and a transaction by the client.
pub fn good_init(url: &str) -> anyhow::Result<()> {
    let opts = OptsBuilder::from_opts(Opts::from_url(url)?).init(vec!["SET time_zone = '+00:00'"]);
    let pool = Pool::new(opts)?;
    let mut tx = pool.start_transaction(TxOpts::default())?;
    tx.query_drop("INSERT INTO audit (what) VALUES ('x')")?;
    tx.commit()?;
    Ok(())
}
