//@ crate: sqlx-postgres
//! Values that go through functions of their own.
use sqlx::{FromRow, PgPool};

#[derive(FromRow)]
struct Rule {
    id: i64,
    first: Option<i32>,
    last: Option<i32>,
}

// Gives back what it was given, or refuses it.
fn in_range(first: Option<i32>, last: Option<i32>) -> Result<(Option<i32>, Option<i32>), String> {
    match (first, last) {
        (None, None) => Ok((None, None)),
        (Some(first), None) => {
            if first < 1 {
                return Err(format!("{first} is too low"));
            }
            Ok((Some(first), None))
        }
        (None, Some(_)) => Err("no first".to_owned()),
        (Some(first), Some(last)) if first > last => Err(format!("{first} is after {last}")),
        (Some(first), Some(last)) => Ok((Some(first), Some(last))),
    }
}

// Makes others of them.
fn widened(first: Option<i32>, last: Option<i32>) -> Result<(Option<i32>, Option<i32>), String> {
    let first = first.map(|first| first - 1);
    Ok((first, last))
}

// Makes one of both.
fn merged(old: &str, new: &str) -> String {
    let mut all = old.to_owned();
    let end = &mut all;
    end.push_str(new);
    all
}

pub async fn good_only_looked_at(pool: &PgPool, id: i64, asked: Option<i32>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut rule: Rule = sqlx::query_as("SELECT id, first, last FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    if asked.is_some() {
        rule.first = asked;
    }
    match in_range(rule.first, rule.last) {
        Ok((first, last)) => {
            rule.first = first;
            rule.last = last;
        }
        Err(error) => {
            eprintln!("{error}");
            return Err(sqlx::Error::WorkerCrashed);
        }
    }
    sqlx::query("UPDATE rules SET first = $1, last = $2 WHERE id = $3")
        .bind(rule.first)
        .bind(rule.last)
        .bind(rule.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

pub async fn bad_widened(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut rule: Rule = sqlx::query_as("SELECT id, first, last FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    match widened(rule.first, rule.last) {
        Ok((first, last)) => {
            rule.first = first;
            rule.last = last;
        }
        Err(error) => {
            eprintln!("{error}");
            return Err(sqlx::Error::WorkerCrashed);
        }
    }
    sqlx::query("UPDATE rules SET first = $1, last = $2 WHERE id = $3")
        .bind(rule.first)
        .bind(rule.last)
        .bind(rule.id)
        .execute(&mut *tx) //~ lost_update
        .await?;
    tx.commit().await
}

pub async fn bad_merged(pool: &PgPool, id: i64, given: String) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: String = sqlx::query_scalar("SELECT extra FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let extra = merged(&old, &given);
    sqlx::query("UPDATE rules SET extra = $1 WHERE id = $2").bind(extra).bind(id).execute(&mut *tx).await?; //~ lost_update
    tx.commit().await
}

pub async fn good_given_or_as_it_was(pool: &PgPool, id: i64, given: Option<String>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: (Option<String>,) = sqlx::query_as("SELECT extra FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let extra = given.as_ref().or(old.0.as_ref());
    sqlx::query("UPDATE rules SET extra = $1 WHERE id = $2").bind(extra).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_given_or_else_as_it_was(pool: &PgPool, id: i64, given: Option<String>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: (Option<String>,) = sqlx::query_as("SELECT extra FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let extra = given.or_else(|| old.0.clone());
    sqlx::query("UPDATE rules SET extra = $1 WHERE id = $2").bind(extra).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_given_unless_there_is_none(pool: &PgPool, id: i64, given: Option<i32>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: (i32,) = sqlx::query_as("SELECT first FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let first = given.unwrap_or(old.0);
    sqlx::query("UPDATE rules SET first = $1 WHERE id = $2").bind(first).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_more_or_as_given(pool: &PgPool, id: i64, given: Option<i32>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: (Option<i32>,) = sqlx::query_as("SELECT first FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let first = old.0.map(|first| first + 1).or(given);
    sqlx::query("UPDATE rules SET first = $1 WHERE id = $2").bind(first).bind(id).execute(&mut *tx).await?; //~ lost_update
    tx.commit().await
}

pub async fn bad_given_or_more(pool: &PgPool, id: i64, given: Option<i32>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let old: (Option<i32>,) = sqlx::query_as("SELECT first FROM rules WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    let first = given.or(old.0.map(|first| first + 1));
    sqlx::query("UPDATE rules SET first = $1 WHERE id = $2").bind(first).bind(id).execute(&mut *tx).await?; //~ lost_update
    tx.commit().await
}
