//@ crate: diesel-r2d2-pg
//! diesel: `count()` and `max`.
use diesel::dsl::max;
use diesel::pg::PgConnection;
use diesel::prelude::*;

diesel::table! {
    seats (id) {
        id -> BigInt,
        room -> BigInt,
        number -> BigInt,
    }
}

pub fn bad_count(conn: &mut PgConnection, place: i64) -> QueryResult<()> {
    let taken: i64 = seats::table.filter(seats::room.eq(place)).count().get_result(conn)?;
    if taken < 10 {
        diesel::insert_into(seats::table).values(seats::room.eq(place)).execute(conn)?; //~ unprotected_aggregate
    }
    Ok(())
}

pub fn bad_max(conn: &mut PgConnection, place: i64) -> QueryResult<()> {
    let last: Option<i64> = seats::table.filter(seats::room.eq(place)).select(max(seats::number)).first(conn)?;
    let next = last.unwrap_or(0) + 1;
    diesel::insert_into(seats::table).values((seats::room.eq(place), seats::number.eq(next))).execute(conn)?; //~ unprotected_aggregate
    Ok(())
}
