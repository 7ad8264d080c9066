//@ crate: diesel-r2d2-pg
//! diesel: `for_update()` outside of the closure that is the transaction.
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};

diesel::table! {
    seats (id) {
        id -> BigInt,
        taken -> Bool,
    }
}

type DbPool = Pool<ConnectionManager<PgConnection>>;

pub fn bad_checkout(pool: &DbPool, id: i64) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    let taken: bool = seats::table.find(id).select(seats::taken).for_update().first(&mut conn)?; //~ lock_without_transaction
    diesel::update(seats::table.find(id)).set(seats::taken.eq(true)).execute(&mut conn)?;
    Ok(taken)
}

fn lock(conn: &mut PgConnection, id: i64) -> QueryResult<bool> {
    seats::table.find(id).select(seats::taken).for_update().first(conn)
}

pub fn good_closure(pool: &DbPool, id: i64) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    let taken = conn.transaction(|conn| {
        let taken = lock(conn, id)?;
        diesel::update(seats::table.find(id)).set(seats::taken.eq(true)).execute(conn)?;
        QueryResult::Ok(taken)
    })?;
    Ok(taken)
}

fn in_transaction(conn: &mut PgConnection, id: i64) -> QueryResult<bool> {
    conn.transaction(|conn| lock(conn, id))
}

// The helper begins.
pub fn good_helper_begins(pool: &DbPool, id: i64) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    Ok(in_transaction(&mut conn, id)?)
}

pub fn bad_lent(pool: &DbPool, id: i64) -> anyhow::Result<bool> {
    let mut conn = pool.get()?;
    Ok(lock(&mut conn, id)?) //~ lock_without_transaction
}
