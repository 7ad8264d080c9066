//@ crate: poem-sqlx
use std::io::Error;

use async_stream::stream;
use futures::StreamExt;
use poem::web::Data;
use poem::{Body, handler};
use sqlx::PgPool;

const LINES: &str = "SELECT line FROM events ORDER BY id";

#[handler]
pub async fn bad_export(Data(pool): Data<&PgPool>) -> Body {
    let pool = pool.clone();
    let lines = stream! {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&pool);
        while let Some(line) = rows.next().await {
            yield line.map_err(Error::other);
        }
    };
    Body::from_bytes_stream(lines) //~ connection_held_by_response
}
