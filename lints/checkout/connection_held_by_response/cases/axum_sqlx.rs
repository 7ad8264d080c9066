//@ crate: axum-sqlx
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;
use std::time::Duration;

use async_stream::stream;
use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, stream as streams};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

static POOL: LazyLock<PgPool> = LazyLock::new(|| PgPool::connect_lazy("postgres://localhost/app").unwrap());

const LINES: &str = "SELECT line FROM events ORDER BY id";

type Line = sqlx::Result<String>;

pub async fn bad_straight() -> impl IntoResponse {
    let rows = sqlx::query_scalar::<_, String>(LINES).fetch(&*POOL);
    Body::from_stream(rows.map(|row| row.map(|line| line + "\n"))) //~ connection_held_by_response
}

pub async fn bad_captured_connection(State(pool): State<PgPool>) -> sqlx::Result<Body> {
    let mut conn = pool.acquire().await?;
    let lines = stream! {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&mut *conn);
        while let Some(line) = rows.next().await {
            yield line;
        }
    };
    Ok(Body::from_stream(lines)) //~ connection_held_by_response
}

pub async fn bad_transaction(State(pool): State<PgPool>) -> sqlx::Result<Body> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await?;
    let lines = stream! {
        for part in 0_i64..100 {
            yield sqlx::query_scalar::<_, String>("SELECT line FROM events WHERE part = $1").bind(part).fetch_one(&mut *tx).await;
        }
    };
    Ok(Body::from_stream(lines)) //~ connection_held_by_response
}

fn lines(pool: PgPool) -> impl Stream<Item = Line> {
    stream! {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&pool);
        while let Some(line) = rows.next().await {
            yield line;
        }
    }
}

pub async fn bad_made_by_a_function(State(pool): State<PgPool>) -> Body {
    Body::from_stream(lines(pool)) //~ connection_held_by_response
}

pub async fn bad_events(State(pool): State<PgPool>) -> Sse<impl Stream<Item = sqlx::Result<Event>>> {
    let events = lines(pool).map(|line| line.map(|line| Event::default().data(line)));
    Sse::new(events) //~ connection_held_by_response
}

pub fn bad_given(mut conn: PoolConnection<Postgres>) -> Body {
    let lines = stream! {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&mut *conn);
        while let Some(line) = rows.next().await {
            yield line;
        }
    };
    Body::from_stream(lines) //~ connection_held_by_response
}

/// A connection of the pool in a type of one's own.
pub struct Db {
    inner: Option<PoolConnection<Postgres>>,
}

impl Deref for Db {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.inner.as_ref().unwrap()
    }
}

impl DerefMut for Db {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.inner.as_mut().unwrap()
    }
}

pub fn bad_wrapped(mut db: Db) -> Body {
    let lines = stream!({
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&mut *db);
        while let Some(line) = rows.next().await {
            yield line;
        }
    });
    Body::from_stream(lines) //~ connection_held_by_response
}

/// The rows come from whatever the caller asks of it.
pub fn bad_asked<Ask>(mut db: Db, ask: Ask) -> Body
where
    Ask: for<'a> FnOnce(&'a mut Db) -> BoxStream<'a, Line> + Send + 'static,
{
    let lines = stream!({
        yield Line::Ok(String::new());
        let mut rows = ask(&mut db);
        while let Some(line) = rows.next().await {
            yield line;
        }
    });
    Body::from_stream(lines) //~ connection_held_by_response
}

pub async fn bad_unfolded(State(pool): State<PgPool>) -> sqlx::Result<Body> {
    let conn = pool.acquire().await?;
    let lines = streams::unfold(conn, |mut conn| async move {
        let line = sqlx::query_scalar::<_, String>("DELETE FROM outbox WHERE id IN (SELECT min(id) FROM outbox) RETURNING line")
            .fetch_one(&mut *conn)
            .await;
        Some((line, conn))
    });
    Ok(Body::from_stream(lines)) //~ connection_held_by_response
}

pub async fn good_collected(State(pool): State<PgPool>) -> sqlx::Result<Body> {
    let lines = sqlx::query_scalar::<_, String>(LINES).fetch_all(&pool).await?;
    Ok(Body::from_stream(streams::iter(lines.into_iter().map(Line::Ok))))
}

pub async fn good_collected_in_the_block(State(pool): State<PgPool>) -> Body {
    let lines = stream! {
        let rows = sqlx::query_scalar::<_, String>(LINES).fetch(&pool).collect::<Vec<Line>>().await;
        for row in rows {
            yield row;
        }
    };
    Body::from_stream(lines)
}

pub async fn good_given_back(State(pool): State<PgPool>) -> Body {
    let lines = stream! {
        let first = {
            let mut conn = match pool.acquire().await {
                Ok(conn) => conn,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            sqlx::query_scalar::<_, String>(LINES).fetch_one(&mut *conn).await
        };
        yield first;
    };
    Body::from_stream(lines)
}

pub async fn good_not_captured(State(pool): State<PgPool>) -> sqlx::Result<Body> {
    let mut conn = pool.acquire().await?;
    let title = sqlx::query_scalar::<_, String>("SELECT title FROM books").fetch_one(&mut *conn).await?;
    let lines = stream! {
        yield Line::Ok(title);
    };
    Ok(Body::from_stream(lines))
}

pub async fn good_limited(State(pool): State<PgPool>) -> Body {
    let lines = lines(pool).take_until(tokio::time::sleep(Duration::from_secs(30)));
    Body::from_stream(lines)
}

/// The task waits for the client where the channel is full.
pub async fn limit_channel(State(pool): State<PgPool>) -> Body {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Line>(16);
    tokio::spawn(async move {
        let mut rows = sqlx::query_scalar::<_, String>(LINES).fetch(&pool);
        while let Some(line) = rows.next().await {
            if sender.send(line).await.is_err() {
                break;
            }
        }
    });
    Body::from_stream(streams::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|line| (line, receiver))
    }))
}
