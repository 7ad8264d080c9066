//@ crate: sqlx-postgres
//! Transaction runners of the workspace, with retry; clones in collections of futures.
use futures::future::try_join_all;
use futures::stream::{FuturesUnordered, TryStreamExt};
use sqlx::{PgConnection, PgPool};

const ADD_ORDER: &str = "INSERT INTO orders (customer) VALUES ($1)";
const ADD_EVENT: &str = "INSERT INTO events (customer) VALUES ($1)";

pub struct DataStore {
    pool: PgPool,
}

fn is_retryable(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "40001" || code == "40P01")
}

impl DataStore {
    /// Runs `work` in a transaction, and again when the database asks for it.
    pub async fn run_tx<T>(&self, name: &str, work: impl AsyncFn(&mut PgConnection) -> sqlx::Result<T>) -> sqlx::Result<T> {
        loop {
            let mut tx = self.pool.begin().await?;
            match work(&mut tx).await {
                Ok(value) => {
                    tx.commit().await?;
                    return Ok(value);
                }
                Err(error) if is_retryable(&error) => {
                    tx.rollback().await?;
                    eprintln!("{name}: once more");
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn add_event(&self, customer: i64) -> sqlx::Result<()> {
        sqlx::query(ADD_EVENT).bind(customer).execute(&self.pool).await?;
        Ok(())
    }

    // The closure runs inside; a method of the store doesn't.
    pub async fn bad_run_tx(&self, customer: i64) -> sqlx::Result<()> {
        self.run_tx("order", async |tx| {
            sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
            self.add_event(customer).await //~ query_escapes_transaction
        })
        .await
    }

    // The closure's parameter has the name of a pool.
    pub async fn good_run_tx(&self, customer: i64) -> sqlx::Result<()> {
        self.run_tx("order", async |pool| {
            sqlx::query(ADD_ORDER).bind(customer).execute(&mut *pool).await?;
            sqlx::query(ADD_EVENT).bind(customer).execute(&mut *pool).await?;
            Ok(())
        })
        .await?;
        self.add_event(customer).await
    }

    // Futures that are collected and awaited in place.
    pub async fn bad_join_all(&self, customers: &[i64]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(ADD_ORDER).bind(0_i64).execute(&mut *tx).await?;
        try_join_all(customers.iter().map(|customer| self.add_event(*customer))).await?; //~ query_escapes_transaction
        tx.commit().await
    }

    // Clones in a set of futures.
    pub async fn bad_unordered(&self, customers: &[i64]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(ADD_ORDER).bind(0_i64).execute(&mut *tx).await?;
        let events = FuturesUnordered::new();
        for customer in customers {
            let pool = self.pool.clone();
            events.push(async move {
                sqlx::query(ADD_EVENT).bind(customer).execute(&pool).await //~ query_escapes_transaction
            });
        }
        let _: Vec<_> = events.try_collect().await?;
        tx.commit().await
    }

    // Collected while it is open, awaited after it.
    pub async fn limit_joined_after(&self, customers: &[i64]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(ADD_ORDER).bind(0_i64).execute(&mut *tx).await?;
        let events = customers.iter().map(|customer| self.add_event(*customer)); //~ query_escapes_transaction
        tx.commit().await?;
        try_join_all(events).await?;
        Ok(())
    }
}
