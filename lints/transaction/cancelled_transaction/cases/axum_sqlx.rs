//@ crate: axum-sqlx
//! A handler's future is dropped with its connection.
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Router, routing::post};
use sqlx::PgPool;

// All that begins has the moment in which BEGIN is under way: it is not told handler by handler.
pub async fn good_handler(State(pool): State<PgPool>) -> Result<StatusCode, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let mut tx = pool.begin().await.map_err(failed)?;
    sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut *tx).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(StatusCode::CREATED)
}

// Whoever leaves while it waits leaves it open.
pub async fn bad_text(State(pool): State<PgPool>) -> Result<StatusCode, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let mut conn = pool.acquire().await.map_err(failed)?;
    sqlx::query("BEGIN").execute(&mut *conn).await.map_err(failed)?; //~ cancelled_transaction
    let done = sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut *conn).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    sqlx::query(end).execute(&mut *conn).await.map_err(failed)?;
    Ok(StatusCode::CREATED)
}

async fn record(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_callee(State(pool): State<PgPool>) -> StatusCode {
    match record(&pool).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub fn routes(pool: PgPool) -> Router {
    Router::new().route("/audit", post(good_handler).put(bad_text).patch(good_callee)).with_state(pool)
}
