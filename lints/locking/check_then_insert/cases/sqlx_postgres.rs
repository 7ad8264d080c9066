//@ crate: sqlx-postgres
//! sqlx: text on both sides, checks as EXISTS, COUNT and rows, wrappers.
use sqlx::{PgConnection, PgPool};

pub async fn bad_exists(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let taken: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM teams WHERE name = $1)").bind(name).fetch_one(pool).await?;
    if !taken {
        sqlx::query("INSERT INTO teams (name) VALUES ($1)").bind(name).execute(pool).await?; //~ check_then_insert
    }
    Ok(())
}

pub async fn bad_count(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM teams WHERE name = $1").bind(name).fetch_one(pool).await?;
    if count > 0 {
        return Ok(());
    }
    sqlx::query("INSERT INTO teams (name) VALUES ($1)").bind(name).execute(pool).await?; //~ check_then_insert
    Ok(())
}

async fn find(conn: &mut PgConnection, team: i64, user: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT id FROM members WHERE team = $1 AND member = $2").bind(team).bind(user).fetch_optional(conn).await
}

async fn add(conn: &mut PgConnection, team: i64, user: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO members (member, team) VALUES ($2, $1)").bind(team).bind(user).execute(conn).await?;
    Ok(())
}

pub async fn bad_through_functions(pool: &PgPool, team: i64, user: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match find(&mut tx, team, user).await? {
        Some(_) => {}
        None => add(&mut tx, team, user).await?, //~ check_then_insert
    }
    tx.commit().await
}

// The parent is there before the row is.
pub async fn good_parent_locked(pool: &PgPool, team: i64, user: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM teams WHERE id = $1 FOR UPDATE").bind(team).execute(&mut *tx).await?;
    if find(&mut tx, team, user).await?.is_none() {
        add(&mut tx, team, user).await?;
    }
    tx.commit().await
}

pub async fn good_violation_expected(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM teams WHERE name = $1").bind(name).fetch_one(pool).await?;
    if count > 0 {
        return Ok(());
    }
    match sqlx::query("INSERT INTO teams (name) VALUES ($1)").bind(name).execute(pool).await {
        Err(error) if error.as_database_error().is_some_and(|error| error.is_unique_violation()) => Ok(()),
        other => other.map(|_| ()),
    }
}

// Another name: what is looked for isn't what is inserted.
pub async fn good_other_value(pool: &PgPool, name: &str, alias: &str) -> sqlx::Result<()> {
    let known: Option<i64> = sqlx::query_scalar("SELECT id FROM teams WHERE name = $1").bind(name).fetch_optional(pool).await?;
    if known.is_some() {
        sqlx::query("INSERT INTO teams (name) VALUES ($1)").bind(alias).execute(pool).await?;
    }
    Ok(())
}

// The insert doesn't depend on what was found.
pub async fn good_no_decision(pool: &PgPool, name: &str) -> sqlx::Result<i64> {
    let before: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM visits WHERE name = $1").bind(name).fetch_one(pool).await?;
    sqlx::query("INSERT INTO visits (name) VALUES ($1)").bind(name).execute(pool).await?;
    Ok(before + 1)
}

// What was found decides about something else.
pub async fn good_other_decision(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let before: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM visits WHERE name = $1").bind(name).fetch_one(pool).await?;
    if before == 0 {
        println!("{name} is new here");
    }
    sqlx::query("INSERT INTO visits (name) VALUES ($1)").bind(name).execute(pool).await?;
    Ok(())
}
