//@ crate: sqlx-postgres
//! Constants and configuration.
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const MOST: u32 = 500;

pub async fn bad_constant(url: &str) -> sqlx::Result<PgPool> {
    let most = MOST;
    PgPoolOptions::new().max_connections(most).connect(url).await //~ oversized_pool
}

pub async fn good_configured(url: &str, most: u32) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().max_connections(most).connect(url).await
}

pub async fn good_hundred(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().max_connections(100).connect(url).await
}
