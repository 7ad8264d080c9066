//@ crate: diesel-r2d2-async
//! What a closure owns is gone when it has run.
use actix_web::error::ErrorInternalServerError;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};

diesel::table! {
    people (id) {
        id -> Integer,
        name -> Text,
    }
}

type DbPool = Pool<ConnectionManager<PgConnection>>;
type Conn = PooledConnection<ConnectionManager<PgConnection>>;

fn names(conn: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    Ok(people::table.select(people::name).load(conn)?)
}

fn name(conn: &mut PgConnection, id: i32) -> anyhow::Result<String> {
    Ok(people::table.find(id).select(people::name).first(conn)?)
}

// The closure is moved to a thread, and dies there with its connection before the first `await` is over.
pub async fn good_moved_into_block(pool: web::Data<DbPool>) -> actix_web::Result<HttpResponse> {
    let mut conn = pool.get().expect("a connection"); //~ blocking_checkout_in_async
    let all = web::block(move || names(&mut conn)).await?.map_err(ErrorInternalServerError)?;
    let mut conn = pool.get().expect("a connection");
    let first = web::block(move || name(&mut conn, 1)).await?.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().body(format!("{first} of {}", all.join(" "))))
}

// On either side of a condition.
pub async fn good_moved_on_both_sides(pool: web::Data<DbPool>, id: web::Path<i32>) -> actix_web::Result<HttpResponse> {
    let mut conn = pool.get().expect("a connection"); //~ blocking_checkout_in_async
    let id = *id;
    let text = if id > 0 {
        web::block(move || name(&mut conn, id)).await?.map_err(ErrorInternalServerError)?
    } else {
        web::block(move || {
            let all = names(&mut conn)?;
            anyhow::Ok(all.join(" "))
        })
        .await?
        .map_err(ErrorInternalServerError)?
    };
    let mut conn = pool.get().expect("a connection");
    let first = web::block(move || name(&mut conn, 1)).await?.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().body(format!("{first} of {text}")))
}

pub async fn good_moved_into_spawn_blocking(pool: DbPool) -> anyhow::Result<usize> {
    let mut conn = pool.get()?; //~ blocking_checkout_in_async
    let all = tokio::task::spawn_blocking(move || names(&mut conn)).await??;
    let mut conn = pool.get()?;
    let first = tokio::task::spawn_blocking(move || name(&mut conn, 1)).await??;
    Ok(all.len() + first.len())
}

// The closure only borrows.
pub async fn bad_borrowed(pool: DbPool) -> anyhow::Result<usize> {
    let mut conn = pool.get()?; //~ blocking_checkout_in_async
    let all = tokio::task::block_in_place(|| names(&mut conn))?;
    let mut other = pool.get()?; //~ nested_checkout
    let first = name(&mut other, 1)?;
    Ok(all.len() + first.len() + names(&mut conn)?.len())
}

// What is moved is a reference.
pub async fn bad_reference_moved(pool: DbPool) -> anyhow::Result<usize> {
    let mut conn = pool.get()?; //~ blocking_checkout_in_async
    let lent = &mut conn;
    let all = tokio::task::block_in_place(move || names(lent))?;
    let mut other = pool.get()?; //~ nested_checkout
    let first = name(&mut other, 1)?;
    Ok(all.len() + first.len() + names(&mut conn)?.len())
}

// The same, in a struct.
struct People<'c> {
    conn: &'c mut PgConnection,
}

pub async fn bad_reference_in_a_struct_moved(pool: DbPool) -> anyhow::Result<usize> {
    let mut conn = pool.get()?; //~ blocking_checkout_in_async
    let people = People { conn: &mut conn };
    let all = tokio::task::block_in_place(move || names(people.conn))?;
    let mut other = pool.get()?; //~ nested_checkout
    let first = name(&mut other, 1)?;
    Ok(all.len() + first.len() + names(&mut conn)?.len())
}

// Inside the closure it is held.
pub async fn bad_inside_the_closure(pool: web::Data<DbPool>) -> actix_web::Result<HttpResponse> {
    let mut conn = pool.get().expect("a connection"); //~ blocking_checkout_in_async
    let all = web::block(move || {
        let mut other = pool.get()?; //~ nested_checkout
        let first = name(&mut other, 1)?;
        anyhow::Ok(format!("{first} of {}", names(&mut conn)?.join(" ")))
    });
    Ok(HttpResponse::Ok().body(all.await?.map_err(ErrorInternalServerError)?))
}

// The closure hands the connection back.
pub async fn bad_handed_back(pool: web::Data<DbPool>) -> actix_web::Result<HttpResponse> {
    let mut conn = pool.get().expect("a connection"); //~ blocking_checkout_in_async
    let (mut conn, all) = web::block(move || {
        let all = names(&mut conn);
        (conn, all)
    })
    .await?;
    let mut other = pool.get().expect("a connection"); //~ nested_checkout
    let first = web::block(move || name(&mut other, 1)).await?.map_err(ErrorInternalServerError)?;
    let count = names(&mut conn).map_err(ErrorInternalServerError)?.len();
    Ok(HttpResponse::Ok().body(format!("{first} of {count} {}", all.is_ok())))
}

struct State {
    pool: DbPool,
}

impl State {
    fn connection(&self) -> anyhow::Result<Conn> {
        Ok(self.pool.get()?)
    }
}

// The closure's parameter dies at its end.
pub fn good_parameter(state: &State, id: i32) -> String {
    let first = match state.connection().and_then(|mut conn| name(&mut conn, id)) {
        Ok(first) => first,
        Err(_) => return String::new(),
    };
    match state.connection() {
        Ok(mut conn) => name(&mut conn, id + 1).unwrap_or(first),
        Err(_) => first,
    }
}

pub fn good_parameter_of_map(pool: &DbPool, id: i32) -> anyhow::Result<String> {
    let first = pool.get().map(|mut conn| {
        let first = name(&mut conn, id)?;
        anyhow::Ok(first)
    })??;
    let mut conn = pool.get()?;
    Ok(first + &name(&mut conn, id + 1)?)
}

// The closure's parameter is a reference.
pub fn bad_parameter_by_reference(state: &State, id: i32) -> anyhow::Result<String> {
    let mut conn = state.connection();
    let first = conn.as_mut().ok().and_then(|conn| name(conn, id).ok());
    let second = name(&mut *state.connection()?, id + 1)?; //~ nested_checkout
    let third = name(&mut *conn?, id + 2)?;
    Ok(first.unwrap_or_default() + &second + &third)
}

// The closure hands its parameter on.
pub fn bad_parameter_handed_on(state: &State, id: i32) -> anyhow::Result<String> {
    let mut conn = state.connection().map(|mut conn| {
        let _ = name(&mut conn, id);
        conn
    })?;
    let second = name(&mut *state.connection()?, id + 1)?; //~ nested_checkout
    Ok(second + &name(&mut conn, id + 2)?)
}

struct Session {
    conn: Conn,
}

pub fn bad_parameter_wrapped(state: &State, id: i32) -> anyhow::Result<String> {
    let mut session = state.connection().map(|conn| Session { conn })?;
    let second = name(&mut *state.connection()?, id + 1)?; //~ nested_checkout
    Ok(second + &name(&mut session.conn, id + 2)?)
}
