//@ crate: mobc-postgres
//! mobc: a checkout waits for 30 seconds.
use mobc::Pool;
use mobc_postgres::PgConnectionManager;
use mobc_postgres::tokio_postgres::NoTls;

type DbPool = Pool<PgConnectionManager<NoTls>>;

async fn rate(pool: &DbPool) -> anyhow::Result<i64> {
    let client = pool.get().await?;
    Ok(client.query_one("SELECT rate FROM tariffs", &[]).await?.get(0))
}

// A callee takes a second client.
pub async fn bad_callee(pool: &DbPool) -> anyhow::Result<()> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await?;
    let amount = rate(pool).await?; //~ nested_checkout
    tx.execute("INSERT INTO charges (amount) VALUES ($1)", &[&amount]).await?;
    tx.commit().await?;
    Ok(())
}

// Read before.
pub async fn good_before(pool: &DbPool) -> anyhow::Result<()> {
    let amount = rate(pool).await?;
    let client = pool.get().await?;
    client.execute("INSERT INTO charges (amount) VALUES ($1)", &[&amount]).await?;
    Ok(())
}
