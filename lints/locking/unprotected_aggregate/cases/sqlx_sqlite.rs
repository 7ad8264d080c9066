//@ crate: sqlx-sqlite
//! SQLite: one transaction writes at a time, and one that read before is refused.
use sqlx::SqlitePool;

pub async fn bad_outside(pool: &SqlitePool, team: i64, member: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = ?").bind(team).fetch_one(pool).await?;
    if count < 10 {
        sqlx::query("INSERT INTO members (team, member) VALUES (?, ?)").bind(team).bind(member).execute(pool).await?; //~ unprotected_aggregate
    }
    Ok(())
}

pub async fn good_inside(pool: &SqlitePool, team: i64, member: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = ?").bind(team).fetch_one(&mut *tx).await?;
    if count < 10 {
        sqlx::query("INSERT INTO members (team, member) VALUES (?, ?)").bind(team).bind(member).execute(&mut *tx).await?;
    }
    tx.commit().await
}
