//@ crate: lambda-sqlx
//! Lambda: statics, captures, session state; pools and connections of a request.
use std::sync::{Arc, OnceLock};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{Connection, MySqlConnection, MySqlPool, Row};
use tokio::sync::{Mutex, OnceCell};

type Shared = Arc<Mutex<MySqlConnection>>;

// A static behind `get_or_init`, an alias over `Arc`, a setting that the next invocation inherits.
static BAD_SESSION: OnceCell<Shared> = OnceCell::const_new(); //~ connection_outside_handler

async fn bad_session() -> &'static Shared {
    BAD_SESSION
        .get_or_init(|| async {
            let conn = MySqlConnection::connect("mysql://localhost/shop").await.expect("no database");
            Arc::new(Mutex::new(conn))
        })
        .await
}

async fn bad_set_zone(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let mut conn = bad_session().await.lock().await;
    sqlx::query("SET time_zone = ?").bind(event.payload["zone"].as_str()).execute(&mut *conn).await?;
    let now: String = sqlx::query_scalar("SELECT NOW()").fetch_one(&mut *conn).await?;
    Ok(json!(now))
}

pub async fn bad_static() -> Result<(), Error> {
    lambda_runtime::run(service_fn(bad_set_zone)).await
}

/// A connection in a struct of the workspace.
struct Warehouse {
    conn: Mutex<MySqlConnection>,
}

impl Warehouse {
    async fn available(&self, item: i64) -> Result<i64, Error> {
        let mut conn = self.conn.lock().await;
        let mut tx = conn.begin().await?;
        let row = sqlx::query("SELECT available FROM stock WHERE item = ?").bind(item).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(row.get(0))
    }
}

// Captured by the closure that becomes the handler.
pub async fn bad_captured() -> Result<(), Error> {
    let conn = MySqlConnection::connect("mysql://localhost/shop").await?; //~ connection_outside_handler
    let warehouse = &Warehouse { conn: Mutex::new(conn) };
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
        let item = event.payload["item"].as_i64().unwrap_or_default();
        Ok::<_, Error>(json!(warehouse.available(item).await?))
    }))
    .await
}

static GOOD_POOL: OnceLock<MySqlPool> = OnceLock::new();

// A pool in a static.
async fn good_pooled(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let pool = GOOD_POOL.get_or_init(|| MySqlPoolOptions::new().connect_lazy("mysql://localhost/shop").expect("bad address"));
    let mut tx = pool.begin().await?;
    let row = sqlx::query("SELECT available FROM stock WHERE item = ?")
        .bind(event.payload["item"].as_i64())
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(json!(row.get::<i64, _>(0)))
}

pub async fn good_static() -> Result<(), Error> {
    lambda_runtime::run(service_fn(good_pooled)).await
}

// A connection of the request's own.
async fn good_fresh(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let mut conn = MySqlConnection::connect("mysql://localhost/shop").await?;
    let mut tx = conn.begin().await?;
    let row = sqlx::query("SELECT available FROM stock WHERE item = ?")
        .bind(event.payload["item"].as_i64())
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    conn.close().await?;
    Ok(json!(row.get::<i64, _>(0)))
}

pub async fn good_per_request() -> Result<(), Error> {
    lambda_runtime::run(service_fn(good_fresh)).await
}

// Used at start-up and gone before the first event.
pub async fn good_start_up() -> Result<(), Error> {
    let mut conn = MySqlConnection::connect("mysql://localhost/shop").await?;
    let mut tx = conn.begin().await?;
    sqlx::query("INSERT INTO starts (host) VALUES ('x')").execute(&mut *tx).await?;
    tx.commit().await?;
    conn.close().await?;
    lambda_runtime::run(service_fn(good_fresh)).await
}
