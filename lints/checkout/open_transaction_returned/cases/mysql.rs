//@ crate: mysql
//! The `mysql` crate: its pool resets the session on return, unless told not to.
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Pool, PoolOpts, TxOpts};

// No reset: what is open stays open. Known limit: where a pool is made isn't asked.
pub fn limit_without_reset(url: &str) -> anyhow::Result<()> {
    let opts = OptsBuilder::from_opts(Opts::from_url(url)?);
    let pool = Pool::new(opts.pool_opts(PoolOpts::new().with_reset_connection(false)))?; //~ reset_disabled
    let mut conn = pool.get_conn()?;
    conn.query_drop("START TRANSACTION")?;
    conn.query_drop("INSERT INTO events (what) VALUES ('x')")?;
    conn.query_drop("COMMIT")?;
    Ok(())
}

/// Keeps a connection.
pub struct Session {
    conn: Conn,
}

impl Session {
    // A connection that no pool looks after.
    pub fn bad_field(&mut self) -> mysql::Result<()> {
        self.conn.query_drop("BEGIN")?;
        self.conn.query_drop("INSERT INTO events (what) VALUES ('x')")?; //~ open_transaction_returned
        self.conn.query_drop("COMMIT")
    }
}

// The reset on return rolls back.
pub fn good_reset(pool: &Pool) -> anyhow::Result<()> {
    let mut conn = pool.get_conn()?;
    conn.query_drop("START TRANSACTION")?;
    conn.query_drop("INSERT INTO events (what) VALUES ('x')")?;
    conn.query_drop("COMMIT")?;
    Ok(())
}

// The guard.
pub fn good_guard(session: &mut Session) -> mysql::Result<()> {
    let mut tx = session.conn.start_transaction(TxOpts::default())?;
    tx.query_drop("INSERT INTO events (what) VALUES ('x')")?;
    tx.commit()
}
