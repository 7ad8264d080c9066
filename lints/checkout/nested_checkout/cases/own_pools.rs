//@ crate: sqlx-postgres
//! Pools and connections of the workspace's own: wrapped on their way out, one behind another's `Deref`, two in one struct.
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use anyhow::Context;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Transaction};

pub struct Core;

pub struct Pool<D> {
    inner: PgPool,
    marker: PhantomData<D>,
}

struct Pooled {
    connection: PoolConnection<Postgres>,
}

enum Inner<'a> {
    Pooled(Pooled),
    Transaction { transaction: Transaction<'a, Postgres> },
}

pub struct Link<'a, D> {
    inner: Inner<'a>,
    marker: PhantomData<D>,
}

impl<D> Link<'_, D> {
    fn from_pool(connection: PoolConnection<Postgres>) -> Self {
        let inner = Inner::Pooled(Pooled { connection });
        Self { inner, marker: PhantomData }
    }
}

impl<D> Pool<D> {
    pub fn tagged(&self, tag: &'static str) -> impl Future<Output = anyhow::Result<Link<'_, D>>> {
        async move {
            println!("{tag} takes one");
            self.link().await
        }
    }

    async fn link(&self) -> anyhow::Result<Link<'_, D>> {
        let connection = self.retried().await?;
        Ok(Link::<D>::from_pool(connection))
    }

    async fn retried(&self) -> anyhow::Result<PoolConnection<Postgres>> {
        for _ in 0..3 {
            match self.inner.acquire().await {
                Ok(connection) => return Ok(connection),
                Err(error) => eprintln!("{error}"),
            }
        }
        self.inner.acquire().await.context("no connection")
    }
}

pub struct Shared {
    replica: Pool<Core>,
}

pub struct Sender(Arc<Shared>);

impl Sender {
    async fn replica(&self) -> anyhow::Result<Link<'_, Core>> {
        self.0.replica.tagged("sender").await.context("no replica")
    }

    async fn nonce(&self) -> anyhow::Result<usize> {
        let link = self.replica().await?;
        Ok(size_of_val(&link))
    }

    // What holds the connection is three calls and two types away from the pool.
    pub async fn bad_across_own_calls(&self) -> anyhow::Result<usize> {
        let link = self.replica().await?;
        let nonce = self.nonce().await?; //~ nested_checkout
        Ok(nonce + size_of_val(&link))
    }

    pub async fn good_given_back_first(&self) -> anyhow::Result<usize> {
        let link = self.replica().await?;
        let size = size_of_val(&link);
        drop(link);
        Ok(self.nonce().await? + size)
    }
}

pub struct Held(PoolConnection<Postgres>);

impl Held {
    fn new(connection: PoolConnection<Postgres>) -> Self {
        Self(connection)
    }
}

async fn held(pool: &PgPool) -> sqlx::Result<Held> {
    pool.acquire().await.map(|connection| Held::new(connection))
}

pub async fn bad_wrapped_in_map(pool: &PgPool) -> sqlx::Result<usize> {
    let first = held(pool).await?;
    let second = held(pool).await?; //~ nested_checkout
    Ok(size_of_val(&first) + size_of_val(&second))
}

pub struct ReadPool(PgPool);

impl Deref for ReadPool {
    type Target = PgPool;
    fn deref(&self) -> &PgPool {
        &self.0
    }
}

pub struct Pools {
    write: PgPool,
    read: ReadPool,
}

impl Deref for Pools {
    type Target = PgPool;
    fn deref(&self) -> &PgPool {
        &self.write
    }
}

impl Pools {
    fn reader(&self) -> &PgPool {
        &self.read
    }
}

// `pools` derefs to the pool for writing; the replica's is another.
pub async fn good_two_pools_in_one(pools: &Pools) -> sqlx::Result<()> {
    let mut tx = pools.begin().await?;
    sqlx::query("UPDATE tariffs SET fee = 1 WHERE id = 2").execute(&mut *tx).await?;
    sqlx::query("SELECT 1 FROM users").fetch_one(&pools.read.0).await?;
    sqlx::query("SELECT 1 FROM users").fetch_one(&*pools.read).await?;
    sqlx::query("SELECT 1 FROM users").fetch_one(pools.reader()).await?;
    tx.commit().await
}

pub async fn bad_same_of_two(pools: &Pools) -> sqlx::Result<()> {
    let tx = pools.begin().await?;
    sqlx::query("SELECT 1 FROM users").fetch_one(&pools.write).await?; //~ nested_checkout
    tx.commit().await
}

pub async fn bad_behind_deref(pool: &ReadPool) -> sqlx::Result<()> {
    let tx = pool.0.begin().await?;
    sqlx::query("SELECT 1 FROM users").fetch_one(&**pool).await?; //~ nested_checkout
    tx.commit().await
}
