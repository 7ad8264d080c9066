//@ crate: sqlx-07-postgres
//! sqlx 0.7 counts a transaction before it waits.
use std::time::Duration;

use sqlx::{PgPool, Postgres, Transaction};
use tokio::time::timeout;

pub async fn good_version(pool: &PgPool) -> Option<Transaction<'static, Postgres>> {
    let tx = timeout(Duration::from_secs(2), pool.begin()).await.ok()?;
    tx.ok()
}
