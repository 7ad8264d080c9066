//@ crate: sqlx-postgres
//! Short-lived connections, and checks of one's own.
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};

pub async fn bad_long_lived(url: &str) -> sqlx::Result<PgPool> {
    let options = PgPoolOptions::new().idle_timeout(Duration::from_secs(3600)).test_before_acquire(false); //~ health_check_disabled
    options.connect(url).await
}

pub async fn good_short_lived(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().idle_timeout(Duration::from_secs(60)).test_before_acquire(false).connect(url).await
}

pub async fn good_own_check(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new()
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for.as_secs() > 60 {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect(url)
        .await
}

pub async fn good_on(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().test_before_acquire(true).connect(url).await
}
