//@ crate: rocket-sqlx
use rocket::futures::StreamExt;
use rocket::response::stream::{ByteStream, TextStream};
use rocket::{State, get};
use sqlx::PgPool;

const LINES: &str = "SELECT line FROM events ORDER BY id";

#[get("/export")]
pub fn bad_export(pool: &State<PgPool>) -> TextStream![String + '_] {
    TextStream! { //~ connection_held_by_response
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(pool.inner());
        while let Some(Ok(line)) = rows.next().await {
            yield line;
        }
    }
}

#[get("/bytes")]
pub fn bad_given_stream(pool: &State<PgPool>) -> ByteStream![Vec<u8> + '_] {
    let rows = sqlx::query_scalar::<_, Vec<u8>>("SELECT part FROM files ORDER BY id").fetch(pool.inner());
    ByteStream(rows.map(Result::unwrap_or_default)) //~ connection_held_by_response
}

#[get("/lines")]
pub fn good_pages(pool: &State<PgPool>) -> TextStream![String + '_] {
    TextStream! {
        for line in sqlx::query_scalar::<_, String>(LINES).fetch_all(pool.inner()).await.unwrap_or_default() {
            yield line;
        }
    }
}
