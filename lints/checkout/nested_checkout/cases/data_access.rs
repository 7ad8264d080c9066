//@ crate: sqlx-postgres
//! A data-access layer of the workspace: its own pool, a connection that is a checkout or a transaction, accessors that borrow it,
//! and a service that holds one over a call through `dyn`.
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

#[derive(Clone)]
pub struct ConnectionPool {
    inner: PgPool,
}

enum Inner<'a> {
    Checkout(PoolConnection<Postgres>),
    Transaction(Transaction<'a, Postgres>),
}

pub struct Storage<'a> {
    inner: Inner<'a>,
}

impl ConnectionPool {
    pub async fn connection(&self) -> sqlx::Result<Storage<'static>> {
        Ok(Storage { inner: Inner::Checkout(self.inner.acquire().await?) })
    }
}

impl<'a> Storage<'a> {
    pub async fn start_transaction(&mut self) -> sqlx::Result<Storage<'_>> {
        use sqlx::Connection;
        Ok(Storage { inner: Inner::Transaction(self.conn().begin().await?) })
    }

    pub async fn commit(self) -> sqlx::Result<()> {
        match self.inner {
            Inner::Transaction(tx) => tx.commit().await,
            Inner::Checkout(_) => Ok(()),
        }
    }

    fn conn(&mut self) -> &mut PgConnection {
        match &mut self.inner {
            Inner::Checkout(conn) => conn,
            Inner::Transaction(tx) => tx,
        }
    }

    pub fn blocks(&mut self) -> Blocks<'_, 'a> {
        Blocks { storage: self }
    }
}

pub struct Blocks<'s, 'a> {
    storage: &'s mut Storage<'a>,
}

impl Blocks<'_, '_> {
    pub async fn insert(&mut self, number: i64) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO blocks (number) VALUES ($1)").bind(number).execute(self.storage.conn()).await?;
        Ok(())
    }

    pub async fn last(&mut self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT max(number) FROM blocks").fetch_one(self.storage.conn()).await
    }
}

#[async_trait::async_trait]
pub trait Fees: Send + Sync {
    async fn fee(&self, block: i64) -> sqlx::Result<i64>;
}

pub struct StoredFees {
    pool: ConnectionPool,
}

#[async_trait::async_trait]
impl Fees for StoredFees {
    async fn fee(&self, block: i64) -> sqlx::Result<i64> {
        let mut storage = self.pool.connection().await?;
        Ok(storage.blocks().last().await? + block)
    }
}

pub struct Sealer {
    pool: ConnectionPool,
    fees: Arc<dyn Fees>,
}

impl Sealer {
    pub fn new(pool: ConnectionPool) -> Self {
        let fees = Arc::new(StoredFees { pool: pool.clone() });
        Self { pool, fees }
    }

    // A second one of the layer's connections.
    pub async fn bad_two(&self) -> sqlx::Result<()> {
        let mut storage = self.pool.connection().await?;
        let mut second = self.pool.connection().await?; //~ nested_checkout
        let last = second.blocks().last().await?;
        storage.blocks().insert(last + 1).await //~ unprotected_aggregate
    }

    // Held over a call through the trait object, which takes one of the same pool.
    pub async fn limit_held_over_dyn(&self, block: i64) -> sqlx::Result<()> {
        let mut storage = self.pool.connection().await?;
        let fee = self.fees.fee(block).await?;
        storage.blocks().insert(block + fee).await
    }

    // The connection of the layer is one, transaction included.
    pub async fn good_transaction(&self, block: i64) -> sqlx::Result<()> {
        let mut storage = self.pool.connection().await?;
        let mut transaction = storage.start_transaction().await?;
        let last = transaction.blocks().last().await?;
        transaction.blocks().insert(last + block).await?; //~ unprotected_aggregate
        transaction.commit().await
    }

    // Given back before the call.
    pub async fn good_before(&self, block: i64) -> sqlx::Result<()> {
        let fee = self.fees.fee(block).await?;
        let mut storage = self.pool.connection().await?;
        storage.blocks().insert(block + fee).await
    }

    // A temporary: given back at the end of its statement.
    pub async fn good_temporary(&self, block: i64) -> sqlx::Result<()> {
        let last = self.pool.connection().await?.blocks().last().await?;
        let fee = self.fees.fee(block).await?;
        self.pool.connection().await?.blocks().insert(last + fee).await //~ unprotected_aggregate
    }
}
