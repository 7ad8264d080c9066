//@ crate: sqlx-postgres
//! A pool beside a given transaction, in what runs once and in what many tasks run.
use sqlx::{PgPool, Postgres, Transaction};

const MARK: &str = "SELECT height FROM watermarks WHERE name = $1";

// Nothing is known to be written before: a second connection is all there is to say.
async fn prepare(pool: &PgPool, tx: &mut Transaction<'_, Postgres>, name: &str) -> sqlx::Result<()> {
    let height: i64 = sqlx::query_scalar(MARK).bind(name).fetch_one(pool).await?; //~ query_escapes_transaction?
    sqlx::query("INSERT INTO runs (height) VALUES ($1)").bind(height).execute(&mut **tx).await?;
    Ok(())
}

// By each task.
async fn bad_each(pool: &PgPool, tx: &mut Transaction<'_, Postgres>, name: &str) -> sqlx::Result<()> {
    let height: i64 = sqlx::query_scalar(MARK).bind(name).fetch_one(pool).await?; //~ query_escapes_transaction
    sqlx::query("INSERT INTO runs (height) VALUES ($1)").bind(height).execute(&mut **tx).await?;
    Ok(())
}

// Once, but it stays whatever becomes of the transaction.
async fn bad_write(pool: &PgPool, tx: &mut Transaction<'_, Postgres>, name: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM watermarks WHERE name = $1").bind(name).execute(pool).await?; //~ query_escapes_transaction
    sqlx::query("INSERT INTO runs (height) VALUES (0)").execute(&mut **tx).await?;
    Ok(())
}

async fn serve(pool: PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_each(&pool, &mut tx, "served").await?;
    tx.commit().await
}

#[tokio::main]
async fn main() -> sqlx::Result<()> {
    let pool = PgPool::connect("postgres://localhost/shop").await?;
    let mut tx = pool.begin().await?;
    prepare(&pool, &mut tx, "started").await?;
    bad_write(&pool, &mut tx, "started").await?;
    tx.commit().await?;
    for _ in 0..8 {
        tokio::spawn(serve(pool.clone()));
    }
    Ok(())
}
