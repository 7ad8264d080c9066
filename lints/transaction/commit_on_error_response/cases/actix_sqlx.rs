//@ crate: actix-sqlx
//! Runner closures in actix handlers, and a middleware.
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, error::ErrorInternalServerError, web};
use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};
use std::sync::Arc;
use tokio::sync::Mutex;

const ADD: &str = "INSERT INTO orders (item) VALUES (1)";

fn bad_request(text: &'static str) -> HttpResponse {
    HttpResponse::BadRequest().body(text)
}

pub async fn bad_helper(conn: &mut PgConnection, count: i64) -> sqlx::Result<HttpResponse> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            if count < 1 {
                return Ok(bad_request("none")); //~ commit_on_error_response
            }
            Ok(HttpResponse::Ok().finish())
        })
    })
    .await
}

pub async fn bad_in_an_arm(conn: &mut PgConnection) -> sqlx::Result<HttpResponse> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            let left: Option<i64> = sqlx::query_scalar("SELECT count FROM stock").fetch_optional(&mut **tx).await?;
            match left {
                Some(_) => Ok(HttpResponse::Ok().finish()),
                None => Ok(HttpResponse::NotFound().finish()), //~ commit_on_error_response
            }
        })
    })
    .await
}

// Nothing has been written.
pub async fn good_checked_first(conn: &mut PgConnection) -> sqlx::Result<HttpResponse> {
    conn.transaction(|tx| {
        Box::pin(async move {
            let left: Option<i64> = sqlx::query_scalar("SELECT count FROM stock").fetch_optional(&mut **tx).await?;
            if left.is_none() {
                return Ok(HttpResponse::NotFound().finish());
            }
            sqlx::query(ADD).execute(&mut **tx).await?;
            Ok(HttpResponse::Ok().finish())
        })
    })
    .await
}

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

// A closure in the closure returns something else.
pub async fn good_inner_closure(conn: &mut PgConnection) -> sqlx::Result<HttpResponse> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            let told = (|| -> Result<HttpResponse, ()> { Ok(HttpResponse::NotFound().finish()) })();
            Ok(told.map_or_else(|()| HttpResponse::Ok().finish(), |_| HttpResponse::Ok().finish()))
        })
    })
    .await
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
