//@ crate: sqlx-postgres
//! Ways to throw the result of a commit away, and ways to look at it.
use std::time::Duration;

use sqlx::{PgPool, Postgres, Transaction};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

pub async fn bad_ok(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await.ok(); //~ commit_result_ignored
    Ok(())
}

pub async fn bad_default(pool: &PgPool) -> sqlx::Result<u64> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await.unwrap_or_default(); //~ commit_result_ignored
    Ok(done.rows_affected())
}

pub async fn bad_mapped(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _ = tx.commit().await.map_err(|error| error.to_string()); //~ commit_result_ignored
    Ok(())
}

pub async fn bad_named(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _result = tx.commit().await; //~ commit_result_ignored
    Ok(())
}

pub async fn bad_drop(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    drop(tx.commit().await); //~ commit_result_ignored
    Ok(())
}

pub async fn bad_time_limit(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _ = tokio::time::timeout(Duration::from_secs(5), tx.commit()).await; //~ commit_result_ignored
    Ok(())
}

// Its future is dropped, and the transaction with it.
pub async fn bad_never_awaited(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

pub async fn bad_never_awaited_by_name(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _done = tx.commit(); //~ commit_result_ignored
    Ok(())
}

pub async fn bad_text(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("BEGIN").execute(&mut conn).await?;
    sqlx::query(ADD).execute(&mut conn).await?;
    let _ = sqlx::query("COMMIT").execute(&mut conn).await; //~ commit_result_ignored
    Ok(())
}

async fn finish(mut tx: Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_callee(pool: &PgPool) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    let _ = finish(tx).await; //~ commit_result_ignored
    Ok(())
}

pub struct Work {
    tx: Transaction<'static, Postgres>,
}

impl Work {
    pub async fn begin(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self { tx: pool.begin().await? })
    }

    pub async fn add(&mut self) -> sqlx::Result<()> {
        sqlx::query(ADD).execute(&mut *self.tx).await?;
        Ok(())
    }

    pub async fn save(self) -> sqlx::Result<()> {
        self.tx.commit().await
    }

    pub async fn bad_own(self) {
        let _ = self.tx.commit().await; //~ commit_result_ignored
    }
}

pub async fn bad_wrapper(pool: &PgPool) -> sqlx::Result<()> {
    let mut work = Work::begin(pool).await?;
    work.add().await?;
    let _ = work.save().await; //~ commit_result_ignored
    Ok(())
}

pub async fn good_returned(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_awaited_later(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let done = tx.commit();
    done.await
}

pub async fn good_asked(pool: &PgPool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    Ok(tx.commit().await.is_ok())
}

pub async fn good_shown(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    let _done = tx.commit().await;
    println!("{_done:?}");
    Ok(())
}

pub async fn good_logged(pool: &PgPool) {
    let Ok(mut tx) = pool.begin().await else { return };
    if sqlx::query(ADD).execute(&mut *tx).await.is_err() {
        return;
    }
    tx.commit().await.unwrap_or_else(|error| eprintln!("not audited: {error}"));
}

pub async fn good_panics(pool: &PgPool) {
    let Ok(mut tx) = pool.begin().await else { return };
    if sqlx::query(ADD).execute(&mut *tx).await.is_err() {
        return;
    }
    tx.commit().await.unwrap();
}

// Nothing was written.
pub async fn good_reads(pool: &PgPool) -> sqlx::Result<Vec<i64>> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET LOCAL statement_timeout = '5s'").execute(&mut *tx).await?;
    let ids = sqlx::query_scalar("SELECT id FROM audit").fetch_all(&mut *tx).await?;
    let _ = tx.commit().await;
    Ok(ids)
}

pub async fn good_rollback(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await {
        let _ = tx.rollback().await;
        return Err(error);
    }
    tx.commit().await
}

async fn record(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// All of it has failed then, not only the commit: nothing is half done.
pub async fn good_best_effort(pool: &PgPool) {
    let _ = record(pool).await;
}

// Nobody looks at the error, but it is matched.
pub async fn limit_matched(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    match tx.commit().await {
        Ok(()) => {}
        Err(_) => {}
    }
    Ok(())
}

// Nobody hears of the statement either: a cache that the next one fills.
pub async fn good_all_ignored(pool: &PgPool) {
    let Ok(mut tx) = pool.begin().await else { return };
    let _ = sqlx::query(ADD).execute(&mut *tx).await;
    let _ = tx.commit().await;
}
