//@ crate: deadpool-postgres
//! deadpool waits for ever unless a time-out is configured.
use deadpool_postgres::{Client, Pool, PoolError};

async fn rate(pool: &Pool) -> Result<i64, PoolError> {
    let client = pool.get().await?;
    Ok(client.query_one("SELECT rate FROM tariffs", &[]).await?.get(0))
}

// A callee takes a second client.
pub async fn bad_callee(pool: &Pool) -> Result<(), PoolError> {
    let mut client: Client = pool.get().await?;
    let tx = client.transaction().await?;
    let amount = rate(pool).await?; //~ nested_checkout
    tx.execute("INSERT INTO charges (amount) VALUES ($1)", &[&amount]).await?;
    tx.commit().await?;
    Ok(())
}

// The client is given back before.
pub async fn good_given_back(pool: &Pool) -> Result<(), PoolError> {
    let client = pool.get().await?;
    client.execute("INSERT INTO charges (amount) VALUES (1)", &[]).await?;
    drop(client);
    rate(pool).await?;
    Ok(())
}

// A savepoint takes none.
pub async fn good_savepoint(pool: &Pool) -> Result<(), PoolError> {
    let mut client = pool.get().await?;
    let mut tx = client.transaction().await?;
    let inner = tx.transaction().await?;
    inner.execute("INSERT INTO charges (amount) VALUES (1)", &[]).await?;
    inner.commit().await?;
    tx.commit().await?;
    Ok(())
}
