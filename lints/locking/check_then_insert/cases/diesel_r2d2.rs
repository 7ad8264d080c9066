//@ crate: diesel-r2d2-pg
//! diesel: a filter, and values of an insert.
use diesel::pg::PgConnection;
use diesel::prelude::*;

diesel::table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
    }
}

pub fn bad_insert(conn: &mut PgConnection, title: &str) -> QueryResult<()> {
    let known = teams::table.filter(teams::name.eq(title)).select(teams::id).first::<i64>(conn).optional()?;
    if known.is_none() {
        diesel::insert_into(teams::table).values(teams::name.eq(title)).execute(conn)?; //~ check_then_insert
    }
    Ok(())
}

pub fn good_upsert(conn: &mut PgConnection, title: &str) -> QueryResult<()> {
    let known = teams::table.filter(teams::name.eq(title)).select(teams::id).first::<i64>(conn).optional()?;
    if known.is_none() {
        diesel::insert_into(teams::table).values(teams::name.eq(title)).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}
