//@ crate: lambda-http-sqlx
//! lambda_http: as lambda_runtime, one request at a time in a process.
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::{Mutex, OnceCell};

static BAD_CONNECTION: OnceCell<Mutex<PgConnection>> = OnceCell::const_new(); //~ connection_outside_handler

async fn connect() -> Result<Mutex<PgConnection>, Error> {
    Ok(Mutex::new(PgConnection::connect("postgres://localhost/shop").await?))
}

fn item(request: &Request) -> Option<i64> {
    request.query_string_parameters().first("item")?.parse().ok()
}

// Kept warm between the invocations, with all that the last one left.
async fn bad_order(request: Request) -> Result<Response<Body>, Error> {
    let mut conn = BAD_CONNECTION.get_or_try_init(connect).await?.lock().await;
    let mut tx = conn.begin().await?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item(&request)).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Response::new(Body::Empty))
}

pub async fn bad_static() -> Result<(), Error> {
    run(service_fn(bad_order)).await
}

// Captured by the closure that is the handler.
pub async fn bad_captured() -> Result<(), Error> {
    let conn = &connect().await?; //~ connection_outside_handler
    run(service_fn(async move |request: Request| {
        let mut conn = conn.lock().await;
        sqlx::query("SET statement_timeout = '2s'").execute(&mut *conn).await?;
        sqlx::query("UPDATE orders SET seen = true WHERE item = $1").bind(item(&request)).execute(&mut *conn).await?;
        Ok::<_, Error>(Response::new(Body::Empty))
    }))
    .await
}

async fn good_order(pool: &PgPool, request: Request) -> Result<Response<Body>, Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item(&request)).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Response::new(Body::Empty))
}

// A pool of one is warm, too.
pub async fn good_pool() -> Result<(), Error> {
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy("postgres://localhost/shop")?;
    run(service_fn(|request| good_order(&pool, request))).await
}
