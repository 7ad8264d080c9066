//@ crate: r2d2-postgres
//! A pool that one function alone takes from, which sets the same thing each time before all else.
use postgres::NoTls;
use r2d2::{Pool, PooledConnection};
use r2d2_postgres::PostgresConnectionManager;

type Manager = PostgresConnectionManager<NoTls>;

fn manager(url: &str) -> anyhow::Result<Manager> {
    Ok(PostgresConnectionManager::new(url.parse()?, NoTls))
}

#[derive(Clone)]
pub struct Ledger {
    ledger_pool: Pool<Manager>,
    schema: String,
}

impl Ledger {
    pub fn connect(url: &str, schema: &str) -> anyhow::Result<Self> {
        let ledger_pool = Pool::builder().max_size(4).build(manager(url)?)?;
        Ok(Self { ledger_pool, schema: schema.to_owned() })
    }

    fn good_conn(&self) -> anyhow::Result<PooledConnection<Manager>> {
        let mut conn = self.ledger_pool.get()?;
        conn.simple_query(&format!("SET SCHEMA '{}'", self.schema))?;
        Ok(conn)
    }

    pub fn count(&self) -> anyhow::Result<i64> {
        Ok(self.good_conn()?.query_one("SELECT count(*) FROM charges", &[])?.get(0))
    }
}

// Another one takes from the pool, and finds what was left.
pub struct Archive {
    archive_pool: Pool<Manager>,
    schema: String,
}

impl Archive {
    pub fn connect(url: &str, schema: &str) -> anyhow::Result<Self> {
        Ok(Self { archive_pool: Pool::new(manager(url)?)?, schema: schema.to_owned() })
    }

    pub fn bad_conn(&self) -> anyhow::Result<PooledConnection<Manager>> {
        let mut conn = self.archive_pool.get()?;
        conn.simple_query(&format!("SET SCHEMA '{}'", self.schema))?; //~ session_state_on_pool
        Ok(conn)
    }

    pub fn count(&self) -> anyhow::Result<i64> {
        Ok(self.archive_pool.get()?.query_one("SELECT count(*) FROM charges", &[])?.get(0))
    }
}

// Used before it is set.
pub struct Journal {
    journal_pool: Pool<Manager>,
}

impl Journal {
    pub fn connect(url: &str) -> anyhow::Result<Self> {
        Ok(Self { journal_pool: Pool::new(manager(url)?)? })
    }

    pub fn bad_conn(&self, schema: &str) -> anyhow::Result<PooledConnection<Manager>> {
        let mut conn = self.journal_pool.get()?;
        conn.query("SELECT name FROM schemas", &[])?;
        conn.simple_query(&format!("SET SCHEMA '{schema}'"))?; //~ session_state_on_pool
        Ok(conn)
    }
}

// The pool has other users: it was cloned before.
pub struct Lent {
    lent_pool: Pool<Manager>,
}

impl Lent {
    pub fn connect(url: &str) -> anyhow::Result<(Self, Pool<Manager>)> {
        let pool = Pool::new(manager(url)?)?;
        Ok((Self { lent_pool: pool.clone() }, pool))
    }

    pub fn bad_conn(&self, schema: &str) -> anyhow::Result<PooledConnection<Manager>> {
        let mut conn = self.lent_pool.get()?;
        conn.simple_query(&format!("SET SCHEMA '{schema}'"))?; //~ session_state_on_pool
        Ok(conn)
    }
}

// Somebody else's pool.
pub struct Given {
    given_pool: Pool<Manager>,
}

impl Given {
    pub fn new(given_pool: Pool<Manager>) -> Self {
        Self { given_pool }
    }

    pub fn bad_conn(&self, schema: &str) -> anyhow::Result<PooledConnection<Manager>> {
        let mut conn = self.given_pool.get()?;
        conn.simple_query(&format!("SET SCHEMA '{schema}'"))?; //~ session_state_on_pool
        Ok(conn)
    }
}
