//@ crate: mysql-async
//! `mysql_async`: what every connection runs when it is made.
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Pool};

// After every reset, too: each reader keeps the snapshot of its first read.
pub fn bad_setup(opts: Opts) -> Pool {
    Pool::new(OptsBuilder::from_opts(opts).setup(vec!["SET autocommit = 0"])) //~ autocommit_off
}

// On a connection of the caller's, which decides what becomes of it.
pub async fn good_borrowed(conn: &mut Conn) -> mysql_async::Result<()> {
    conn.query_drop("SET autocommit = 0").await?;
    conn.query_drop("DELETE FROM drafts").await?;
    conn.query_drop("COMMIT").await
}

// The reset on return turns it on.
pub async fn good_reset(pool: &Pool) -> mysql_async::Result<()> {
    let mut conn = pool.get_conn().await?;
    conn.query_drop("SET autocommit = 0").await?;
    conn.query_drop("DELETE FROM drafts").await?;
    conn.query_drop("COMMIT").await
}

// Another setting.
pub fn good_setup(opts: Opts) -> Pool {
    Pool::new(OptsBuilder::from_opts(opts).setup(vec!["SET time_zone = '+00:00'"]))
}
