//@ crate: axum-sqlx
//! A handler's future is dropped with its connection.
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Router, routing::post};
use sqlx::PgPool;

pub async fn bad_handler(State(pool): State<PgPool>) -> Result<StatusCode, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let mut tx = pool.begin().await.map_err(failed)?; //~ cancelled_transaction?
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

// It has that moment too, as everything that begins has.
pub async fn limit_callee(State(pool): State<PgPool>) -> StatusCode {
    match record(&pool).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub fn routes(pool: PgPool) -> Router {
    Router::new().route("/audit", post(bad_handler).put(bad_text).patch(limit_callee)).with_state(pool)
}
