//@ crate: sqlx-postgres
//! Futures that are made first and run later, alone or side by side.
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use sqlx::{PgExecutor, PgPool};

async fn price(id: i64, on: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT price FROM prices WHERE id = $1").bind(id).fetch_one(on).await
}

// Each block has a clone of the pool, and more comes after it.
pub async fn bad_clones_in_blocks(pool: &PgPool, ids: Vec<i64>) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    let shared = pool.clone();
    let mut prices = ids
        .into_iter()
        .map(|id| {
            let pool = shared.clone();
            let fetched = async move { price(id, &pool).await }; //~ nested_checkout
            fetched.then(move |price| async move { (id, price) })
        })
        .collect::<FuturesUnordered<_>>();
    while let Some((id, price)) = prices.next().await {
        println!("{id}: {}", price?);
    }
    tx.commit().await
}

pub async fn good_done_before_it_begins(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let pool = pool.clone();
    let other = pool.clone();
    let fetched = async move { price(id, &other).await };
    let price = fetched.map(|price| price.unwrap_or(0)).await;
    let tx = pool.begin().await?;
    println!("{price}");
    tx.commit().await
}
