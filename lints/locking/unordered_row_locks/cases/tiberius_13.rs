//@ crate: tiberius-13
//! SQL Server: updates in a transaction that methods begin and end.
use std::collections::HashSet;

use tiberius::Client;
use tokio::net::TcpStream;

type Connection = Client<tokio_util::compat::Compat<TcpStream>>;

// In the set's order.
pub async fn bad_set(conn: &mut Connection, ids: &HashSet<i64>) -> tiberius::Result<()> {
    conn.begin_transaction().await?;
    for id in ids {
        if let Err(error) = conn.execute("UPDATE pages SET views = views + 1 WHERE id = @P1", &[id]).await { //~ unordered_row_locks?
            conn.rollback_transaction().await?;
            return Err(error);
        }
    }
    conn.commit_transaction().await
}

// Each commits by itself: no two are locked at a time.
pub async fn good_one_by_one(conn: &mut Connection, ids: HashSet<i64>) -> tiberius::Result<()> {
    for id in ids {
        conn.execute("UPDATE notes SET views = views + 1 WHERE id = @P1", &[&id]).await?;
    }
    Ok(())
}
