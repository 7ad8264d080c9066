//@ crate: diesel-r2d2-pg
//! diesel: filters and values of a builder.
use diesel::pg::PgConnection;
use diesel::prelude::*;

diesel::table! {
    pages (id) {
        id -> BigInt,
        title -> Text,
        version -> BigInt,
    }
}

pub fn bad_builder(conn: &mut PgConnection, page: i64, seen: i64) -> QueryResult<()> {
    diesel::update(pages::table.filter(pages::id.eq(page)).filter(pages::version.eq(seen)))
        .set((pages::title.eq("new"), pages::version.eq(seen + 1)))
        .execute(conn)?; //~ unchecked_version
    Ok(())
}

pub fn good_builder(conn: &mut PgConnection, page: i64, seen: i64) -> QueryResult<bool> {
    let changed = diesel::update(pages::table.filter(pages::id.eq(page)).filter(pages::version.eq(seen)))
        .set((pages::title.eq("new"), pages::version.eq(seen + 1)))
        .execute(conn)?;
    Ok(changed == 1)
}
