//@ crate: tokio-postgres
//! tokio-postgres in axum: a client in the state that nobody makes anew.
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use tokio_postgres::{Client, NoTls};

struct Store {
    client: Client, //~ connection_outside_handler?
}

// Single statements only: they don't get in each other's way, but the first lost connection ends it all. A judgement: level allow.
async fn bad_count(State(store): State<Arc<Store>>) -> Json<i64> {
    let row = store.client.query_one("SELECT count(*) FROM orders", &[]).await.expect("no count");
    Json(row.get(0))
}

pub async fn bad_router() -> Result<Router, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await?;
    tokio::spawn(connection);
    Ok(Router::new().route("/orders", get(bad_count)).with_state(Arc::new(Store { client })))
}

/// A hand-made pool of one: it looks whether the client lives before it lends it.
struct Revived {
    client: tokio::sync::RwLock<Arc<Client>>,
}

impl Revived {
    async fn client(&self) -> Result<Arc<Client>, tokio_postgres::Error> {
        let client = self.client.read().await.clone();
        if !client.is_closed() {
            return Ok(client);
        }
        let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await?;
        tokio::spawn(connection);
        let client = Arc::new(client);
        *self.client.write().await = client.clone();
        Ok(client)
    }
}

// Its clients are looked after.
async fn good_count(State(store): State<Arc<Revived>>) -> Json<i64> {
    let client = store.client().await.expect("no database");
    let row = client.query_one("SELECT count(*) FROM orders", &[]).await.expect("no count");
    Json(row.get(0))
}

pub fn good_router(store: Revived) -> Router {
    Router::new().route("/orders", get(good_count)).with_state(Arc::new(store))
}
