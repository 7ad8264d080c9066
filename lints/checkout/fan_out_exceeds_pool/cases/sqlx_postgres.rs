//@ crate: sqlx-postgres
//! Tasks side by side, on a pool of five.
use futures::StreamExt;
use futures::future::{join_all, try_join_all};
use futures::stream;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

pub async fn connect(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().max_connections(5).connect(url).await
}

async fn load(pool: &PgPool, id: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT price FROM items WHERE id = $1").bind(id).fetch_one(pool).await
}

pub async fn bad_all(pool: &PgPool, ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    try_join_all(ids.iter().map(|id| load(pool, *id))).await //~ fan_out_exceeds_pool
}

pub async fn bad_kept(pool: &PgPool, ids: &[i64]) -> usize {
    let loads = ids.iter().map(|id| async move { load(pool, *id).await });
    let done = join_all(loads).await; //~ fan_out_exceeds_pool
    done.len()
}

pub async fn bad_twenty(pool: &PgPool, ids: Vec<i64>) -> usize {
    let prices: Vec<_> = stream::iter(ids)
        .map(|id| async move { load(pool, id).await })
        .buffer_unordered(20) //~ fan_out_exceeds_pool
        .collect()
        .await;
    prices.len()
}

pub async fn good_four(pool: &PgPool, ids: Vec<i64>) -> usize {
    let prices: Vec<_> = stream::iter(ids)
        .map(|id| async move { load(pool, id).await })
        .buffer_unordered(4)
        .collect()
        .await;
    prices.len()
}

pub async fn good_three(pool: &PgPool) -> usize {
    join_all([load(pool, 1), load(pool, 2), load(pool, 3)]).await.len()
}

pub async fn good_no_database(ids: &[i64]) -> usize {
    join_all(ids.iter().map(|id| async move { id + 1 })).await.len()
}

pub async fn good_one_by_one(pool: &PgPool, ids: &[i64]) -> sqlx::Result<i64> {
    let mut sum = 0;
    for id in ids {
        sum += load(pool, *id).await?;
    }
    Ok(sum)
}
