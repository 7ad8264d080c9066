//@ crate: sqlx-postgres
//! sqlx: pools, checkouts, helpers, and loops that mean it.
use std::time::Duration;

use sqlx::{PgConnection, PgPool};

pub async fn bad_checkout(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    for id in ids {
        sqlx::query("UPDATE items SET seen = true WHERE id = $1").bind(id).execute(&mut *conn).await?; //~ autocommit_loop
    }
    Ok(())
}

async fn mark(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE items SET seen = true WHERE id = $1").bind(id).execute(pool).await?;
    Ok(())
}

pub async fn bad_helper(pool: &PgPool, ids: Vec<i64>) -> sqlx::Result<()> {
    for id in ids {
        mark(pool, id).await?; //~ autocommit_loop
    }
    Ok(())
}

pub async fn good_transaction(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in ids {
        sqlx::query("UPDATE items SET seen = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn good_given(conn: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        sqlx::query("UPDATE items SET seen = true WHERE id = $1").bind(id).execute(&mut *conn).await?;
    }
    Ok(())
}

pub async fn good_batches(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    for batch in ids.chunks(1000) {
        sqlx::query("UPDATE items SET seen = true WHERE id = ANY($1)").bind(batch).execute(pool).await?;
    }
    Ok(())
}

pub async fn good_few(pool: &PgPool) -> sqlx::Result<()> {
    for name in ["red", "green"] {
        sqlx::query("INSERT INTO colours (name) VALUES ($1) ON CONFLICT DO NOTHING").bind(name).execute(pool).await?;
    }
    Ok(())
}

pub async fn good_paced(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        mark(pool, *id).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

pub async fn good_first_that_works(pool: &PgPool, ids: &[i64]) -> sqlx::Result<bool> {
    for id in ids {
        let done = sqlx::query("UPDATE slots SET taken = true WHERE id = $1 AND NOT taken").bind(id).execute(pool).await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

pub async fn good_reads(pool: &PgPool, ids: &[i64]) -> sqlx::Result<i64> {
    let mut sum = 0;
    for id in ids {
        sum += sqlx::query_scalar::<_, i64>("SELECT size FROM items WHERE id = $1").bind(id).fetch_one(pool).await?;
    }
    Ok(sum)
}
