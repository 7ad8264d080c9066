//@ crate: lambda-sqlx
//! Lambda: an instance handles one event at a time.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use sqlx::MySqlPool;
use sqlx::mysql::MySqlPoolOptions;

async fn bad_connect(url: &str) -> sqlx::Result<MySqlPool> {
    MySqlPoolOptions::new().max_connections(20).connect(url).await //~ oversized_pool
}

async fn good_connect(url: &str) -> sqlx::Result<MySqlPool> {
    MySqlPoolOptions::new().max_connections(2).connect(url).await
}

pub async fn good_serve(url: &str, small: bool) -> Result<(), Error> {
    let pool = if small { good_connect(url).await? } else { bad_connect(url).await? };
    let pool = &pool;
    lambda_runtime::run(service_fn(move |_event: LambdaEvent<Value>| async move {
        let (orders,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM orders").fetch_one(pool).await?;
        Ok::<_, Error>(json!(orders))
    }))
    .await
}
