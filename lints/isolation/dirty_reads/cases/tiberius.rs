//@ crate: tiberius
//! NOLOCK by statement, READ UNCOMMITTED by session.
use tiberius::Client;
use tokio::net::TcpStream;
use tokio_util::compat::Compat;

type Db = Client<Compat<TcpStream>>;

pub async fn bad_hint(client: &mut Db) -> tiberius::Result<()> {
    client.simple_query("SELECT sum(amount) FROM bookings WITH (NOLOCK)").await?.into_results().await?; //~ dirty_reads
    Ok(())
}

pub async fn good_read_past(client: &mut Db) -> tiberius::Result<()> {
    client.simple_query("SELECT id FROM jobs WITH (READPAST)").await?.into_results().await?;
    Ok(())
}
