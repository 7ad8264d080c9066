//@ crate: diesel-r2d2-pg
//! diesel: its transaction manager doesn't know of BEGIN as text.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};

type DbPool = Pool<ConnectionManager<PgConnection>>;

// The manager believes that nothing is open: r2d2 takes the connection back.
pub fn bad_batch(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.batch_execute("BEGIN")?;
    diesel::sql_query("INSERT INTO events DEFAULT VALUES").execute(&mut conn)?; //~ open_transaction_returned
    conn.batch_execute("COMMIT")?;
    Ok(())
}

// One text of several statements.
pub fn bad_multi_statement(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.batch_execute("BEGIN; DELETE FROM drafts; INSERT INTO events DEFAULT VALUES; COMMIT")?; //~ open_transaction_returned
    Ok(())
}

// The closure.
pub fn good_closure(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| diesel::sql_query("INSERT INTO events DEFAULT VALUES").execute(conn))?;
    Ok(())
}

// A connection that is dropped here.
pub fn good_own(url: &str) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute("BEGIN")?;
    diesel::sql_query("INSERT INTO events DEFAULT VALUES").execute(&mut conn)?;
    conn.batch_execute("COMMIT")?;
    Ok(())
}
