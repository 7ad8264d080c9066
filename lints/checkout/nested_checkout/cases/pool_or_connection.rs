//@ crate: diesel-async
//! An enum over pool and connection: from a connection nothing new is taken.
use std::ops::{Deref, DerefMut};

use diesel::prelude::*;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

diesel::table! {
    languages (id) {
        id -> BigInt,
        site -> BigInt,
    }
}

pub enum Source<'a> {
    Pool(&'a Pool<AsyncPgConnection>),
    Connection(&'a mut AsyncPgConnection),
}

pub enum Lent<'a> {
    Pool(Box<PooledConnection<'static, AsyncPgConnection>>),
    Connection(&'a mut AsyncPgConnection),
}

pub async fn lend<'a, 'b: 'a>(source: &'a mut Source<'b>) -> anyhow::Result<Lent<'a>> {
    Ok(match source {
        Source::Pool(pool) => Lent::Pool(Box::new(pool.get_owned().await?)),
        Source::Connection(conn) => Lent::Connection(conn),
    })
}

impl Deref for Lent<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &Self::Target {
        match self {
            Lent::Pool(conn) => conn,
            Lent::Connection(conn) => conn,
        }
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Lent::Pool(conn) => conn,
            Lent::Connection(conn) => conn,
        }
    }
}

impl<'a> From<&'a mut AsyncPgConnection> for Source<'a> {
    fn from(conn: &'a mut AsyncPgConnection) -> Self {
        Source::Connection(conn)
    }
}

impl<'a, 'b: 'a> From<&'a mut Lent<'b>> for Source<'a> {
    fn from(lent: &'a mut Lent<'b>) -> Self {
        Source::Connection(lent.deref_mut())
    }
}

pub struct Context {
    pool: Pool<AsyncPgConnection>,
}

impl Context {
    fn source(&self) -> Source<'_> {
        Source::Pool(&self.pool)
    }
}

async fn count(source: &mut Source<'_>) -> anyhow::Result<i64> {
    let conn = &mut lend(source).await?;
    Ok(languages::table.count().get_result(conn).await?)
}

// The connection that was lent is lent on.
pub async fn good_lent_on(source: &mut Source<'_>, site: i64) -> anyhow::Result<i64> {
    let conn = &mut lend(source).await?;
    let before = count(&mut conn.into()).await?;
    diesel::insert_into(languages::table).values(languages::site.eq(site)).execute(conn).await?;
    Ok(before)
}

// Its callers give connections.
async fn good_asked_with_connections(source: &mut Source<'_>, site: i64) -> anyhow::Result<i64> {
    let conn = &mut lend(source).await?;
    diesel::insert_into(languages::table).values(languages::site.eq(site)).execute(conn).await?;
    count(source).await
}

// One of its callers gives a pool.
async fn bad_asked_with_pools(source: &mut Source<'_>, site: i64) -> anyhow::Result<i64> {
    let conn = &mut lend(source).await?;
    diesel::insert_into(languages::table).values(languages::site.eq(site)).execute(conn).await?;
    count(source).await //~ nested_checkout
}

// Through a function that hands its own on.
async fn bad_handed_on(source: &mut Source<'_>, site: i64) -> anyhow::Result<i64> {
    bad_asked_with_pools(source, site).await
}

pub async fn good_callers(context: &Context) -> anyhow::Result<i64> {
    let mut source = context.source();
    let conn = &mut lend(&mut source).await?;
    good_asked_with_connections(&mut conn.into(), 1).await?;
    bad_asked_with_pools(&mut conn.into(), 1).await
}

pub async fn good_other_caller(context: &Context) -> anyhow::Result<i64> {
    bad_handed_on(&mut context.source(), 2).await
}

// The pool is asked again while one of it is lent.
pub async fn bad_pool_again(context: &Context, site: i64) -> anyhow::Result<i64> {
    let mut source = context.source();
    let conn = &mut lend(&mut source).await?;
    let before = count(&mut context.source()).await?; //~ nested_checkout
    diesel::insert_into(languages::table).values(languages::site.eq(site)).execute(conn).await?;
    Ok(before)
}
