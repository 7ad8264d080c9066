//@ crate: sqlx-postgres
//! A common lock before both: only one of the two can be past it.
use sqlx::{PgConnection, PgPool};

async fn gate(conn: &mut PgConnection, site: i64) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM sites WHERE id = $1 FOR UPDATE").bind(site).execute(conn).await?;
    Ok(())
}

// Behind the site's row.
pub async fn good_publish(pool: &PgPool, site: i64, page: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    gate(&mut tx, site).await?;
    sqlx::query("UPDATE pages SET public = true WHERE id = $1").bind(page).execute(&mut *tx).await?;
    sqlx::query("UPDATE menus SET stale = true WHERE site = $1").bind(site).execute(&mut *tx).await?;
    tx.commit().await
}

// The other way round, behind the same row.
pub async fn good_rebuild(pool: &PgPool, site: i64, page: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    gate(&mut tx, site).await?;
    sqlx::query("UPDATE menus SET stale = false WHERE site = $1").bind(site).execute(&mut *tx).await?;
    sqlx::query("UPDATE pages SET built = true WHERE id = $1").bind(page).execute(&mut *tx).await?;
    tx.commit().await
}
