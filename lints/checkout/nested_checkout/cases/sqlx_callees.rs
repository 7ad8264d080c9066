//@ crate: sqlx-postgres
//! Through callees, fields and closures.
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

async fn rate(pool: &PgPool, customer: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT rate FROM tariffs WHERE customer = $1").bind(customer).fetch_one(pool).await
}

async fn doubled_rate(pool: &PgPool, customer: i64) -> sqlx::Result<i64> {
    Ok(rate(pool, customer).await? * 2)
}

async fn rate_on(conn: &mut PgConnection, customer: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT rate FROM tariffs WHERE customer = $1").bind(customer).fetch_one(conn).await
}

async fn charge(conn: &mut PgConnection, amount: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO charges (amount) VALUES ($1)").bind(amount).execute(conn).await?;
    Ok(())
}

// The callee takes its own connection.
pub async fn bad_callee(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let amount = rate(pool, customer).await?; //~ nested_checkout
    charge(&mut tx, amount).await?;
    tx.commit().await
}

// Two calls away.
pub async fn bad_two_hops(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let amount = doubled_rate(pool, customer).await?; //~ nested_checkout
    charge(&mut tx, amount).await?;
    tx.commit().await
}

// The callee is given the connection that is held.
pub async fn good_callee(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let amount = rate_on(&mut tx, customer).await?;
    charge(&mut tx, amount).await?;
    tx.commit().await
}

#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    replica: PgPool,
}

impl Store {
    async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        self.pool.acquire().await
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin().await
    }

    async fn rate(&self, customer: i64) -> sqlx::Result<i64> {
        let mut conn = self.connection().await?;
        rate_on(&mut conn, customer).await
    }

    async fn old_rate(&self, customer: i64) -> sqlx::Result<i64> {
        rate(&self.replica, customer).await
    }

    // Both come out of methods of the store.
    pub async fn bad_methods(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let amount = self.rate(customer).await?; //~ nested_checkout
        charge(&mut tx, amount).await?;
        tx.commit().await
    }

    // The method reads from another pool of the same store.
    pub async fn good_replica(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let amount = self.old_rate(customer).await?;
        charge(&mut tx, amount).await?;
        tx.commit().await
    }

    // The method has given its connection back when it returns.
    pub async fn good_one_after_the_other(&self, customer: i64) -> sqlx::Result<()> {
        let amount = self.rate(customer).await?;
        let mut conn = self.connection().await?;
        charge(&mut conn, amount).await
    }
}

pub trait Rates {
    fn rate(&self, customer: i64) -> impl Future<Output = sqlx::Result<i64>> + Send;
}

impl Rates for Store {
    async fn rate(&self, customer: i64) -> sqlx::Result<i64> {
        rate(&self.pool, customer).await
    }
}

/// A trait object's field: the store behind it shares its pool.
pub struct Billing {
    store: Arc<Store>,
}

impl Billing {
    // Through the field of a field, in a closure that is called here: the finding lies in its body.
    pub async fn bad_closure(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.store.begin().await?;
        let load = async |id: i64| rate(&self.store.pool, id).await; //~ nested_checkout
        let amount = load(customer).await?;
        charge(&mut tx, amount).await?;
        tx.commit().await
    }

    // Behind a trait bound.
    pub async fn bad_generic<R: Rates>(rates: &R, store: &Store, customer: i64) -> sqlx::Result<()> {
        let amount = rates.rate(customer).await?;
        let mut tx = store.begin().await?;
        let again = store.rate(customer).await?; //~ nested_checkout
        charge(&mut tx, amount + again).await?;
        tx.commit().await
    }

    // A closure that is never called while the transaction is open.
    pub async fn good_closure_later(&self, customer: i64) -> sqlx::Result<i64> {
        let mut tx = self.store.begin().await?;
        let load = async |id: i64| rate(&self.store.pool, id).await;
        charge(&mut tx, 1).await?;
        tx.commit().await?;
        load(customer).await
    }
}
