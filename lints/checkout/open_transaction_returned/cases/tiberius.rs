//@ crate: tiberius
//! SQL Server: tiberius has no guard, bb8-tiberius doesn't ask.
use bb8::Pool;
use bb8_tiberius::ConnectionManager;
use tiberius::{AuthMethod, Client, Config};
use tokio::net::TcpStream;

type Connection = Client<tokio_util::compat::Compat<TcpStream>>;

const ADD: &str = "INSERT INTO events (what) VALUES ('x')";

// BEGIN TRAN on a checkout.
pub async fn bad_checkout(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("BEGIN TRAN").await?;
    conn.execute(ADD, &[]).await?; //~ open_transaction_returned
    conn.simple_query("COMMIT").await?;
    Ok(())
}

async fn work(conn: &mut Connection) -> tiberius::Result<()> {
    conn.execute(ADD, &[]).await?;
    conn.execute("DELETE FROM drafts", &[]).await?;
    Ok(())
}

// Both arms end it.
pub async fn good_both_arms(pool: &Pool<ConnectionManager>) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    conn.simple_query("BEGIN TRAN").await?;
    let done = work(&mut conn).await;
    conn.simple_query(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    Ok(done?)
}

// A connection of the function's own: closing it rolls back.
pub async fn good_own(mut config: Config) -> anyhow::Result<()> {
    use tokio_util::compat::TokioAsyncWriteCompatExt;
    config.authentication(AuthMethod::sql_server("sa", "secret"));
    let tcp = TcpStream::connect(config.get_addr()).await?;
    let mut conn: Connection = Client::connect(config, tcp.compat_write()).await?;
    conn.simple_query("BEGIN TRAN").await?;
    conn.execute(ADD, &[]).await?;
    conn.simple_query("COMMIT").await?;
    Ok(())
}
