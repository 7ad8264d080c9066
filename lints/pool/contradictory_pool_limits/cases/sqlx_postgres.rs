//@ crate: sqlx-postgres
//! Minimum and maximum, constants of the workspace, options set one by one.
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const MOST: u32 = 5;

pub async fn bad_minimum(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new()
        .max_connections(MOST)
        .min_connections(10) //~ contradictory_pool_limits
        .connect(url)
        .await
}

// The default maximum is ten.
pub async fn bad_default_maximum(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().min_connections(20).connect(url).await //~ contradictory_pool_limits
}

pub fn bad_none(url: &str) -> sqlx::Result<PgPool> {
    let mut options = PgPoolOptions::new();
    options = options.max_connections(0); //~ contradictory_pool_limits
    options.connect_lazy(url)
}

pub async fn good_limits(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().min_connections(MOST).max_connections(MOST).connect(url).await
}

// What the caller has set isn't known.
pub async fn good_given(options: PgPoolOptions, url: &str) -> sqlx::Result<PgPool> {
    options.min_connections(20).connect(url).await
}

pub async fn good_from_configuration(url: &str, most: u32) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().min_connections(20).max_connections(most).connect(url).await
}
