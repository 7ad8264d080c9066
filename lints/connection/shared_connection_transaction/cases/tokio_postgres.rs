//@ crate: tokio-postgres
//! Who else has the client while BEGIN is open.
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::sync::Mutex;
use tokio_postgres::{Client, Error, NoTls};

const ADD: &str = "INSERT INTO orders DEFAULT VALUES";

struct App {
    client: Client,
}

impl App {
    async fn begin(&self) -> Result<(), Error> {
        self.client.batch_execute("BEGIN").await
    }

    // A field of the shared state, BEGIN in a helper: the request that calls it is where it goes wrong.
    async fn bad_field(&self) -> Result<(), Error> {
        self.begin().await?; //~ shared_connection_transaction
        let done = self.client.execute(ADD, &[]).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.client.batch_execute(end).await?;
        done.map(|_| ())
    }

    // One text: nothing gets between.
    async fn good_one_text(&self) -> Result<(), Error> {
        self.client.batch_execute("INSERT INTO orders DEFAULT VALUES; INSERT INTO events DEFAULT VALUES").await
    }
}

async fn order(State(app): State<Arc<App>>) -> StatusCode {
    match app.bad_field().await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn orders(State(app): State<Arc<App>>) -> StatusCode {
    match app.good_one_text().await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub fn router(app: App) -> Router {
    Router::new().route("/order", post(order)).route("/orders", post(orders)).with_state(Arc::new(app))
}

// A clone of the `Arc` went to a task that is still running.
pub async fn bad_spawned() -> Result<(), Error> {
    let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await?;
    tokio::spawn(connection);
    let client = Arc::new(client);
    let other = client.clone();
    tokio::spawn(async move {
        while other.execute("INSERT INTO heartbeats DEFAULT VALUES", &[]).await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    });
    client.batch_execute("BEGIN").await?; //~ shared_connection_transaction
    let done = client.execute(ADD, &[]).await;
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    done.map(|_| ())
}

// A client of the function's own: `&self` alone shares nothing.
pub async fn good_own_client() -> Result<(), Error> {
    let (client, connection) = tokio_postgres::connect("host=localhost", NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute("BEGIN").await?;
    client.execute(ADD, &[]).await?;
    client.batch_execute("COMMIT").await
}

// The client's own transaction needs it exclusively.
pub async fn good_exclusive(client: &mut Client) -> Result<(), Error> {
    let tx = client.transaction().await?;
    tx.execute(ADD, &[]).await?;
    tx.commit().await
}

static CLIENT: OnceLock<Mutex<Client>> = OnceLock::new();

// The mutex around it is held from BEGIN to COMMIT.
pub async fn good_locked() -> Result<(), Error> {
    let Some(client) = CLIENT.get() else { return Ok(()) };
    let client = client.lock().await;
    client.batch_execute("BEGIN").await?;
    let done = client.execute(ADD, &[]).await;
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    done.map(|_| ())
}
