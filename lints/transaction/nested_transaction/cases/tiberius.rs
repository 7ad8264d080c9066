//@ crate: tiberius
//! SQL Server counts.
use tiberius::{AuthMethod, Client, Config};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};

type Connection = Client<Compat<TcpStream>>;

const ADD: &str = "INSERT INTO events (what) VALUES ('x')";

pub async fn bad_counts(mut config: Config) -> anyhow::Result<()> {
    config.authentication(AuthMethod::sql_server("sa", "secret"));
    let tcp = TcpStream::connect(config.get_addr()).await?;
    let mut conn: Connection = Client::connect(config, tcp.compat_write()).await?;
    conn.simple_query("BEGIN TRAN").await?;
    conn.simple_query("BEGIN TRAN").await?; //~ nested_transaction
    conn.execute(ADD, &[]).await?;
    conn.simple_query("COMMIT").await?;
    conn.simple_query("COMMIT").await?;
    Ok(())
}
