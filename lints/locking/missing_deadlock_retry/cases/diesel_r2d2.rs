//@ crate: diesel-r2d2-pg
//! diesel: the closure is the transaction.
use diesel::pg::PgConnection;
use diesel::prelude::*;

diesel::table! {
    stock (id) {
        id -> BigInt,
        level -> BigInt,
    }
}

diesel::table! {
    customers (id) {
        id -> BigInt,
        orders -> BigInt,
    }
}

fn bad_two_tables(conn: &mut PgConnection, item: i64, customer: i64) -> QueryResult<()> {
    conn.transaction(|conn| { //~ missing_deadlock_retry
        diesel::update(stock::table.find(item)).set(stock::level.eq(stock::level - 1)).execute(conn)?;
        diesel::update(customers::table.find(customer)).set(customers::orders.eq(customers::orders + 1)).execute(conn)?;
        Ok(())
    })
}

pub fn serve(conn: &mut PgConnection, item: i64, customer: i64) -> QueryResult<()> {
    bad_two_tables(conn, item, customer)
}
