//@ crate: sqlx-postgres
//! Postgres: DDL is part of the transaction.
use sqlx::{Executor, PgPool};

pub async fn good_ddl(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE TABLE a (id BIGINT PRIMARY KEY)").await?;
    tx.execute("TRUNCATE TABLE b").await?;
    tx.commit().await
}
