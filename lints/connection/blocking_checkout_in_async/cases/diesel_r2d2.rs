//@ crate: diesel-r2d2-async
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

fn good_in_sync(pool: &DbPool) -> anyhow::Result<Vec<String>> {
    let mut conn = pool.get()?;
    Ok(people::table.select(people::name).load(&mut conn)?)
}

// A handler: every worker serves many of them.
#[actix_web::get("/people")]
pub async fn bad_handler(pool: web::Data<DbPool>) -> actix_web::Result<HttpResponse> {
    let mut conn = pool.get().expect("a connection"); //~ blocking_checkout_in_async
    let names: Vec<String> = people::table
        .select(people::name)
        .load(&mut conn)
        .expect("names");
    Ok(HttpResponse::Ok().body(names.join(" ")))
}

#[actix_web::get("/people/blocked")]
async fn good_web_block(pool: web::Data<DbPool>) -> actix_web::Result<HttpResponse> {
    let names = web::block(move || {
        let mut conn = pool.get().expect("a connection");
        people::table.select(people::name).load::<String>(&mut conn).expect("names")
    })
    .await?;
    Ok(HttpResponse::Ok().body(names.join(" ")))
}

// In a function that isn't async, called from one that is.
pub async fn bad_callee(pool: DbPool) -> anyhow::Result<usize> {
    Ok(good_in_sync(&pool)?.len()) //~ blocking_checkout_in_async
}

async fn good_spawn_blocking(pool: DbPool) -> anyhow::Result<usize> {
    let names = tokio::task::spawn_blocking(move || good_in_sync(&pool));
    Ok(names.await??.len())
}

async fn good_block_in_place(pool: DbPool) -> anyhow::Result<usize> {
    tokio::task::block_in_place(|| Ok(good_in_sync(&pool)?.len()))
}

// The query blocks as well.
pub async fn bad_query(mut conn: Conn) -> anyhow::Result<Vec<String>> {
    Ok(people::table.select(people::name).load(&mut conn)?) //~ blocking_checkout_in_async
}

pub async fn bad_transaction(mut conn: Conn) -> anyhow::Result<()> {
    conn.transaction(|conn| { //~ blocking_checkout_in_async
        diesel::delete(people::table).execute(conn)?;
        diesel::result::QueryResult::Ok(())
    })?;
    Ok(())
}

// A task is async, a thread isn't.
pub fn bad_task(pool: DbPool) {
    tokio::spawn(async move {
        let conn = pool.get(); //~ blocking_checkout_in_async
        drop(conn);
    });
}

fn good_thread(pool: DbPool) {
    std::thread::spawn(move || {
        let conn = pool.get();
        drop(conn);
    });
}

// It gives up at once.
async fn good_try_get(pool: DbPool) -> bool {
    pool.try_get().is_some()
}

// Building a statement asks nobody.
async fn good_build() -> String {
    let query = people::table.filter(people::name.eq("x")).select(people::id);
    diesel::debug_query::<diesel::pg::Pg, _>(&query).to_string()
}
