//@ crate: diesel-r2d2-pg
//! diesel: the tables of builder chains.
use diesel::prelude::*;

diesel::table! {
    seats (id) {
        id -> BigInt,
        taken -> Bool,
    }
}

diesel::table! {
    tickets (id) {
        id -> BigInt,
        seat -> BigInt,
        valid -> Bool,
    }
}

// The seat, then the ticket.
pub fn bad_book(conn: &mut PgConnection, seat: i64, ticket: i64) -> QueryResult<usize> {
    conn.transaction(|conn| {
        seats::table.find(seat).for_update().first::<(i64, bool)>(conn)?;
        diesel::update(tickets::table.find(ticket)).set(tickets::valid.eq(true)).execute(conn) //~ inconsistent_lock_order?
    })
}

// The ticket, then the seat.
pub fn bad_refund(conn: &mut PgConnection, seat: i64, ticket: i64) -> QueryResult<usize> {
    conn.transaction(|conn| {
        diesel::delete(tickets::table.find(ticket)).execute(conn)?;
        diesel::update(seats::table.find(seat)).set(seats::taken.eq(false)).execute(conn)
    })
}

diesel::table! {
    purses (id) {
        id -> BigInt,
        coins -> BigInt,
    }
}

diesel::table! {
    tills (id) {
        id -> BigInt,
        coins -> BigInt,
    }
}

// What rolls back isn't a way around the second.
pub fn bad_pay(conn: &mut PgConnection, purse: i64, till: i64) -> QueryResult<()> {
    conn.transaction(|conn| {
        let paid = diesel::update(purses::table.find(purse)).set(purses::coins.eq(purses::coins - 1)).execute(conn)?;
        if paid != 1 {
            return Err(diesel::result::Error::NotFound);
        }
        diesel::update(tills::table.find(till)).set(tills::coins.eq(tills::coins + 1)).execute(conn)?; //~ inconsistent_lock_order
        Ok(())
    })
}

pub fn refund(conn: &mut PgConnection, purse: i64, till: i64) -> QueryResult<()> {
    conn.transaction(|conn| {
        diesel::update(tills::table.find(till)).set(tills::coins.eq(tills::coins - 1)).execute(conn)?;
        diesel::update(purses::table.find(purse)).set(purses::coins.eq(purses::coins + 1)).execute(conn)?;
        Ok(())
    })
}
