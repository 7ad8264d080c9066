//@ crate: lambda-tokio-postgres
//! tokio-postgres in Lambda: `run` handles one event at a time, so that nobody joins a transaction; what is left open stays.
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

static BAD_CLIENT: OnceCell<Client> = OnceCell::const_new(); //~ connection_outside_handler

async fn connect() -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

// A setting of the session: every later invocation of this instance has it.
async fn bad_totals(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let client = BAD_CLIENT.get_or_try_init(connect).await?;
    client.batch_execute("SET statement_timeout = '2s'").await?;
    let row = client.query_one("SELECT count(*) FROM orders", &[]).await?;
    Ok(json!({ "orders": row.get::<_, i64>(0), "for": event.payload["for"] }))
}

// The client of one invocation.
async fn good_totals(_event: LambdaEvent<Value>) -> Result<Value, Error> {
    let client = connect().await?;
    client.batch_execute("SET statement_timeout = '2s'").await?;
    let row = client.query_one("SELECT count(*) FROM orders", &[]).await?;
    Ok(json!(row.get::<_, i64>(0)))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var("FRESH").is_ok() {
        return lambda_runtime::run(service_fn(good_totals)).await;
    }
    lambda_runtime::run(service_fn(bad_totals)).await
}
