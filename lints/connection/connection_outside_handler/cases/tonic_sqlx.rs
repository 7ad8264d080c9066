//@ crate: tonic-sqlx
//! tonic: the service is the state.
use sqlx::{Connection, PgConnection, PgPool, Row};
use tokio::sync::Mutex;
use tonic::{Request, Response, Status};

/// As tonic-build writes it.
#[tonic::async_trait]
pub trait Orders: Send + Sync + 'static {
    async fn order(&self, request: Request<i64>) -> Result<Response<()>, Status>;
    async fn count(&self, request: Request<()>) -> Result<Response<i64>, Status>;
}

fn internal(error: sqlx::Error) -> Status {
    Status::internal(error.to_string())
}

pub struct BadOrders {
    conn: Mutex<PgConnection>, //~ connection_outside_handler
}

// Every call works on the service's connection.
#[tonic::async_trait]
impl Orders for BadOrders {
    async fn order(&self, request: Request<i64>) -> Result<Response<()>, Status> {
        let mut conn = self.conn.lock().await;
        let mut tx = conn.begin().await.map_err(internal)?;
        sqlx::query("INSERT INTO orders (item) VALUES ($1)")
            .bind(request.into_inner())
            .execute(&mut *tx)
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        Ok(Response::new(()))
    }

    async fn count(&self, _request: Request<()>) -> Result<Response<i64>, Status> {
        let mut conn = self.conn.lock().await;
        let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&mut *conn).await.map_err(internal)?;
        Ok(Response::new(row.get(0)))
    }
}

pub struct GoodOrders {
    pool: PgPool,
}

// The service has a pool.
#[tonic::async_trait]
impl Orders for GoodOrders {
    async fn order(&self, request: Request<i64>) -> Result<Response<()>, Status> {
        let mut tx = self.pool.begin().await.map_err(internal)?;
        sqlx::query("INSERT INTO orders (item) VALUES ($1)")
            .bind(request.into_inner())
            .execute(&mut *tx)
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        Ok(Response::new(()))
    }

    async fn count(&self, _request: Request<()>) -> Result<Response<i64>, Status> {
        let row = sqlx::query("SELECT count(*) FROM orders").fetch_one(&self.pool).await.map_err(internal)?;
        Ok(Response::new(row.get(0)))
    }
}

pub async fn services(url: &str) -> sqlx::Result<(BadOrders, GoodOrders)> {
    let conn = Mutex::new(PgConnection::connect(url).await?);
    Ok((BadOrders { conn }, GoodOrders { pool: PgPool::connect(url).await? }))
}
