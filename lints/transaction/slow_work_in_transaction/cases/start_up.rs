//@ crate: sqlx-services
use sqlx::PgPool;

// Nobody waits for a start-up's connection, and few for its rows.
async fn bad_first_names(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let names = tokio::fs::read_to_string("names").await?; //~ slow_work_in_transaction?
    sqlx::query("INSERT INTO names (name) VALUES ($1)")
        .bind(names)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn bad_migrate(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE names SET name = 'x'").execute(&mut *tx).await?;
    tokio::process::Command::new("notify").status().await?; //~ slow_work_in_transaction?
    tx.commit().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pool = PgPool::connect("postgres://localhost/names").await?;
    bad_first_names(&pool).await?;
    bad_migrate(&pool).await
}
