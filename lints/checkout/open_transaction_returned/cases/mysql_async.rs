//@ crate: mysql-async
//! `mysql_async`: its pool resets the session on return; a connection that is kept stays as it is.
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Pool};

/// Keeps a connection.
pub struct Session {
    conn: Conn,
}

impl Session {
    // A connection that no pool looks after.
    pub async fn bad_field(&mut self) -> mysql_async::Result<()> {
        self.conn.query_drop("BEGIN").await?;
        self.conn.query_drop("INSERT INTO events (what) VALUES ('x')").await?; //~ open_transaction_returned
        self.conn.query_drop("COMMIT").await
    }
}

// The reset on return rolls back.
pub async fn good_reset(pool: &Pool) -> mysql_async::Result<()> {
    let mut conn = pool.get_conn().await?;
    conn.query_drop("BEGIN").await?;
    conn.query_drop("INSERT INTO events (what) VALUES ('x')").await?;
    conn.query_drop("COMMIT").await
}
