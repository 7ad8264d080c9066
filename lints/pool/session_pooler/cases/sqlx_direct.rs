//@ crate: sqlx-postgres
//! An address of the server's own, beside a pooler's: which of them a statement goes to isn't known.
use sqlx::PgPool;

pub async fn connect() -> sqlx::Result<(PgPool, PgPool)> {
    let pooled = PgPool::connect("postgres://shop@ep-shop-pooler.eu.example/shop").await?;
    let direct = PgPool::connect("postgres://shop@ep-shop.eu.example:5432/shop").await?;
    Ok((pooled, direct))
}

pub async fn good_maybe_direct(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("CREATE TEMPORARY TABLE picked (id BIGINT)").execute(&mut *conn).await?;
    sqlx::query("INSERT INTO picked SELECT id FROM carts WHERE stale").execute(&mut *conn).await?;
    sqlx::query("DROP TABLE picked").execute(&mut *conn).await?;
    Ok(())
}
