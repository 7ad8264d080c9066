//@ crate: diesel-r2d2-pg
//! diesel: closures are the transactions; the connection inside is the same one, another checkout is not.
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};

diesel::table! {
    orders (id) {
        id -> BigInt,
        customer -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        customer -> BigInt,
    }
}

type DbPool = Pool<ConnectionManager<PgConnection>>;
type Conn = PooledConnection<ConnectionManager<PgConnection>>;

fn add_event(conn: &mut PgConnection, customer: i64) -> QueryResult<usize> {
    diesel::insert_into(events::table).values(events::customer.eq(customer)).execute(conn)
}

fn add_event_on_pool(pool: &DbPool, customer: i64) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    add_event(&mut conn, customer)?;
    Ok(())
}

// The helper takes its own connection.
pub fn bad_helper(pool: &DbPool, customer: i64) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| {
        diesel::insert_into(orders::table).values(orders::customer.eq(customer)).execute(conn)?;
        add_event_on_pool(pool, customer) //~ query_escapes_transaction
    })
}

// The closure uses the other connection that it was given.
pub fn limit_other_connection(first: &mut Conn, second: &mut Conn, customer: i64) -> QueryResult<()> {
    first.transaction(|conn| {
        diesel::insert_into(orders::table).values(orders::customer.eq(customer)).execute(conn)?;
        diesel::update(orders::table).set(orders::customer.eq(customer)).execute(second)?;
        Ok(())
    })
}

// The parameter has the outer name.
pub fn good_closure(pool: &DbPool, customer: i64) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| {
        diesel::insert_into(orders::table).values(orders::customer.eq(customer)).execute(conn)?;
        add_event(conn, customer)
    })?;
    add_event(&mut conn, customer)?;
    Ok(())
}

// After the closure has returned, and the checkout was given back.
pub fn good_after(pool: &DbPool, customer: i64) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| diesel::insert_into(orders::table).values(orders::customer.eq(customer)).execute(conn))?;
    drop(conn);
    add_event_on_pool(pool, customer)
}

// A transaction inside the transaction is a savepoint.
pub fn good_nested(conn: &mut PgConnection, customer: i64) -> QueryResult<usize> {
    conn.transaction(|conn| {
        diesel::insert_into(orders::table).values(orders::customer.eq(customer)).execute(conn)?;
        conn.transaction(|conn| add_event(conn, customer))
    })
}
