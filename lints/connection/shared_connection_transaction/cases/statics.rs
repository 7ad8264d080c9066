//@ crate: tokio-postgres
//! A static client, with a mutex that is taken for each statement anew.
use std::sync::OnceLock;

use tokio::sync::Mutex;
use tokio_postgres::{Client, Error};

static SHARED: OnceLock<Client> = OnceLock::new();
static LOCKED: OnceLock<Mutex<Client>> = OnceLock::new();

// Every task of the program reaches a static.
pub async fn bad_static() -> Result<(), Error> {
    let client = SHARED.get().expect("not connected");
    client.batch_execute("BEGIN").await?; //~ shared_connection_transaction
    let done = client.execute("INSERT INTO orders DEFAULT VALUES", &[]).await;
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    done.map(|_| ())
}

// The lock is let go between BEGIN and COMMIT.
pub async fn bad_locked_each_time() -> Result<(), Error> {
    let client = LOCKED.get().expect("not connected");
    client.lock().await.batch_execute("BEGIN").await?; //~ shared_connection_transaction
    let done = client.lock().await.execute("INSERT INTO orders DEFAULT VALUES", &[]).await;
    client.lock().await.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    done.map(|_| ())
}

// No transaction: a single statement needs nobody's company.
pub async fn good_single_statement() -> Result<(), Error> {
    let client = SHARED.get().expect("not connected");
    client.execute("INSERT INTO orders DEFAULT VALUES", &[]).await?;
    Ok(())
}
