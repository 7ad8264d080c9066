//@ crate: sqlx-postgres
//! sqlx: results thrown away, bound, returned, or looked at.
use sqlx::PgPool;

pub async fn bad_wild(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    let _ = sqlx::query("UPDATE pages SET version = $3 WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .bind(version + 1)
        .execute(pool) //~ unchecked_version
        .await?;
    Ok(())
}

pub async fn bad_mapped(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    sqlx::query("UPDATE pages SET row_version = row_version + 1 WHERE id = $1 AND row_version = $2")
        .bind(id)
        .bind(version)
        .execute(pool) //~ unchecked_version
        .await
        .map(|_| ())
}

pub async fn good_looked_at(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    let done = sqlx::query("UPDATE pages SET version = version + 1 WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .execute(pool)
        .await?;
    if done.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}

pub async fn good_returned(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<u64> {
    sqlx::query("UPDATE pages SET version = version + 1 WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .execute(pool)
        .await
        .map(|done| done.rows_affected())
}

pub async fn good_returning(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    sqlx::query("UPDATE pages SET version = version + 1 WHERE id = $1 AND version = $2 RETURNING version")
        .bind(id)
        .bind(version)
        .fetch_one(pool)
        .await?;
    Ok(())
}

// The newest wins, and the others needn't know.
pub async fn good_newest_wins(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    sqlx::query("UPDATE pages SET version = $2 WHERE id = $1 AND version < $2").bind(id).bind(version).execute(pool).await?;
    Ok(())
}

// The version says which rows, and stays.
pub async fn good_not_set(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    sqlx::query("UPDATE drafts SET title = 'none' WHERE page_id = $1 AND version = $2").bind(id).bind(version).execute(pool).await?;
    Ok(())
}

async fn bump(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<u64> {
    let done = sqlx::query("UPDATE pages SET version = version + 1 WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .execute(pool)
        .await?;
    Ok(done.rows_affected())
}

// The number was handed on, and is ignored here.
pub async fn limit_ignored_by_caller(pool: &PgPool, id: i64, version: i32) -> sqlx::Result<()> {
    bump(pool, id, version).await?;
    Ok(())
}
