//@ crate: diesel-r2d2-pg
//! diesel: values of `set`, and an object that is saved.
use diesel::pg::PgConnection;
use diesel::prelude::*;

diesel::table! {
    stock (id) {
        id -> BigInt,
        name -> Text,
        amount -> BigInt,
    }
}

#[derive(Queryable, Identifiable, AsChangeset, Selectable)]
#[diesel(table_name = stock)]
pub struct Stock {
    pub id: i64,
    pub name: String,
    pub amount: i64,
}

pub fn bad_set(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    conn.transaction(|conn| {
        let row: Stock = stock::table.find(item).first(conn)?;
        diesel::update(stock::table.find(item))
            .set(stock::amount.eq(row.amount - 1))
            .execute(conn)?; //~ lost_update
        Ok(())
    })
}

pub fn bad_filter(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    let amount = stock::table.filter(stock::id.eq(item)).select(stock::amount).first::<i64>(conn)?;
    let left = amount - 1;
    diesel::update(stock::table.filter(stock::id.eq(item)))
        .set((stock::amount.eq(left), stock::name.eq("sold")))
        .execute(conn)?; //~ lost_update?
    Ok(())
}

pub fn bad_saved(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    let mut row: Stock = stock::table.find(item).first(conn)?;
    row.amount -= 1;
    let _: Stock = row.save_changes(conn)?; //~ lost_update?
    Ok(())
}

pub fn good_locked(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    conn.transaction(|conn| {
        let row: Stock = stock::table.find(item).for_update().first(conn)?;
        diesel::update(stock::table.find(item)).set(stock::amount.eq(row.amount - 1)).execute(conn)?;
        Ok(())
    })
}

pub fn good_relative(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    let row: Stock = stock::table.find(item).first(conn)?;
    let sold = row.amount / 2;
    diesel::update(stock::table.find(item)).set(stock::amount.eq(stock::amount - sold)).execute(conn)?;
    Ok(())
}

pub fn good_guarded(conn: &mut PgConnection, item: i64) -> QueryResult<bool> {
    let row: Stock = stock::table.find(item).first(conn)?;
    let done = diesel::update(stock::table.filter(stock::id.eq(item)).filter(stock::amount.eq(row.amount)))
        .set(stock::amount.eq(row.amount - 1))
        .execute(conn)?;
    Ok(done == 1)
}

pub fn good_serializable(conn: &mut PgConnection, item: i64) -> QueryResult<()> {
    conn.build_transaction().serializable().run(|conn| {
        let row: Stock = stock::table.find(item).first(conn)?;
        diesel::update(stock::table.find(item)).set(stock::amount.eq(row.amount - 1)).execute(conn)?;
        Ok(())
    })
}
