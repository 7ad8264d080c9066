//@ crate: diesel-r2d2-pg
//! diesel: its transaction manager doesn't know of BEGIN as text.
use std::ops::DerefMut;
use std::sync::{Mutex, MutexGuard};

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

/// Rolls back when it is dropped.
pub struct Begun<C: DerefMut<Target = PgConnection>> {
    conn: C,
    is_done: bool,
}

impl<C> Begun<C>
where
    C: DerefMut<Target = PgConnection>,
{
    pub fn begin(mut conn: C) -> QueryResult<Self> {
        diesel::sql_query("BEGIN").execute(&mut *conn)?;
        Ok(Self { conn, is_done: false })
    }

    pub fn commit(mut self) -> QueryResult<()> {
        self.is_done = true;
        self.conn.batch_execute("COMMIT")
    }
}

impl<C> Drop for Begun<C>
where
    C: DerefMut<Target = PgConnection>,
{
    fn drop(&mut self) {
        if !self.is_done {
            let _ = self.conn.batch_execute("ROLLBACK");
        }
    }
}

/// Leaves the end to who has it.
pub struct Opened<C: DerefMut<Target = PgConnection>> {
    pub conn: C,
}

impl<C: DerefMut<Target = PgConnection>> Opened<C> {
    pub fn begin(mut conn: C) -> QueryResult<Self> {
        diesel::sql_query("BEGIN").execute(&mut *conn)?;
        Ok(Self { conn })
    }
}

pub struct Store {
    conn: Mutex<PgConnection>,
}

impl Store {
    // The guard is around the mutex's.
    pub fn good_guard_around_mutex(&self) -> QueryResult<Begun<MutexGuard<'_, PgConnection>>> {
        let begun = Begun::begin(self.conn.lock().unwrap())?;
        Ok(begun)
    }

    // What is handed out ends nothing when it is dropped.
    pub fn bad_around_mutex(&self) -> QueryResult<Opened<MutexGuard<'_, PgConnection>>> {
        let opened = Opened::begin(self.conn.lock().unwrap())?; //~ open_transaction_returned
        Ok(opened)
    }
}
