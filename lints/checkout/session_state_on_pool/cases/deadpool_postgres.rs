//@ crate: deadpool-postgres
//! deadpool-postgres: its default recycling checks nothing but whether the connection is closed.
use deadpool_postgres::{Object, Pool, PoolError};

// A setting left on the client.
pub async fn bad_left(pool: &Pool) -> Result<(), PoolError> {
    let client = pool.get().await?;
    client.batch_execute("SET search_path TO tenant_7").await?; //~ session_state_on_pool
    client.query("SELECT id FROM invoices", &[]).await?;
    Ok(())
}

// Listening on a client that goes back.
pub async fn bad_listen(pool: &Pool) -> Result<(), PoolError> {
    let client = pool.get().await?;
    client.batch_execute("LISTEN invoices").await?; //~ session_state_on_pool
    Ok(())
}

// In the transaction only.
pub async fn good_local(pool: &Pool) -> Result<(), PoolError> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await?;
    tx.batch_execute("SET LOCAL search_path TO tenant_7").await?;
    tx.query("SELECT id FROM invoices", &[]).await?;
    tx.commit().await?;
    Ok(())
}

// A dedicated client.
pub async fn good_taken(pool: &Pool) -> Result<(), PoolError> {
    let client = Object::take(pool.get().await?);
    client.batch_execute("LISTEN invoices").await?;
    Ok(())
}
