//@ crate: diesel-r2d2-pg
//! diesel: blocking code, where only the paths that are written out count.
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sql_query;

type DbPool = Pool<ConnectionManager<PgConnection>>;

fn work(conn: &mut PgConnection) -> QueryResult<usize> {
    sql_query("DELETE FROM drafts").execute(conn)
}

// The error of the work returns the checkout locked.
pub fn bad_error_path(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    sql_query("SELECT pg_advisory_lock(7)").execute(&mut conn)?; //~ advisory_lock_split
    work(&mut conn)?;
    sql_query("SELECT pg_advisory_unlock(7)").execute(&mut conn)?;
    Ok(())
}

// Taken and released on two checkouts.
pub fn bad_two_checkouts(pool: &DbPool) -> anyhow::Result<()> {
    sql_query("SELECT pg_advisory_lock(7)").execute(&mut pool.get()?)?; //~ advisory_lock_split
    let done = work(&mut *pool.get()?);
    sql_query("SELECT pg_advisory_unlock(7)").execute(&mut pool.get()?)?;
    done?;
    Ok(())
}

// Released before the result is looked at.
pub fn good_released(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    sql_query("SELECT pg_advisory_lock(7)").execute(&mut conn)?;
    let done = work(&mut conn);
    sql_query("SELECT pg_advisory_unlock(7)").execute(&mut conn)?;
    done?;
    Ok(())
}

// The lock of a transaction.
pub fn good_transaction_level(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| {
        sql_query("SELECT pg_advisory_xact_lock(7)").execute(conn)?;
        work(conn)
    })?;
    Ok(())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    taken: bool,
}

// Not taken: there is nothing to release.
pub fn good_tried(pool: &DbPool) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    let answer: Taken = sql_query("SELECT pg_try_advisory_lock(7) AS taken").get_result(&mut conn)?;
    if !answer.taken {
        return Ok(false);
    }
    let done = work(&mut conn);
    sql_query("SELECT pg_advisory_unlock(7)").execute(&mut conn)?;
    done?;
    Ok(true)
}

// Tried, and nobody releases it.
pub fn bad_tried(pool: &DbPool) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    let answer: Taken = sql_query("SELECT pg_try_advisory_lock(7) AS taken").get_result(&mut conn)?; //~ advisory_lock_split
    if answer.taken {
        work(&mut conn)?;
    }
    Ok(answer.taken)
}

fn locked(conn: &mut PgConnection) -> anyhow::Result<()> {
    sql_query("SELECT pg_advisory_lock(8)").execute(conn)?; //~ advisory_lock_split
    work(conn)?;
    sql_query("SELECT pg_advisory_unlock(8)").execute(conn)?;
    Ok(())
}

// Lends a checkout: the finding lies where the lock is taken.
pub fn good_lender(pool: &DbPool) -> anyhow::Result<()> {
    locked(&mut *pool.get()?)
}

// A connection of the function's own.
pub fn good_own(url: &str) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(url)?;
    sql_query("SELECT pg_advisory_lock(7)").execute(&mut conn)?;
    work(&mut conn)?;
    Ok(())
}
