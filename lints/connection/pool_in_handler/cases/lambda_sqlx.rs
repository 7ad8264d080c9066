//@ crate: lambda-sqlx
//! Lambda: an instance handles one event at a time, each with a pool of its own.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use sqlx::mysql::MySqlPoolOptions;

async fn bad_handle(_event: LambdaEvent<Value>) -> Result<Value, Error> {
    let pool = MySqlPoolOptions::new().max_connections(2).connect("mysql://localhost").await?; //~ pool_in_handler
    let (orders,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM orders").fetch_one(&pool).await?;
    Ok(json!(orders))
}

pub async fn bad_serve() -> Result<(), Error> {
    lambda_runtime::run(service_fn(bad_handle)).await
}

pub async fn good_serve(url: &str) -> Result<(), Error> {
    let pool = &MySqlPoolOptions::new().max_connections(2).connect(url).await?;
    lambda_runtime::run(service_fn(move |_event: LambdaEvent<Value>| async move {
        let (orders,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM orders").fetch_one(pool).await?;
        Ok::<_, Error>(json!(orders))
    }))
    .await
}
