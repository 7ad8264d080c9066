//@ crate: actix-sqlx
//! actix-web: the connection in the application's data.
use actix_web::{App, HttpResponse, HttpServer, get, post, web};
use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::sync::Mutex;

struct Shop {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

// A transaction on the connection that all workers share.
#[post("/orders/{item}")]
async fn bad_order(shop: web::Data<Shop>, item: web::Path<i64>) -> actix_web::Result<HttpResponse> {
    let mut conn = shop.conn.lock().await;
    bad_insert(&mut conn, *item).await.map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(HttpResponse::Created().finish())
}

async fn bad_insert(conn: &mut PgConnection, item: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query("INSERT INTO orders (item) VALUES ($1)").bind(item).execute(&mut *tx).await?;
    tx.commit().await
}

// A pool.
#[get("/orders")]
async fn good_count(pool: web::Data<PgPool>) -> actix_web::Result<HttpResponse> {
    let row = sqlx::query("SELECT count(*) FROM orders")
        .fetch_one(&**pool)
        .await
        .map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().body(row.get::<i64, _>(0).to_string()))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let conn = PgConnection::connect("postgres://localhost/shop").await.map_err(std::io::Error::other)?;
    let pool = web::Data::new(PgPool::connect_lazy("postgres://localhost/shop").map_err(std::io::Error::other)?);
    let shop = web::Data::new(Shop { conn: Mutex::new(conn) });
    HttpServer::new(move || App::new().app_data(shop.clone()).app_data(pool.clone()).service(bad_order).service(good_count))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await
}
