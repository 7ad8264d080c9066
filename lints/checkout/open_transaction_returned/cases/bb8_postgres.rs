//@ crate: bb8-postgres
//! bb8: a connection is asked whether it is closed, not whether it is in a transaction.
use bb8::Pool;
use bb8_postgres::PostgresConnectionManager;
use bb8_postgres::tokio_postgres::NoTls;

type DbPool = Pool<PostgresConnectionManager<NoTls>>;

// An early return.
pub async fn bad_early_return(pool: &DbPool, dry: bool) -> anyhow::Result<()> {
    let client = pool.get().await?;
    client.batch_execute("BEGIN").await?;
    if dry {
        return Ok(()); //~ open_transaction_returned
    }
    let done = client.execute("INSERT INTO events DEFAULT VALUES", &[]).await;
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    Ok(())
}

// The guard.
pub async fn good_guard(pool: &DbPool, dry: bool) -> anyhow::Result<()> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await?;
    if dry {
        return Ok(());
    }
    tx.execute("INSERT INTO events DEFAULT VALUES", &[]).await?;
    tx.commit().await?;
    Ok(())
}

// A connection outside the pool's care.
pub async fn good_dedicated(pool: &DbPool) -> anyhow::Result<()> {
    let client = pool.dedicated_connection().await?;
    client.batch_execute("BEGIN").await?;
    client.execute("INSERT INTO events DEFAULT VALUES", &[]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(())
}
