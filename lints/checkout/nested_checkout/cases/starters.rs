//@ crate: sqlx-postgres
//! Several ways to one body, of which a program takes one, or one after the other.
use sqlx::PgPool;

const IDS: &str = "SELECT id FROM blocks";

enum Mode {
    Hourly,
    Daily,
}

#[tokio::main]
async fn main() -> sqlx::Result<()> {
    let pool = PgPool::connect("postgres://localhost/chain").await?;
    good_index(&pool).await?;
    start_indexer(pool.clone());
    match mode() {
        Mode::Hourly => start_hourly(pool.clone()),
        Mode::Daily => start_daily(pool.clone()),
    }
    start_senders(pool.clone());
    start_counter(pool.clone());
    bad_count(&pool).await?;
    serve(Config { pool }).await
}

fn mode() -> Mode {
    if std::env::args().count() > 1 { Mode::Hourly } else { Mode::Daily }
}

// `main` waits for the first one before it starts the second.
async fn good_index(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE blocks SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

fn start_indexer(pool: PgPool) {
    tokio::spawn(async move { good_index(&pool).await });
}

// One of them is started.
async fn good_tick(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE blocks SET seen = true").execute(&mut *tx).await?;
    tx.commit().await
}

fn start_hourly(pool: PgPool) {
    tokio::spawn(async move { good_tick(&pool).await });
}

fn start_daily(pool: PgPool) {
    tokio::spawn(async move { good_tick(&pool).await });
}

// Two of its own, started one after the other by way of two functions.
async fn bad_send(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE blocks SET sent = true").execute(&mut *tx).await?;
    tx.commit().await
}

async fn send_mail(pool: PgPool) -> sqlx::Result<()> {
    bad_send(&pool).await
}

async fn send_letter(pool: PgPool) -> sqlx::Result<()> {
    bad_send(&pool).await
}

fn start_senders(pool: PgPool) {
    tokio::spawn(send_mail(pool.clone()));
    tokio::spawn(send_letter(pool));
}

// It is still running when `main` comes by.
async fn bad_count(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE blocks SET counted = true").execute(&mut *tx).await?;
    tx.commit().await
}

fn start_counter(pool: PgPool) {
    tokio::spawn(async move { bad_count(&pool).await });
}

// By a method of an own trait, in a task of its own.
trait Runnable: Send + Sync + 'static {
    fn run(&self) -> impl Future<Output = sqlx::Result<()>> + Send;
}

struct Config {
    pool: PgPool,
}

impl Runnable for Config {
    async fn run(&self) -> sqlx::Result<()> {
        good_work(&self.pool).await
    }
}

async fn serve<C: Runnable>(config: C) -> sqlx::Result<()> {
    match tokio::spawn(async move { config.run().await }).await {
        Ok(done) => done,
        Err(_) => Ok(()),
    }
}

async fn good_work(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE blocks SET worked = true").execute(&mut *tx).await?;
    tx.commit().await
}
