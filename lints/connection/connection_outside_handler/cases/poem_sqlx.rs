//@ crate: poem-sqlx
//! poem: data of the application, destructured in the parameter or not.
use std::sync::Arc;

use poem::error::InternalServerError;
use poem::web::{Data, Path};
use poem::{EndpointExt, IntoEndpoint, Result, Route, get, handler, post};
use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::sync::Mutex;

struct Shop {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

// What one request sets, the next one has.
#[handler]
async fn bad_search_path(Data(shop): Data<&Arc<Shop>>) -> Result<String> {
    let mut conn = shop.conn.lock().await;
    sqlx::query("SET search_path TO shop").execute(&mut *conn).await.map_err(InternalServerError)?;
    Ok("shop".to_owned())
}

// The connection itself is the data.
#[handler]
async fn bad_order(
    conn: Data<&Arc<Mutex<PgConnection>>>, //~ connection_outside_handler
    Path(item): Path<i64>,
) -> Result<()> {
    let mut conn = conn.lock().await;
    let mut tx = conn.begin().await.map_err(InternalServerError)?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)")
        .bind(item)
        .execute(&mut *tx)
        .await
        .map_err(InternalServerError)?;
    tx.commit().await.map_err(InternalServerError)
}

// A pool.
#[handler]
async fn good_orders(pool: Data<&PgPool>) -> Result<String> {
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(*pool).await.map_err(InternalServerError)?;
    Ok(row.get::<i64, _>(0).to_string())
}

pub async fn router(url: &str) -> sqlx::Result<impl IntoEndpoint> {
    let shop = Arc::new(Shop { conn: Mutex::new(PgConnection::connect(url).await?) });
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?));
    let routes = Route::new()
        .at("/shop", post(bad_search_path))
        .at("/orders/:item", post(bad_order))
        .at("/orders", get(good_orders));
    Ok(routes.data(shop).data(conn).data(PgPool::connect(url).await?))
}
