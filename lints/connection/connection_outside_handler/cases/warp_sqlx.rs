//@ crate: warp-sqlx
//! warp: state comes in through a filter, or is captured by the handler.
use std::convert::Infallible;
use std::sync::Arc;

use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::sync::Mutex;
use warp::http::StatusCode;
use warp::{Filter, Rejection, Reply};

struct Shop {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

async fn order(conn: &mut PgConnection, item: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item).execute(&mut *tx).await?;
    tx.commit().await
}

async fn bad_order(item: i64, shop: Arc<Shop>) -> Result<impl Reply, Infallible> {
    let done = order(&mut *shop.conn.lock().await, item).await;
    Ok(if done.is_ok() { StatusCode::CREATED } else { StatusCode::INTERNAL_SERVER_ERROR })
}

// The struct around the connection enters by a filter.
pub async fn bad_filter(url: &str) -> sqlx::Result<impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone> {
    let shop = Arc::new(Shop { conn: Mutex::new(PgConnection::connect(url).await?) });
    let with_shop = warp::any().map(move || shop.clone());
    Ok(warp::path!("orders" / i64).and(warp::post()).and(with_shop).and_then(bad_order))
}

// The handler is a closure, the connection a capture of it.
pub async fn bad_closure(url: &str) -> sqlx::Result<impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?)); //~ connection_outside_handler
    Ok(warp::path!("orders" / i64).then(move |item| {
        let conn = Arc::clone(&conn);
        async move {
            let mut conn = conn.lock().await;
            order(&mut conn, item).await.map_or(StatusCode::INTERNAL_SERVER_ERROR, |()| StatusCode::CREATED)
        }
    }))
}

async fn good_orders(pool: PgPool) -> Result<impl Reply, Infallible> {
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&pool).await;
    Ok(row.map_or(0, |row| row.get::<i64, _>(0)).to_string())
}

// A pool enters by a filter.
pub fn good_filter(pool: PgPool) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    warp::path("orders").and(warp::get()).and(warp::any().map(move || pool.clone())).and_then(good_orders)
}
