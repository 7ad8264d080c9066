//@ crate: sqlx-postgres
//! What runs after a failure, in the transaction that it has aborted.
use sqlx::{Acquire, PgPool, Postgres, Transaction};

const ADD: &str = "INSERT INTO hits (page) VALUES ('x')";
const MORE: &str = "UPDATE hits SET count = count + 1 WHERE page = 'x'";

pub async fn bad_on_violation(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match sqlx::query(ADD).execute(&mut *tx).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            sqlx::query(MORE).execute(&mut *tx).await?; //~ use_after_failed_statement
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    tx.commit().await
}

// The violation that leads on doesn't come.
pub async fn good_on_conflict(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match sqlx::query("INSERT INTO hits (page) VALUES ('x') ON CONFLICT DO NOTHING").execute(&mut *tx).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            sqlx::query(MORE).execute(&mut *tx).await?;
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    tx.commit().await
}

pub async fn bad_ignored(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = sqlx::query("ALTER TABLE hits ADD COLUMN day date").execute(&mut *tx).await;
    sqlx::query(MORE).execute(&mut *tx).await?; //~ use_after_failed_statement
    tx.commit().await
}

async fn more(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query(MORE).execute(&mut **tx).await?;
    Ok(())
}

pub async fn bad_callee(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    if sqlx::query(ADD).execute(&mut **tx).await.is_err() {
        more(tx).await?; //~ use_after_failed_statement
    }
    Ok(())
}

pub async fn good_rolled_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if sqlx::query(ADD).execute(&mut *tx).await.is_err() {
        tx.rollback().await?;
        let mut tx = pool.begin().await?;
        sqlx::query(MORE).execute(&mut *tx).await?;
        return tx.commit().await;
    }
    tx.commit().await
}

pub async fn good_savepoint(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut savepoint = tx.begin().await?;
    if sqlx::query(ADD).execute(&mut *savepoint).await.is_err() {
        savepoint.rollback().await?;
        sqlx::query(MORE).execute(&mut *tx).await?;
    } else {
        savepoint.commit().await?;
    }
    tx.commit().await
}

pub async fn good_savepoint_by_text(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SAVEPOINT s").execute(&mut *tx).await?;
    if sqlx::query(ADD).execute(&mut *tx).await.is_err() {
        sqlx::query("ROLLBACK TO s").execute(&mut *tx).await?;
        sqlx::query(MORE).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// What decides isn't the result itself.
pub async fn good_flag(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut is_new = true;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await {
        eprintln!("{error}");
        is_new = false;
    }
    if is_new {
        sqlx::query(MORE).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

pub async fn good_not_found(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match sqlx::query("UPDATE hits SET count = 1 RETURNING page").fetch_one(&mut *tx).await {
        Err(sqlx::Error::RowNotFound) => {
            sqlx::query(ADD).execute(&mut *tx).await?;
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    tx.commit().await
}
