//@ crate: sqlx-postgres
//! Who runs a refused transaction again.
use sqlx::PgPool;

const SET: &str = "UPDATE accounts SET balance = 0 WHERE id = 1";
const READ: &str = "SELECT balance FROM accounts";

async fn bad_set(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ serializable_without_retry
    sqlx::query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").execute(&mut *tx).await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

async fn bad_repeatable_write(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?; //~ serializable_without_retry
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

// A loop that the failure leaves.
async fn bad_each(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?; //~ serializable_without_retry
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_repeatable_read(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    sqlx::query(READ).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_read_only(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE").await?;
    sqlx::query(READ).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_set_read_only(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE").execute(&mut *tx).await?;
    sqlx::query(READ).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_default(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_called_again(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_loop_here(pool: &PgPool) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        if sqlx::query(SET).execute(&mut *tx).await.is_err() {
            continue;
        }
        return tx.commit().await;
    }
}

// Nobody here calls it: nobody here knows.
pub async fn good_for_others(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn serve(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    bad_set(pool).await?;
    bad_repeatable_write(pool).await?;
    for _ in ids {
        bad_each(pool).await?;
    }
    good_repeatable_read(pool).await?;
    good_read_only(pool).await?;
    good_set_read_only(pool).await?;
    good_default(pool).await?;
    good_loop_here(pool).await?;
    for _ in 0..5 {
        if good_called_again(pool).await.is_ok() {
            break;
        }
    }
    Ok(())
}
