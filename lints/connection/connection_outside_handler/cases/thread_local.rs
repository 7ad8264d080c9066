//@ crate: tokio-postgres
//! A connection a thread, promoted to `'static`, and never made anew.
use std::cell::OnceCell;

use axum::Router;
use axum::routing::get;
use tokio_postgres::{Client, NoTls};

struct Db {
    client: Client,
}

thread_local! {
    static DB: OnceCell<&'static Db> = const { OnceCell::new() }; //~ connection_outside_handler?
}

async fn db() -> &'static Db {
    if let Some(db) = DB.with(|cell| cell.get().copied()) {
        return db;
    }
    let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await.expect("no database");
    tokio::spawn(connection);
    let db: &'static Db = Box::leak(Box::new(Db { client }));
    DB.with(|cell| cell.set(db).ok());
    db
}

async fn bad_count() -> String {
    let row = db().await.client.query_one("SELECT count(*) FROM orders", &[]).await.expect("no count");
    row.get::<_, i64>(0).to_string()
}

pub fn router() -> Router {
    Router::new().route("/orders", get(bad_count))
}
