//@ crate: sqlx-postgres
//! Access modes by text.
use sqlx::{PgPool, Postgres, Transaction};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

pub async fn bad_set(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION READ ONLY").execute(&mut *tx).await?;
    sqlx::query(ADD).execute(&mut *tx).await?; //~ write_in_read_only
    tx.commit().await
}

async fn audit(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(&mut **tx).await?;
    Ok(())
}

pub async fn bad_callee(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN READ ONLY").await?;
    audit(&mut tx).await?; //~ write_in_read_only
    tx.commit().await
}

pub async fn good_written_before(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    sqlx::query("SET TRANSACTION READ ONLY").execute(&mut *tx).await?;
    sqlx::query("SELECT 1").execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_read_write(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE").await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_elsewhere(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN READ ONLY").await?;
    sqlx::query("SELECT 1").execute(&mut *tx).await?;
    tx.commit().await?;
    sqlx::query(ADD).execute(pool).await?;
    Ok(())
}

pub async fn good_temporary(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("CREATE TEMPORARY TABLE picked (id bigint) ON COMMIT DROP").execute(&mut *tx).await?;
    sqlx::query("SET TRANSACTION READ ONLY").execute(&mut *tx).await?;
    sqlx::query("INSERT INTO picked SELECT id FROM accounts").execute(&mut *tx).await?;
    tx.commit().await
}
