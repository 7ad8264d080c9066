//@ crate: tiberius-13
//! tiberius 0.13: methods begin and commit, and still no guard.
use tiberius::Client;
use tokio::net::TcpStream;

type Connection = Client<tokio_util::compat::Compat<TcpStream>>;

const ADD: &str = "INSERT INTO events (what) VALUES ('x')";

// The caller's connection keeps the transaction.
pub async fn bad_borrowed(conn: &mut Connection) -> tiberius::Result<()> {
    conn.begin_transaction().await?;
    conn.execute(ADD, &[]).await?; //~ open_transaction_returned
    conn.commit_transaction().await
}

async fn work(conn: &mut Connection) -> tiberius::Result<()> {
    conn.execute(ADD, &[]).await?;
    Ok(())
}

// Both ends.
pub async fn good_both_ends(conn: &mut Connection) -> tiberius::Result<()> {
    conn.begin_transaction().await?;
    let done = work(conn).await;
    match done {
        Ok(()) => conn.commit_transaction().await,
        Err(error) => {
            conn.rollback_transaction().await?;
            Err(error)
        }
    }
}
