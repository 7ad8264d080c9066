//@ crate: axum-sqlx
use std::collections::HashMap;
use std::sync::Arc;

use axum::{Extension, Router};
use axum::extract::State;
use axum::routing::{get, post};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::{Mutex, OnceCell};

struct Db {
    pool: PgPool,
}

impl Db {
    async fn open() -> sqlx::Result<Db> {
        let pool = PgPoolOptions::new().max_connections(5).connect("postgres://localhost").await?;
        Ok(Db { pool })
    }
}

async fn ping(pool: &PgPool) -> String {
    let done = sqlx::query("SELECT 1").execute(pool).await;
    done.is_ok().to_string()
}

// In a function that always makes one.
async fn bad_through_constructor() -> String {
    let db = Db::open().await.expect("a database"); //~ pool_in_handler
    ping(&db.pool).await
}

async fn address_of(pool: &PgPool, customer: i64) -> sqlx::Result<String> {
    let found = sqlx::query_scalar("SELECT address FROM databases WHERE customer = $1");
    found.bind(customer).fetch_one(pool).await
}

async fn open(address: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new().max_connections(1).connect(address).await
}

// A database of the customer's: nobody knows of it at start-up.
async fn good_read_for_this_request(Extension(own): Extension<PgPool>) -> String {
    let address = address_of(&own, 1).await.expect("a row");
    let theirs = open(&address).await.expect("a database");
    ping(&theirs).await
}

// So with all of them.
async fn good_read_one_after_the_other(Extension(own): Extension<PgPool>) -> String {
    let found = sqlx::query_scalar::<_, String>("SELECT address FROM databases").fetch_all(&own).await;
    let addresses = found.expect("rows");
    let mut answers = String::new();
    for address in addresses {
        let theirs = open(&address).await.expect("a database");
        answers += &ping(&theirs).await;
    }
    answers
}

// A pool of something else.
struct Engines;

impl bb8::ManageConnection for Engines {
    type Connection = String;
    type Error = std::fmt::Error;

    async fn connect(&self) -> Result<String, std::fmt::Error> {
        Ok(String::new())
    }

    async fn is_valid(&self, _: &mut String) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    fn has_broken(&self, _: &mut String) -> bool {
        false
    }
}

async fn good_other_pool() -> String {
    let pool = bb8::Pool::builder().max_size(4).build(Engines).await.expect("engines");
    let engine = pool.get().await.expect("an engine");
    engine.clone()
}

// It connects later, and to as many as any other.
async fn bad_lazy() -> String {
    let pool = PgPool::connect_lazy("postgres://localhost").expect("an address"); //~ pool_in_handler
    let done = sqlx::query("SELECT 1").execute(&pool).await;
    done.is_ok().to_string()
}

static POOL: OnceCell<PgPool> = OnceCell::const_new();

async fn good_pool() -> &'static PgPool {
    POOL.get_or_init(|| async { PgPool::connect("postgres://localhost").await.expect("a database") })
        .await
}

async fn good_static() -> String {
    ping(good_pool().await).await
}

// One for each tenant, kept.
type Tenants = Arc<Mutex<HashMap<String, PgPool>>>;

async fn good_of_tenant(tenants: &Tenants, name: &str) -> sqlx::Result<PgPool> {
    let mut tenants = tenants.lock().await;
    if let Some(pool) = tenants.get(name) {
        return Ok(pool.clone());
    }
    let pool = PgPool::connect(name).await?;
    tenants.insert(name.to_owned(), pool.clone());
    Ok(pool)
}

async fn good_tenant(State(tenants): State<Tenants>) -> String {
    let pool = good_of_tenant(&tenants, "a").await.expect("a database");
    ping(&pool).await
}

// Handed on.
async fn good_replaced(State(tenants): State<Tenants>) -> String {
    let pool = PgPool::connect("postgres://localhost").await.expect("a database");
    tenants.lock().await.insert("b".to_owned(), pool);
    "replaced".to_owned()
}

pub async fn good_start_up(tenants: Tenants) -> sqlx::Result<Router> {
    let db = Db::open().await?;
    ping(&db.pool).await;
    Ok(Router::new()
        .route("/constructor", get(bad_through_constructor))
        .route("/lazy", get(bad_lazy).post(good_read_for_this_request).put(good_read_one_after_the_other).delete(good_other_pool))
        .route("/static", get(good_static))
        .route("/tenant", get(good_tenant))
        .route("/replaced", post(good_replaced))
        .with_state(tenants))
}
