//@ crate: sqlx-postgres
//! A pool whose size is read when the program starts.
use futures::future::try_join_all;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

pub async fn connect(url: &str, size: u32) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().max_connections(size).connect(url).await
}

async fn load(pool: &PgPool, id: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT price FROM items WHERE id = $1").bind(id).fetch_one(pool).await
}

pub async fn good_unknown(pool: &PgPool, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    try_join_all(ids.iter().map(|id| load(pool, *id))).await
}
