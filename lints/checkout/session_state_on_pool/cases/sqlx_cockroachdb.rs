//@ crate: sqlx-cockroachdb
//! CockroachDB: PostgreSQL's session, and settings of its own.
use sqlx::PgPool;

// A setting of one of the connections.
pub async fn bad_setting(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SET default_transaction_use_follower_reads = on").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// The transaction's own.
pub async fn good_local(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET LOCAL statement_timeout = '5s'").execute(&mut *tx).await?;
    sqlx::query("DELETE FROM drafts").execute(&mut *tx).await?;
    tx.commit().await
}

// A setting of the cluster.
pub async fn good_cluster(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SET CLUSTER SETTING kv.rangefeed.enabled = true").execute(pool).await?;
    Ok(())
}

// The read's own time.
pub async fn good_as_of(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM orders AS OF SYSTEM TIME '-5s'").fetch_one(pool).await
}
