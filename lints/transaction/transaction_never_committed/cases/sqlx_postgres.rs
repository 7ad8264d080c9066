//@ crate: sqlx-postgres
//! Who ends a transaction, and whether it has written.
use sqlx::{Acquire, PgConnection, PgPool, Postgres, Transaction};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";
const COUNT: &str = "SELECT count(*) FROM audit";

async fn add(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(conn).await?;
    Ok(())
}

// Nothing commits.
pub async fn bad_forgotten(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ transaction_never_committed
    sqlx::query(ADD).execute(&mut *tx).await?;
    Ok(())
}

// The write is in a callee; the value returned is that of the last statement.
pub async fn bad_in_callee(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?; //~ transaction_never_committed
    add(&mut tx).await?;
    sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await
}

// Begun on a checkout.
pub async fn bad_on_checkout(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?; //~ transaction_never_committed
    add(&mut tx).await
}

// A savepoint that isn't released takes its writes along.
pub async fn bad_savepoint(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    {
        let mut savepoint = tx.begin().await?; //~ transaction_never_committed
        sqlx::query(ADD).execute(&mut *savepoint).await?;
    }
    sqlx::query("UPDATE audit SET seen = true").execute(&mut *tx).await?;
    tx.commit().await
}

// Rolled back where the write fails, forgotten where it succeeds.
pub async fn bad_only_rolled_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ transaction_never_committed
    if let Err(error) = add(&mut tx).await {
        tx.rollback().await?;
        return Err(error);
    }
    Ok(())
}

// In a loop each turn loses its own.
pub async fn bad_in_loop(pool: &PgPool, rows: &[i64]) -> sqlx::Result<()> {
    for row in rows {
        let mut tx = pool.begin().await?; //~ transaction_never_committed
        sqlx::query("DELETE FROM drafts WHERE id = $1").bind(row).execute(&mut *tx).await?;
    }
    Ok(())
}

pub async fn good_committed(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    tx.commit().await
}

// It only reads.
pub async fn good_reads(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await
}

// Rolled back on purpose.
pub async fn good_dry_run(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let count = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    tx.rollback().await?;
    Ok(count)
}

// `drop` says so too.
pub async fn good_dropped(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let count = sqlx::query_scalar(COUNT).fetch_one(&mut *tx).await?;
    drop(tx);
    Ok(count)
}

// Some path commits: that it depends is another lint's matter.
pub async fn good_depends(pool: &PgPool, is_rehearsal: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    if !is_rehearsal {
        tx.commit().await?;
    }
    Ok(())
}

// Only failures leave it open.
pub async fn good_fails(pool: &PgPool) -> Result<(), String> {
    let mut tx = pool.begin().await.map_err(|error| error.to_string())?;
    add(&mut tx).await.map_err(|error| error.to_string())?;
    Err("not now".to_owned())
}

// The write has failed where it is dropped with success.
pub async fn good_failed(pool: &PgPool) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    if add(&mut tx).await.is_err() {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

// Handed out.
pub async fn good_returned(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    Ok(tx)
}

async fn finish(mut tx: Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query("UPDATE audit SET seen = true").execute(&mut *tx).await?;
    tx.commit().await
}

// A callee that takes it ends it.
pub async fn good_given_away(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    finish(tx).await
}

// Kept in an option.
pub async fn good_option(pool: &PgPool, is_needed: bool) -> sqlx::Result<()> {
    let mut open = None;
    if is_needed {
        let mut tx = pool.begin().await?;
        add(&mut tx).await?;
        open = Some(tx);
    }
    if let Some(tx) = open {
        tx.commit().await?;
    }
    Ok(())
}

// Sent to another task.
pub async fn good_sent(pool: &PgPool, to: tokio::sync::mpsc::Sender<Transaction<'static, Postgres>>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    let _ = to.send(tx).await;
    Ok(())
}

macro_rules! end {
    ($tx:expr) => {
        $tx.commit().await
    };
}

// A macro ends it.
pub async fn good_macro(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    end!(tx)
}

// Committed in one of the blocks that run here.
pub async fn good_block(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let done = async {
        add(&mut tx).await?;
        tx.commit().await
    };
    done.await
}

// Or elsewhere.
pub async fn good_spawned(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(&mut tx).await?;
    tokio::spawn(async move { tx.commit().await }); //~ escaping_transaction
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // A test leaves the rollback to the drop.
    pub async fn good_test(pool: &PgPool) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        add(&mut tx).await?;
        Ok(())
    }
}
