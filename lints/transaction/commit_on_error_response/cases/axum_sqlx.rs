//@ crate: axum-sqlx
//! Status codes in runner closures, and a middleware.
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::Mutex;

const ADD: &str = "INSERT INTO orders (item) VALUES (1)";

pub async fn bad_status(conn: &mut PgConnection, count: i64) -> sqlx::Result<StatusCode> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            if count < 1 {
                return Ok(StatusCode::UNPROCESSABLE_ENTITY); //~ commit_on_error_response
            }
            Ok(StatusCode::CREATED)
        })
    })
    .await
}

pub async fn bad_with_a_body(conn: &mut PgConnection, count: i64) -> sqlx::Result<Response> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            if count < 1 {
                Ok((StatusCode::BAD_REQUEST, "none").into_response()) //~ commit_on_error_response
            } else {
                Ok(StatusCode::CREATED.into_response())
            }
        })
    })
    .await
}

fn bad_request(text: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, text).into_response()
}

pub async fn bad_helper(conn: &mut PgConnection, count: i64) -> sqlx::Result<Response> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            if count < 1 {
                return Ok(bad_request("none")); //~ commit_on_error_response
            }
            Ok(StatusCode::OK.into_response())
        })
    })
    .await
}

pub async fn bad_in_an_arm(conn: &mut PgConnection) -> sqlx::Result<Response> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            let left: Option<i64> = sqlx::query_scalar("SELECT count FROM stock").fetch_optional(&mut **tx).await?;
            match left {
                Some(_) => Ok(StatusCode::OK.into_response()),
                None => Ok(StatusCode::NOT_FOUND.into_response()), //~ commit_on_error_response
            }
        })
    })
    .await
}

// Nothing has been written.
pub async fn good_checked_first(conn: &mut PgConnection) -> sqlx::Result<Response> {
    conn.transaction(|tx| {
        Box::pin(async move {
            let left: Option<i64> = sqlx::query_scalar("SELECT count FROM stock").fetch_optional(&mut **tx).await?;
            if left.is_none() {
                return Ok(StatusCode::NOT_FOUND.into_response());
            }
            sqlx::query(ADD).execute(&mut **tx).await?;
            Ok(StatusCode::OK.into_response())
        })
    })
    .await
}

// A closure in the closure returns something else.
pub async fn good_inner_closure(conn: &mut PgConnection) -> sqlx::Result<Response> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            let told = (|| -> Result<Response, ()> { Ok(StatusCode::NOT_FOUND.into_response()) })();
            Ok(told.map_or_else(|()| StatusCode::OK.into_response(), |_| StatusCode::OK.into_response()))
        })
    })
    .await
}

// The outer `Ok` is meant.
pub async fn good_inner_error(conn: &mut PgConnection, count: i64) -> sqlx::Result<Result<(), StatusCode>> {
    conn.transaction(|tx| {
        Box::pin(async move {
            sqlx::query(ADD).execute(&mut **tx).await?;
            if count < 1 {
                return Ok(Err(StatusCode::BAD_REQUEST));
            }
            Ok(Ok(()))
        })
    })
    .await
}

pub type Shared = Arc<Mutex<Transaction<'static, Postgres>>>;

pub async fn bad_middleware(State(pool): State<PgPool>, mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let tx = pool.begin().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let shared: Shared = Arc::new(Mutex::new(tx));
    request.extensions_mut().insert(shared.clone());
    let response = next.run(request).await;
    let tx = Arc::into_inner(shared).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?.into_inner();
    tx.commit().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?; //~ commit_on_error_response
    Ok(response)
}

pub async fn good_middleware(State(pool): State<PgPool>, mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let tx = pool.begin().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let shared: Shared = Arc::new(Mutex::new(tx));
    request.extensions_mut().insert(shared.clone());
    let response = next.run(request).await;
    let tx = Arc::into_inner(shared).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?.into_inner();
    if response.status().is_success() {
        tx.commit().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    } else {
        tx.rollback().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    }
    Ok(response)
}
