//@ crate: sqlx-postgres
//! A transaction that is given away, and ended by the function that has it now.
use sqlx::{PgPool, Postgres, Transaction};

pub struct Orders {
    pool: PgPool,
}

impl Orders {
    pub async fn good_ended_by_callee(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO orders (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
        self.close(tx).await
    }

    async fn close(&self, tx: Transaction<'static, Postgres>) -> sqlx::Result<()> {
        tx.commit().await?;
        self.log().await
    }

    pub async fn good_by_way_of(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO orders (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
        self.hand_on(tx).await
    }

    async fn hand_on(&self, tx: Transaction<'static, Postgres>) -> sqlx::Result<()> {
        self.close(tx).await
    }

    // Told by who ends it.
    pub async fn good_ended_too_late(&self, customer: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO orders (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
        self.close_late(tx).await
    }

    async fn close_late(&self, tx: Transaction<'static, Postgres>) -> sqlx::Result<()> {
        self.log().await?; //~ query_escapes_transaction
        tx.commit().await
    }

    // On one of its ways it is still open.
    pub async fn good_maybe_ended(&self, customer: i64, done: bool) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO orders (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
        self.maybe_close(tx, done).await
    }

    async fn maybe_close(&self, tx: Transaction<'static, Postgres>, done: bool) -> sqlx::Result<()> {
        if done {
            tx.commit().await?;
            self.log().await
        } else {
            self.log().await?; //~ query_escapes_transaction
            tx.rollback().await
        }
    }

    async fn log(&self) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO log (what) VALUES ('order')").execute(&self.pool).await?;
        Ok(())
    }
}
