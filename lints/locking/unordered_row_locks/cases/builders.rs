//@ crate: diesel-r2d2-pg
//! diesel: locking reads and updates as builder chains.
use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

diesel::table! {
    pages (id) {
        id -> BigInt,
        views -> BigInt,
    }
}

// An update a turn, in hash order.
pub fn bad_loop(conn: &mut PgConnection, views: HashMap<i64, i64>) -> QueryResult<()> {
    conn.transaction(|conn| {
        for (id, n) in views {
            diesel::update(pages::table.find(id)).set(pages::views.eq(n)).execute(conn)?; //~ unordered_row_locks?
        }
        Ok(())
    })
}

// A locking read of a list.
pub fn bad_eq_any(conn: &mut PgConnection, ids: Vec<i64>) -> QueryResult<Vec<i64>> {
    conn.transaction(|conn| {
        let query = pages::table.select(pages::id).filter(pages::id.eq_any(ids));
        query.for_update().load(conn) //~ unordered_row_locks
    })
}

// In order.
pub fn good_eq_any(conn: &mut PgConnection, ids: Vec<i64>) -> QueryResult<Vec<i64>> {
    conn.transaction(|conn| {
        let query = pages::table.select(pages::id).filter(pages::id.eq_any(ids));
        query.order(pages::id).for_update().load(conn)
    })
}

// Without waiting.
pub fn good_skip_locked(conn: &mut PgConnection, ids: Vec<i64>) -> QueryResult<Vec<i64>> {
    conn.transaction(|conn| {
        let query = pages::table.select(pages::id).filter(pages::id.eq_any(ids));
        query.for_update().skip_locked().load(conn)
    })
}

// A sorted set.
pub fn good_loop(conn: &mut PgConnection, ids: HashSet<i64>) -> QueryResult<()> {
    let ids: BTreeSet<i64> = ids.into_iter().collect();
    conn.transaction(|conn| {
        for id in ids {
            diesel::update(pages::table.find(id)).set(pages::views.eq(0)).execute(conn)?;
        }
        Ok(())
    })
}
