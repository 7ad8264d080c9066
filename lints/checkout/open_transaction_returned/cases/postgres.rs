//@ crate: r2d2-postgres
//! The blocking client, on r2d2 and alone.
use postgres::{Client, NoTls};
use r2d2::Pool;
use r2d2_postgres::PostgresConnectionManager;

// On a checkout.
pub fn bad_checkout(pool: &Pool<PostgresConnectionManager<NoTls>>) -> anyhow::Result<()> {
    let mut client = pool.get()?;
    client.simple_query("BEGIN")?;
    client.execute("INSERT INTO events DEFAULT VALUES", &[])?; //~ open_transaction_returned
    client.simple_query("COMMIT")?;
    Ok(())
}

/// Runs migrations on a client that it borrows for its life.
struct Migration<'c> {
    client: &'c mut Client,
}

impl Migration<'_> {
    // Consumes itself; whoever lent the client ends with it on an error.
    fn good_run(self, steps: &[&str]) -> anyhow::Result<()> {
        self.client.simple_query("BEGIN")?;
        for step in steps {
            self.client.simple_query(step)?;
        }
        self.client.simple_query("COMMIT")?;
        Ok(())
    }
}

pub fn good_migrate(address: &str) -> anyhow::Result<()> {
    let mut client = Client::connect(address, NoTls)?;
    Migration { client: &mut client }.good_run(&["CREATE TABLE events (id serial)"])
}

// The guard rolls back at once when dropped.
pub fn good_guard(pool: &Pool<PostgresConnectionManager<NoTls>>) -> anyhow::Result<()> {
    let mut client = pool.get()?;
    let mut tx = client.transaction()?;
    tx.execute("INSERT INTO events DEFAULT VALUES", &[])?;
    tx.commit()?;
    Ok(())
}
