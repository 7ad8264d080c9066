//@ crate: actix-sqlx
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use async_stream::stream;
use futures::StreamExt;
use sqlx::PgPool;

const LINES: &str = "SELECT line FROM events ORDER BY id";

#[get("/export")]
async fn bad_export(pool: Data<PgPool>) -> HttpResponse {
    let lines = stream! {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(pool.get_ref());
        while let Some(line) = rows.next().await {
            yield line.map(Bytes::from);
        }
    };
    HttpResponse::Ok().content_type("text/plain").streaming(lines) //~ connection_held_by_response
}

#[get("/lines")]
async fn good_export(pool: Data<PgPool>) -> HttpResponse {
    let lines = stream! {
        let rows = sqlx::query_scalar::<_, String>(LINES).fetch_all(pool.get_ref()).await;
        match rows {
            Ok(rows) => {
                for row in rows {
                    yield Ok(Bytes::from(row));
                }
            }
            Err(error) => yield Err(error),
        }
    };
    HttpResponse::Ok().content_type("text/plain").streaming(lines)
}
