//@ crate: rocket-sqlx
//! rocket: managed state.
use rocket::serde::json::Json;
use rocket::tokio::sync::Mutex;
use rocket::{Build, Rocket, State, get, post, routes};
use sqlx::{Connection, PgConnection, PgPool, Row};

struct Shop {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

// All requests stand in line for the one connection, and work in transactions on it.
#[post("/orders/<item>")]
async fn bad_order(shop: &State<Shop>, item: i64) -> Option<()> {
    let mut conn = shop.conn.lock().await;
    let mut tx = conn.begin().await.ok()?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item).execute(&mut *tx).await.ok()?;
    tx.commit().await.ok()
}

// The pool is managed beside it.
#[get("/orders")]
async fn good_orders(pool: &State<PgPool>) -> Option<Json<i64>> {
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(pool.inner()).await.ok()?;
    Some(Json(row.get(0)))
}

// One connection a request.
#[get("/fresh")]
async fn good_fresh(url: &State<String>) -> Option<Json<i64>> {
    let mut conn = PgConnection::connect(url).await.ok()?;
    let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&mut conn).await.ok()?;
    Some(Json(row.get(0)))
}

pub async fn rocket(url: String) -> sqlx::Result<Rocket<Build>> {
    let shop = Shop { conn: Mutex::new(PgConnection::connect(&url).await?) };
    let pool = PgPool::connect(&url).await?;
    let routes = routes![bad_order, good_orders, good_fresh];
    Ok(rocket::build().manage(shop).manage(pool).manage(url).mount("/", routes))
}
