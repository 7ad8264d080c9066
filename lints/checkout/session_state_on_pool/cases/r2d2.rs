//@ crate: diesel-r2d2-pg
//! r2d2: what a customizer sets is meant for every connection, what a request sets is not.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error, Pool};

type DbPool = Pool<ConnectionManager<PgConnection>>;

// A request's setting.
pub fn bad_left(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    diesel::sql_query("SET search_path TO tenant_7").execute(&mut conn)?; //~ session_state_on_pool
    conn.batch_execute("REFRESH MATERIALIZED VIEW totals")?;
    Ok(())
}

#[derive(Debug)]
struct Settings;

impl CustomizeConnection<PgConnection, Error> for Settings {
    // Every new connection gets it.
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), Error> {
        conn.batch_execute("SET application_name = 'billing'").map_err(Error::QueryError)
    }
}

pub fn good_pool(manager: ConnectionManager<PgConnection>) -> anyhow::Result<DbPool> {
    Ok(Pool::builder().connection_customizer(Box::new(Settings)).build(manager)?)
}

// Local to the transaction.
pub fn good_local(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| {
        diesel::sql_query("SET LOCAL search_path TO tenant_7").execute(conn)?;
        diesel::sql_query("INSERT INTO invoices DEFAULT VALUES").execute(conn)
    })?;
    Ok(())
}
