//@ crate: tonic-sqlx
use std::pin::Pin;

use async_stream::stream;
use futures::{Stream, StreamExt};
use sqlx::PgPool;
use tonic::{Response, Status};

const LINES: &str = "SELECT line FROM events ORDER BY id";

type Lines = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;

pub struct Service {
    pool: PgPool,
}

impl Service {
    pub async fn bad_list(&self) -> Result<Response<Lines>, Status> {
        let pool = self.pool.clone();
        let lines = stream! {
            let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&pool);
            while let Some(line) = rows.next().await {
                yield line.map_err(|error| Status::internal(error.to_string()));
            }
        };
        Ok(Response::new(Box::pin(lines))) //~ connection_held_by_response
    }

    pub async fn good_answer(&self) -> Result<Response<String>, Status> {
        let line = sqlx::query_scalar::<_, String>(LINES).fetch_one(&self.pool).await;
        line.map(Response::new).map_err(|error| Status::internal(error.to_string()))
    }
}
