//@ crate: axum-sqlx
//! axum: the connection in the state, behind a mutex.
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::sync::Mutex;

fn internal(error: sqlx::Error) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[derive(Clone)]
struct BadState {
    conn: Arc<Mutex<PgConnection>>, //~ connection_outside_handler
}

// Every request stands in line for the one connection, and works in transactions on it.
async fn bad_order(State(state): State<BadState>, Path(item): Path<i64>) -> Result<StatusCode, StatusCode> {
    let mut conn = state.conn.lock().await;
    let mut tx = conn.begin().await.map_err(internal)?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item).execute(&mut *tx).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    Ok(StatusCode::CREATED)
}

// A second handler on the same connection: one cause.
async fn bad_orders(State(state): State<BadState>) -> Result<Json<i64>, StatusCode> {
    let mut conn = state.conn.lock().await;
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&mut *conn).await.map_err(internal)?;
    Ok(Json(row.get(0)))
}

pub async fn bad_router(url: &str) -> sqlx::Result<Router> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?));
    Ok(Router::new()
        .route("/orders", get(bad_orders))
        .route("/orders/{item}", post(bad_order))
        .with_state(BadState { conn }))
}

// In an extension, without a struct around it: the handler's parameter says what is shared.
async fn bad_extension(
    Extension(conn): Extension<Arc<Mutex<PgConnection>>>, //~ connection_outside_handler
) -> Result<StatusCode, StatusCode> {
    let mut conn = conn.lock().await;
    sqlx::query("SET search_path TO shop").execute(&mut *conn).await.map_err(internal)?;
    Ok(StatusCode::OK)
}

pub fn bad_extension_router(conn: PgConnection) -> Router {
    Router::new().route("/shop", post(bad_extension)).layer(Extension(Arc::new(Mutex::new(conn))))
}

// Single statements: nothing stays behind, but the requests stand in line.
struct Line {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

async fn bad_line(State(line): State<Arc<Line>>) -> Result<Json<i64>, StatusCode> {
    let row = sqlx::query("SELECT count(*) FROM orders")
        .fetch_one(&mut *line.conn.lock().await)
        .await
        .map_err(internal)?;
    Ok(Json(row.get(0)))
}

// The handler is a closure, the connection a capture of it.
pub async fn bad_closure(url: &str) -> sqlx::Result<Router> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?)); //~ connection_outside_handler
    let line = Line { conn: Mutex::new(PgConnection::connect(url).await?) };
    let total = get(move || {
        let conn = Arc::clone(&conn);
        async move {
            let mut conn = conn.lock().await;
            let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&mut *conn).await;
            row.map_or(0, |row| row.get::<i64, _>(0)).to_string()
        }
    });
    Ok(Router::new().route("/line", get(bad_line)).with_state(Arc::new(line)).route("/total", total))
}

// Asked whether it lives, and made anew: a pool of one, by hand.
struct Patched {
    conn: Mutex<PgConnection>,
    url: String,
}

async fn good_patched(State(patched): State<Arc<Patched>>) -> Result<Json<i64>, StatusCode> {
    let mut conn = patched.conn.lock().await;
    if conn.ping().await.is_err() {
        *conn = PgConnection::connect(&patched.url).await.map_err(internal)?;
    }
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&mut *conn).await.map_err(internal)?;
    Ok(Json(row.get(0)))
}

pub fn good_patched_router(patched: Patched) -> Router {
    Router::new().route("/patched", get(good_patched)).with_state(Arc::new(patched))
}

#[derive(Clone)]
struct GoodState {
    pool: PgPool,
}

// A pool in the state.
async fn good_order(State(state): State<GoodState>, Path(item): Path<i64>) -> Result<StatusCode, StatusCode> {
    let mut tx = state.pool.begin().await.map_err(internal)?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item).execute(&mut *tx).await.map_err(internal)?;
    tx.commit().await.map_err(internal)?;
    Ok(StatusCode::CREATED)
}

// The listener's connection is its own, and no handler uses it.
async fn good_listen(mut listener: PgListener) -> sqlx::Result<()> {
    listener.listen("orders").await?;
    loop {
        println!("{}", listener.recv().await?.payload());
    }
}

pub async fn good_router(url: &str) -> sqlx::Result<Router> {
    tokio::spawn(good_listen(PgListener::connect(url).await?));
    let pool = PgPoolOptions::new().connect(url).await?;
    Ok(Router::new().route("/orders/{item}", post(good_order)).with_state(GoodState { pool }))
}
