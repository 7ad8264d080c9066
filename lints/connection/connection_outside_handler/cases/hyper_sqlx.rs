//@ crate: hyper-sqlx
//! hyper: a function or a service for each connection's requests.
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::Mutex;

async fn order(conn: &mut PgConnection) -> sqlx::Result<u64> {
    let mut tx = conn.begin().await?;
    let done = sqlx::query("INSERT INTO orders DEFAULT VALUES").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

// The function captures the connection.
pub async fn bad_function(
    url: &str,
) -> sqlx::Result<impl Service<Request<Incoming>, Response = Response<String>, Error = Infallible>> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?)); //~ connection_outside_handler
    Ok(service_fn(move |_request| {
        let conn = Arc::clone(&conn);
        async move {
            let done = order(&mut *conn.lock().await).await;
            Ok(Response::new(done.unwrap_or_default().to_string()))
        }
    }))
}

pub struct GoodOrders {
    pool: PgPool,
}

// The service has a pool.
impl Service<Request<Incoming>> for GoodOrders {
    type Response = Response<String>;
    type Error = sqlx::Error;
    type Future = Pin<Box<dyn Future<Output = sqlx::Result<Response<String>>> + Send>>;

    fn call(&self, _request: Request<Incoming>) -> Self::Future {
        let pool = self.pool.clone();
        Box::pin(async move {
            let done = order(&mut *pool.acquire().await?).await?;
            Ok(Response::new(done.to_string()))
        })
    }
}
