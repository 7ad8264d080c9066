//@ crate: sqlx-postgres
//! Programs whose way here is never taken twice at the same time: nobody else holds a connection so.
use std::sync::Arc;

use clap::{Parser, Subcommand};
use sqlx::PgPool;
use tokio::sync::{Mutex, RwLock};

const IDS: &str = "SELECT id FROM tariffs";

#[tokio::main]
async fn main() -> sqlx::Result<()> {
    let pool = PgPool::connect("postgres://localhost/shop").await?;
    import(&pool).await?;
    start_sweeper(pool.clone());
    start_many(&pool);
    start_thread(pool.clone());
    Box::pin(settle(&pool)).await?;
    start_threads(&pool);
    CommandLine::parse().task.perform(&pool).await?;
    let ledger = Arc::new(Ledger {
        turn: Mutex::new(()),
        readers: RwLock::new(()),
        sums: Arc::new(RwLock::new(Vec::new())),
        pool: pool.clone(),
    });
    for _ in 0..8 {
        let (pool, ledger) = (pool.clone(), Arc::clone(&ledger));
        tokio::spawn(async move {
            if let Err(error) = turn(&pool, &ledger).await {
                eprintln!("{error}");
            }
        });
    }
    both(&pool).await
}

async fn turn(pool: &PgPool, ledger: &Ledger) -> sqlx::Result<()> {
    charge(pool).await?;
    ledger.guarded().await?;
    ledger.written().await?;
    ledger.looked_into().await?;
    ledger.locked_too_late().await?;
    ledger.locked_by_key(&Mutex::new(())).await?;
    ledger.read_locked().await
}

// Called once, from `main`.
async fn import(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    step(pool).await?; //~ nested_checkout?
    sqlx::query(IDS).execute(&mut *conn).await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query(IDS).execute(&mut *conn).await?;
    Ok(())
}

async fn step(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

// Called by eight tasks.
async fn charge(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

struct Ledger {
    turn: Mutex<()>,
    readers: RwLock<()>,
    sums: Arc<RwLock<Vec<i64>>>,
    pool: PgPool,
}

impl Ledger {
    async fn guarded(&self) -> sqlx::Result<()> {
        let _turn = self.turn.lock().await;
        self.one_at_a_time().await
    }

    async fn one_at_a_time(&self) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(IDS).execute(&self.pool).await?; //~ nested_checkout?
        sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
        tx.commit().await
    }

    // Who writes is alone.
    async fn written(&self) -> sqlx::Result<()> {
        let mut sums = self.sums.write().await;
        if let Some(sum) = sums.first_mut() {
            let mut conn = self.pool.acquire().await?; //~ mutex_across_transaction?
            sqlx::query(IDS).execute(&mut *conn).await?;
            self.one_by_one().await?; //~ nested_checkout?
            sqlx::query(IDS).execute(&mut *conn).await?;
            *sum += 1;
        }
        Ok(())
    }

    async fn one_by_one(&self) -> sqlx::Result<()> {
        sqlx::query(IDS).execute(&self.pool).await?;
        Ok(())
    }

    async fn looked_into(&self) -> sqlx::Result<()> {
        let sums = self.sums.read().await;
        let mut conn = self.pool.acquire().await?;
        self.one_by_one().await?; //~ nested_checkout
        sqlx::query(IDS).bind(sums.len() as i64).execute(&mut *conn).await?;
        Ok(())
    }

    // All who wait for the lock hold a connection.
    async fn locked_too_late(&self) -> sqlx::Result<()> {
        let mut conn = self.pool.acquire().await?;
        let mut sums = self.sums.write().await;
        self.one_by_one().await?; //~ nested_checkout
        sums.clear();
        sqlx::query(IDS).execute(&mut *conn).await?;
        Ok(())
    }

    // One of many mutexes, who knows of what.
    async fn locked_by_key(&self, key: &Mutex<()>) -> sqlx::Result<()> {
        let _key = key.lock().await;
        let mut conn = self.pool.acquire().await?;
        self.one_by_one().await?; //~ nested_checkout
        sqlx::query(IDS).execute(&mut *conn).await?;
        Ok(())
    }

    // Readers let each other in.
    async fn read_locked(&self) -> sqlx::Result<()> {
        let _reading = self.readers.read().await;
        self.many_at_a_time().await
    }

    async fn many_at_a_time(&self) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(IDS).execute(&self.pool).await?; //~ nested_checkout
        sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
        tx.commit().await
    }
}

// Awaited together, called by `main` alone.
async fn both(pool: &PgPool) -> sqlx::Result<()> {
    tokio::try_join!(left(pool), left(pool))?;
    Ok(())
}

async fn left(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

// One task of its own, spawned once.
fn start_sweeper(pool: PgPool) {
    tokio::spawn(async move {
        loop {
            if let Err(error) = sweep(&pool).await {
                eprintln!("{error}");
            }
        }
    });
}

async fn sweep(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

// The same, one for each shop.
fn start_many(pool: &PgPool) {
    for _ in 0..4 {
        let pool = pool.clone();
        tokio::spawn(async move { count(&pool).await });
    }
}

async fn count(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

// What a program is told on its command line, by way of an enum's `Self::…`.
#[derive(Parser)]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Prune {
        #[command(flatten)]
        what: Prune,
    },
}

#[derive(clap::Args)]
struct Prune {
    days: u32,
}

impl Task {
    async fn perform(self, pool: &PgPool) -> sqlx::Result<()> {
        match self {
            Self::Prune { what } => what.perform(pool).await,
        }
    }
}

impl Prune {
    async fn perform(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
        sqlx::query("DELETE FROM charges WHERE age > $1").bind(i64::from(self.days)).execute(&mut *tx).await?;
        tx.commit().await
    }
}

fn start_thread(pool: PgPool) {
    std::thread::spawn(move || serve(&pool));
}

// A thread that is started once, and what it waits for.
fn serve(pool: &PgPool) -> sqlx::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async { migrate(pool).await })
}

async fn migrate(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

fn start_threads(pool: &PgPool) {
    for _ in 0..4 {
        let pool = pool.clone();
        std::thread::spawn(move || work(&pool));
    }
}

fn work(pool: &PgPool) -> sqlx::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async { bill(pool).await })
}

async fn bill(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

// Whoever is given a future runs it once.
async fn settle(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}
