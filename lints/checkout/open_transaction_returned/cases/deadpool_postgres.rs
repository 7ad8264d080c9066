//@ crate: deadpool-postgres
//! deadpool-postgres: no recycling method rolls back.
use deadpool_postgres::{Object, Pool, PoolError};

// BEGIN as text, and an error in between.
pub async fn bad_text(pool: &Pool) -> Result<(), PoolError> {
    let client = pool.get().await?;
    client.batch_execute("BEGIN").await?;
    client.execute("INSERT INTO events DEFAULT VALUES", &[]).await?; //~ open_transaction_returned
    client.batch_execute("COMMIT").await?;
    Ok(())
}

// One text.
pub async fn bad_multi_statement(pool: &Pool) -> Result<(), PoolError> {
    let client = pool.get().await?;
    client.batch_execute("BEGIN; DELETE FROM drafts; COMMIT").await?; //~ open_transaction_returned
    Ok(())
}

// The guard rolls back at once when dropped.
pub async fn good_guard(pool: &Pool) -> Result<(), PoolError> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await?;
    tx.execute("INSERT INTO events DEFAULT VALUES", &[]).await?;
    tx.commit().await?;
    Ok(())
}

// Taken out of the pool: it is closed when dropped.
pub async fn good_taken(pool: &Pool) -> Result<(), PoolError> {
    let client = Object::take(pool.get().await?);
    client.batch_execute("BEGIN").await?;
    client.execute("INSERT INTO events DEFAULT VALUES", &[]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(())
}
