//@ crate: sqlx-postgres
//! Postgres: what it refuses in a transaction, and in a text of several statements.
use sqlx::{Executor, PgConnection, PgPool};

pub async fn bad_concurrently(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE INDEX CONCURRENTLY by_name ON people (name)").await?; //~ inert_in_transaction
    tx.commit().await
}

pub async fn bad_several(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("VACUUM people; ANALYZE people").execute(pool).await?; //~ inert_in_transaction
    Ok(())
}

pub async fn good_alone(pool: &PgPool) -> sqlx::Result<()> {
    pool.execute("CREATE INDEX CONCURRENTLY by_name ON people (name)").await?;
    pool.execute("VACUUM people").await?;
    Ok(())
}

pub async fn good_plain(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE INDEX by_name ON people (name)").await?;
    tx.execute("ANALYZE people").await?;
    tx.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY totals").await?;
    tx.commit().await
}

// Postgres has no USE: this is CockroachDB, whose CREATE DATABASE is part of a transaction.
pub async fn good_other_server(conn: &mut PgConnection) -> sqlx::Result<()> {
    conn.execute("CREATE DATABASE shop; USE shop; CREATE TABLE people (name TEXT)").await?;
    Ok(())
}

pub async fn good_unknown(conn: &mut PgConnection) -> sqlx::Result<()> {
    conn.execute("VACUUM people").await?;
    Ok(())
}
