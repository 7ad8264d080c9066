//@ crate: actix-sqlx
//! Guards in handlers, and a middleware.
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, error::ErrorInternalServerError, web};
use sqlx::{PgPool, Postgres, Transaction};
use std::sync::Arc;
use tokio::sync::Mutex;

const ADD: &str = "INSERT INTO orders (item) VALUES (1)";

// Stored on purpose.
pub async fn good_failed_attempt(pool: &PgPool) -> sqlx::Result<HttpResponse> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO attempts (who) VALUES (1)").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(HttpResponse::Unauthorized().finish())
}

// The drop rolls back.
pub async fn good_guard(pool: &PgPool, count: i64) -> sqlx::Result<HttpResponse> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    if count < 1 {
        tx.rollback().await?;
        return Ok(HttpResponse::BadRequest().finish());
    }
    tx.commit().await?;
    Ok(HttpResponse::Ok().finish())
}

type Shared = Arc<Mutex<Option<Transaction<'static, Postgres>>>>;

// That there is none left may mean that the handler has ended it.
pub async fn limit_middleware(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let pool = request.app_data::<web::Data<PgPool>>().unwrap().clone();
    let tx: Shared = Arc::new(Mutex::new(Some(pool.begin().await.map_err(ErrorInternalServerError)?)));
    request.extensions_mut().insert(tx.clone());
    let response = next.call(request).await?;
    if let Some(tx) = tx.lock().await.take() {
        tx.commit().await.map_err(ErrorInternalServerError)?;
    }
    Ok(response)
}

pub async fn good_middleware(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let pool = request.app_data::<web::Data<PgPool>>().unwrap().clone();
    let tx: Shared = Arc::new(Mutex::new(Some(pool.begin().await.map_err(ErrorInternalServerError)?)));
    request.extensions_mut().insert(tx.clone());
    let response = next.call(request).await?;
    let tx = tx.lock().await.take().unwrap();
    if response.status().is_success() {
        tx.commit().await.map_err(ErrorInternalServerError)?;
    }
    Ok(response)
}
