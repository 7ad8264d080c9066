//@ crate: sqlx-postgres
//! Through callees: helpers, generic executors, repositories behind `dyn`, transaction runners.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::{Acquire, Executor, PgConnection, PgExecutor, PgPool, Postgres, Transaction};

const ADD_ORDER: &str = "INSERT INTO orders (customer) VALUES ($1)";
const ADD_EVENT: &str = "INSERT INTO events (customer) VALUES ($1)";

async fn add_order(conn: &mut PgConnection, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_ORDER).bind(customer).execute(conn).await?;
    Ok(())
}

async fn add_event(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    Ok(())
}

async fn notify(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    if customer > 0 {
        add_event(pool, customer).await?;
    }
    Ok(())
}

// One call away.
pub async fn bad_callee(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    add_event(pool, customer).await?; //~ query_escapes_transaction
    tx.commit().await
}

// Two calls away.
pub async fn bad_two_hops(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    notify(pool, customer).await?; //~ query_escapes_transaction
    tx.commit().await
}

// The same helpers after the end.
pub async fn good_callee_after(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    tx.commit().await?;
    notify(pool, customer).await
}

// A function that is given both, and uses the pool; its caller has nothing to add.
async fn bad_given_both(pool: &PgPool, tx: &mut Transaction<'_, Postgres>, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut **tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    Ok(())
}

pub async fn good_caller_of_both(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_given_both(pool, &mut tx, customer).await?;
    tx.commit().await
}

// Given both, the pool is only handed on to where it is used after the end.
pub async fn good_given_both(pool: &PgPool, mut tx: Transaction<'_, Postgres>, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    tx.commit().await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    Ok(())
}

async fn record<'e, E: Executor<'e, Database = Postgres>>(executor: E, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_EVENT).bind(customer).execute(executor).await?;
    Ok(())
}

async fn record_any(executor: impl PgExecutor<'_>, customer: i64) -> sqlx::Result<()> {
    sqlx::query(ADD_EVENT).bind(customer).execute(executor).await?;
    Ok(())
}

async fn record_acquired<'a, A: Acquire<'a, Database = Postgres>>(source: A, customer: i64) -> sqlx::Result<()> {
    let mut conn = source.acquire().await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(&mut *conn).await?;
    Ok(())
}

// A generic executor is what it is given.
pub async fn bad_generic(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    record(pool, customer).await?; //~ query_escapes_transaction
    record_any(pool, customer).await?; //~ query_escapes_transaction
    record_acquired(pool, customer).await?; //~ nested_checkout
    tx.commit().await
}

pub async fn good_generic(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    record(&mut *tx, customer).await?;
    record_any(&mut *tx, customer).await?;
    record_acquired(&mut tx, customer).await?;
    tx.commit().await
}

#[async_trait::async_trait]
pub trait Journal: Send + Sync {
    async fn append(&self, customer: i64) -> sqlx::Result<()>;
}

pub struct PgJournal {
    pool: PgPool,
}

#[async_trait::async_trait]
impl Journal for PgJournal {
    async fn append(&self, customer: i64) -> sqlx::Result<()> {
        sqlx::query(ADD_EVENT).bind(customer).execute(&self.pool).await?;
        Ok(())
    }
}

pub struct Service {
    pool: PgPool,
    journal: Arc<dyn Journal>,
}

impl Service {
    pub fn new(pool: PgPool) -> Self {
        let journal = Arc::new(PgJournal { pool: pool.clone() });
        Self { pool, journal }
    }

    // A repository behind `dyn` that owns a clone of the pool.
    pub async fn limit_dyn(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        add_order(&mut tx, customer).await?;
        self.journal.append(customer).await?;
        tx.commit().await
    }
}

type Work<'t> = Pin<Box<dyn Future<Output = sqlx::Result<()>> + Send + 't>>;

/// Runs its closure between begin and commit.
async fn in_transaction<F>(pool: &PgPool, work: F) -> sqlx::Result<()>
where
    F: for<'t> FnOnce(&'t mut PgConnection) -> Work<'t>,
{
    let mut tx = pool.begin().await?;
    work(&mut tx).await?;
    tx.commit().await
}

// A runner of the workspace: its closure runs inside the transaction.
pub async fn bad_runner(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let own = pool.clone();
    in_transaction(pool, move |conn| {
        Box::pin(async move {
            add_order(conn, customer).await?;
            add_event(&own, customer).await //~ query_escapes_transaction
        })
    })
    .await
}

// The closure's parameter has the outer name, and is the transaction.
pub async fn good_runner(conn: &PgPool, customer: i64) -> sqlx::Result<()> {
    in_transaction(conn, move |conn| {
        Box::pin(async move {
            add_order(conn, customer).await?;
            record(conn, customer).await
        })
    })
    .await
}

async fn finish(tx: Transaction<'_, Postgres>) -> sqlx::Result<()> {
    tx.commit().await
}

// A free function that takes the transaction by value ends it.
pub async fn good_ended_by_callee(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add_order(&mut tx, customer).await?;
    finish(tx).await?;
    add_event(pool, customer).await
}

macro_rules! ended {
    ($tx:ident, $result:expr) => {
        match $result {
            Ok(value) => {
                $tx.commit().await?;
                value
            }
            Err(error) => {
                $tx.rollback().await?;
                return Err(error);
            }
        }
    };
}

// A macro of the workspace ends it on both arms.
pub async fn good_ended_by_macro(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let result = add_order(&mut tx, customer).await;
    ended!(tx, result);
    add_event(pool, customer).await
}
