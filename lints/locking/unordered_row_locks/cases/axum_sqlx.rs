//@ crate: axum-sqlx
//! A request's body comes in the client's order.
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use sqlx::PgPool;

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    item: i64,
    count: i64,
}

#[derive(Deserialize)]
struct Order {
    lines: Vec<Line>,
}

const TAKE: &str = "UPDATE stock SET available = available - $1 WHERE item = $2";

async fn bad_take(pool: &PgPool, lines: &[Line]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for line in lines {
        sqlx::query(TAKE).bind(line.count).bind(line.item).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// The lines of the body, as they came.
async fn good_post(State(pool): State<PgPool>, Json(order): Json<Order>) -> StatusCode {
    match bad_take(&pool, &order.lines).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::CONFLICT,
    }
}

async fn good_take(pool: &PgPool, mut lines: Vec<Line>) -> sqlx::Result<()> {
    lines.sort_by_key(|line| line.item);
    let mut tx = pool.begin().await?;
    for line in lines {
        sqlx::query(TAKE).bind(line.count).bind(line.item).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Sorted on the way.
async fn good_put(State(pool): State<PgPool>, Json(lines): Json<Vec<Line>>) -> StatusCode {
    match good_take(&pool, lines).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::CONFLICT,
    }
}

pub fn router(pool: PgPool) -> Router {
    Router::new().route("/orders", post(good_post).put(good_put)).with_state(pool)
}
