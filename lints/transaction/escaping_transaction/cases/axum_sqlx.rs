//@ crate: axum-sqlx
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use sqlx::PgPool;
use tokio::sync::Mutex;

pub async fn bad_kept(State(pool): State<PgPool>, mut request: Request, next: Next) -> Response {
    if let Ok(tx) = pool.begin().await {
        request.extensions_mut().insert(Arc::new(Mutex::new(tx))); //~ escaping_transaction
    }
    next.run(request).await
}

pub async fn good_committed(State(pool): State<PgPool>, mut request: Request, next: Next) -> Response {
    let Ok(tx) = pool.begin().await else {
        return next.run(request).await;
    };
    let tx = Arc::new(Mutex::new(tx));
    request.extensions_mut().insert(Arc::clone(&tx));
    let response = next.run(request).await;
    if response.status().is_success() && let Some(tx) = Arc::into_inner(tx) {
        let _ = tx.into_inner().commit().await; //~ commit_result_ignored
    }
    response
}
