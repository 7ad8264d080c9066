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
