//@ crate: sqlx-postgres
//! sqlx: what a retry loop must hold, and what it must know.
use sqlx::{PgConnection, PgPool};

fn is_refused(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("40001"))
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(|code| code.into_owned())
}

async fn set(conn: &mut PgConnection, account: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE accounts SET balance = 0 WHERE id = $1").bind(account).execute(conn).await?;
    Ok(())
}

pub async fn bad_commit_left_out(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    let tx = loop {
        let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        match set(&mut tx, account).await {
            Ok(()) => break tx,
            Err(error) if code(&error).as_deref() == Some("40001") => continue,
            Err(error) => return Err(error),
        }
    };
    tx.commit().await //~ broken_retry
}

pub async fn bad_in_one_transaction(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for _ in 0..5 {
        match set(&mut tx, account).await { //~ commit_after_swallowed_error
            Ok(()) => break,
            Err(error) if code(&error).as_deref() == Some("40P01") => {}
            Err(error) => return Err(error),
        }
    }
    tx.commit().await
}

pub async fn bad_forty_thousand_alone(pool: &PgPool, from: i64, to: i64) -> sqlx::Result<()> {
    for _ in 0..5 {
        match transfer(pool, from, to).await {
            Err(error) if code(&error).as_deref() == Some("40001") => {} //~ broken_retry
            other => return other,
        }
    }
    Ok(())
}

async fn transfer(pool: &PgPool, from: i64, to: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
    set(&mut tx, from).await?;
    sqlx::query("UPDATE totals SET balance = 0 WHERE id = $1").bind(to).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_deadlocks_alone(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        match set(&mut tx, account).await {
            Ok(()) => return tx.commit().await,
            Err(error) if code(&error).as_deref() == Some("40P01") => {} //~ broken_retry
            Err(error) => return Err(error),
        }
    }
}

pub async fn good_both(pool: &PgPool, from: i64, to: i64) -> sqlx::Result<()> {
    for _ in 0..5 {
        match transfer(pool, from, to).await {
            Err(error) if matches!(code(&error).as_deref(), Some("40001" | "40P01")) => {}
            other => return other,
        }
    }
    Ok(())
}

// READ COMMITTED refuses nobody: a deadlock is all there is.
pub async fn good_default_level(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin().await?;
        match set(&mut tx, account).await {
            Ok(()) => return tx.commit().await,
            Err(error) if code(&error).as_deref() == Some("40P01") => {}
            Err(error) => return Err(error),
        }
    }
}

// One statement on one row waits for nobody who waits for it.
pub async fn good_one_row(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        let done = match set(&mut tx, account).await {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        match done {
            Err(error) if code(&error).as_deref() == Some("40001") => {}
            other => return other,
        }
    }
}

pub async fn good_savepoint(pool: &PgPool, account: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for _ in 0..5 {
        sqlx::query("SAVEPOINT attempt").execute(&mut *tx).await?;
        match set(&mut tx, account).await {
            Ok(()) => break,
            Err(error) if code(&error).as_deref() == Some("40P01") => {
                sqlx::query("ROLLBACK TO attempt").execute(&mut *tx).await?;
            }
            Err(error) => return Err(error),
        }
    }
    tx.commit().await
}

// What the loop looks for is in another function: nothing is known of it.
pub async fn limit_other_function(pool: &PgPool, from: i64, to: i64) -> sqlx::Result<()> {
    loop {
        match transfer(pool, from, to).await {
            Err(error) if is_refused(&error) => {}
            other => return other,
        }
    }
}
