//@ crate: tower-sqlx
//! tower: a service by hand, and one made of a function.
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::Mutex;
use tower::{Service, service_fn};

type Answer = Pin<Box<dyn Future<Output = sqlx::Result<Response<u64>>> + Send>>;

#[derive(Clone)]
pub struct BadOrders {
    conn: Arc<Mutex<PgConnection>>, //~ connection_outside_handler
}

// `call` hands out the future that serves the request.
impl Service<Request<i64>> for BadOrders {
    type Response = Response<u64>;
    type Error = sqlx::Error;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<sqlx::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<i64>) -> Answer {
        let conn = Arc::clone(&self.conn);
        Box::pin(async move {
            let mut conn = conn.lock().await;
            let mut tx = conn.begin().await?;
            let done = sqlx::query("INSERT INTO orders (item) VALUES ($1)")
                .bind(request.into_body())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(Response::new(done.rows_affected()))
        })
    }
}

#[derive(Clone)]
pub struct GoodOrders {
    pool: PgPool,
}

// The service has a pool.
impl Service<Request<i64>> for GoodOrders {
    type Response = Response<u64>;
    type Error = sqlx::Error;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<sqlx::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<i64>) -> Answer {
        let pool = self.pool.clone();
        Box::pin(async move {
            let done = sqlx::query("INSERT INTO orders (item) VALUES ($1)")
                .bind(request.into_body())
                .execute(&pool)
                .await?;
            Ok(Response::new(done.rows_affected()))
        })
    }
}

// The function captures the connection.
pub async fn bad_function(
    url: &str,
) -> sqlx::Result<impl Service<i64, Response = bool, Error = Infallible>> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?)); //~ connection_outside_handler
    Ok(service_fn(move |item: i64| {
        let conn = Arc::clone(&conn);
        async move {
            let mut conn = conn.lock().await;
            let done = sqlx::query("DELETE FROM orders WHERE item = $1").bind(item).execute(&mut *conn).await;
            Ok(done.is_ok())
        }
    }))
}

pub async fn services(url: &str) -> sqlx::Result<(BadOrders, GoodOrders)> {
    let conn = Arc::new(Mutex::new(PgConnection::connect(url).await?));
    Ok((BadOrders { conn }, GoodOrders { pool: PgPool::connect(url).await? }))
}
