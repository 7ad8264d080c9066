//@ crate: sqlx-postgres
//! Ways past the commit, after a write.
use sqlx::{PgConnection, PgPool};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";
const COUNT: &str = "SELECT count(*) FROM audit";

async fn add(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(conn).await?;
    Ok(())
}

// An early return after a write.
pub async fn bad_early_return(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    if count == 1 {
        return Ok(()); //~ conditionally_committed?
    }
    sqlx::query("UPDATE audit SET seen = true").execute(&mut *tx).await?; //~ unprotected_aggregate
    tx.commit().await
}

// One arm forgets.
pub async fn bad_arm(pool: &PgPool, kind: u8) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match kind {
        0 => {
            add(&mut tx).await?;
            tx.commit().await
        }
        _ => {
            sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
            Ok(()) //~ conditionally_committed?
        }
    }
}

// So does one side.
pub async fn bad_side(pool: &PgPool, is_new: bool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    if is_new {
        sqlx::query("UPDATE audit SET seen = true").execute(&mut *tx).await?;
        Ok(true) //~ conditionally_committed?
    } else {
        tx.commit().await?;
        Ok(false)
    }
}

// What is written is refused in one breath.
pub async fn bad_attempts(pool: &PgPool, password: &str) -> Result<(), String> {
    let mut tx = pool.begin().await.map_err(|error| error.to_string())?;
    let known: String = sqlx::query_scalar("SELECT password FROM users FOR UPDATE")
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| error.to_string())?;
    if known != password {
        sqlx::query("UPDATE users SET attempts = attempts + 1")
            .execute(&mut *tx) //~ conditionally_committed
            .await
            .map_err(|error| error.to_string())?;
        return Err("wrong password".to_owned());
    }
    sqlx::query("UPDATE users SET attempts = 0").execute(&mut *tx).await.map_err(|error| error.to_string())?;
    tx.commit().await.map_err(|error| error.to_string())
}

// Nothing is written on the early way.
pub async fn good_before_write(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    if count == 0 {
        return Ok(());
    }
    add(&mut tx).await?;
    tx.commit().await
}

// A write on one path only, which commits.
pub async fn good_written_here(pool: &PgPool, is_new: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if is_new {
        add(&mut tx).await?;
        tx.commit().await?;
        return Ok(());
    }
    Ok(())
}

// Rolled back, and said so.
pub async fn good_rolled_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    if count > 100 {
        tx.rollback().await?;
        return Ok(());
    }
    tx.commit().await
}

// Dropped, and said so.
pub async fn good_dropped(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    if count > 100 {
        drop(tx);
        return Ok(());
    }
    tx.commit().await
}

/// What a handler answers.
pub enum Answer {
    Done,
    NotFound,
}

// Nothing was there, and the answer says so.
pub async fn good_answer(pool: &PgPool) -> sqlx::Result<Answer> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
    match deleted.rows_affected() {
        0 => Ok(Answer::NotFound),
        _ => {
            tx.commit().await?;
            Ok(Answer::Done)
        }
    }
}

// A value that says so.
pub async fn good_false(pool: &PgPool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query("DELETE FROM audit").execute(&mut *tx).await?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

// A condition of the caller's.
pub async fn good_rehearsal(pool: &PgPool, is_rehearsal: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    if !is_rehearsal {
        tx.commit().await?;
    }
    Ok(())
}

// A failure that is answered with success takes its writes back.
pub async fn good_failed(pool: &PgPool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    if sqlx::query("UPDATE audit SET seen = true").execute(&mut *tx).await.is_err() {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

// A check fails after the write: nothing of it shall stay.
pub async fn good_refused(pool: &PgPool) -> Result<(), String> {
    let mut tx = pool.begin().await.map_err(|error| error.to_string())?;
    add(&mut tx).await.map_err(|error| error.to_string())?;
    let count: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await.map_err(|error| error.to_string())?;
    if count > 100 {
        return Err("too many".to_owned());
    }
    tx.commit().await.map_err(|error| error.to_string())
}

// Committed before the refusal.
pub async fn good_attempts(pool: &PgPool, is_right: bool) -> Result<(), String> {
    let mut tx = pool.begin().await.map_err(|error| error.to_string())?;
    if !is_right {
        add(&mut tx).await.map_err(|error| error.to_string())?;
        tx.commit().await.map_err(|error| error.to_string())?;
        return Err("wrong".to_owned());
    }
    add(&mut tx).await.map_err(|error| error.to_string())?;
    tx.commit().await.map_err(|error| error.to_string())
}

// Each round begins anew.
pub async fn good_retry(pool: &PgPool) -> sqlx::Result<()> {
    for _ in 0..3 {
        let mut tx = pool.begin().await?;
        if add(&mut tx).await.is_err() {
            continue;
        }
        if tx.commit().await.is_ok() {
            return Ok(());
        }
    }
    Err(sqlx::Error::PoolTimedOut)
}

// No row was changed: nothing is lost.
pub async fn good_none_changed(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query("UPDATE audit SET seen = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    add(&mut tx).await?;
    tx.commit().await
}

pub async fn bad_none_changed_after_another(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let done = sqlx::query("UPDATE audit SET seen = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    if done.rows_affected() < 1 {
        return Ok(()); //~ conditionally_committed?
    }
    tx.commit().await
}
