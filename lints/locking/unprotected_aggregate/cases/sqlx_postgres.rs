//@ crate: sqlx-postgres
//! sqlx: what is counted and what depends on it; what keeps others out.
use sqlx::{PgConnection, PgPool};

pub async fn bad_limit(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = $1").bind(team).fetch_one(&mut *tx).await?;
    if count >= 10 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO members (team, member) VALUES ($1, $2)").bind(team).bind(member).execute(&mut *tx).await?; //~ unprotected_aggregate
    tx.commit().await?;
    Ok(true)
}

pub async fn bad_next_number(pool: &PgPool, year: i32) -> sqlx::Result<i64> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM invoices WHERE year = $1").bind(year).fetch_one(pool).await?;
    let next = last + 1;
    sqlx::query("INSERT INTO invoices (year, number) VALUES ($1, $2)").bind(year).bind(next).execute(pool).await?; //~ unprotected_aggregate
    Ok(next)
}

// Write skew: each sees the other on call, both leave.
pub async fn bad_skew(pool: &PgPool, shift: i64, doctor: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let on_call: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM doctors WHERE shift = $1 AND on_call").bind(shift).fetch_one(&mut *tx).await?;
    if on_call > 1 {
        sqlx::query("UPDATE doctors SET on_call = FALSE WHERE id = $1").bind(doctor).execute(&mut *tx).await?; //~ unprotected_aggregate
    }
    tx.commit().await
}

// Whether there are any only says that the request makes sense.
pub async fn good_exists(pool: &PgPool, shift: i64, doctor: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM doctors WHERE shift = $1)").bind(shift).fetch_one(&mut *tx).await?;
    if !known {
        return Err(sqlx::Error::RowNotFound);
    }
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM doctors WHERE shift = $1").bind(shift).fetch_one(&mut *tx).await?;
    if count > 0 {
        sqlx::query("UPDATE doctors SET name = 'x' WHERE id = $1").bind(doctor).execute(&mut *tx).await?;
    }
    tx.commit().await
}

async fn members(conn: &mut PgConnection, team: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = $1").bind(team).fetch_one(conn).await
}

async fn join(conn: &mut PgConnection, team: i64, member: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO members (team, member) VALUES ($1, $2)").bind(team).bind(member).execute(conn).await?;
    Ok(())
}

pub async fn bad_through_functions(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if members(&mut tx, team).await? < 10 {
        join(&mut tx, team, member).await?; //~ unprotected_aggregate
    }
    tx.commit().await
}

pub async fn good_parent_locked(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM teams WHERE id = $1 FOR UPDATE").bind(team).execute(&mut *tx).await?;
    if members(&mut tx, team).await? < 10 {
        join(&mut tx, team, member).await?;
    }
    tx.commit().await
}

pub async fn good_serializable(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<()> {
    loop {
        let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        if members(&mut tx, team).await? < 10 {
            join(&mut tx, team, member).await?;
        }
        if tx.commit().await.is_ok() {
            return Ok(());
        }
    }
}

// The page is shown, and nothing is written by it.
pub async fn good_shown(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<i64> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = $1").bind(team).fetch_one(pool).await?;
    sqlx::query("INSERT INTO members (team, member) VALUES ($1, $2)").bind(team).bind(member).execute(pool).await?;
    Ok(count)
}

// Another table than the one that was counted.
pub async fn good_other_table(pool: &PgPool, team: i64) -> sqlx::Result<()> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE team = $1").bind(team).fetch_one(pool).await?;
    if count == 0 {
        sqlx::query("INSERT INTO reminders (team) VALUES ($1)").bind(team).execute(pool).await?;
    }
    Ok(())
}

pub async fn good_one_statement(pool: &PgPool, team: i64, member: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO members (team, member) SELECT $1, $2 WHERE (SELECT COUNT(*) FROM members WHERE team = $1) < 10")
        .bind(team)
        .bind(member)
        .execute(pool)
        .await?;
    Ok(())
}
