//@ crate: diesel-async
//! diesel-async: a pool or a connection behind one enum, and builders.
use std::ops::{Deref, DerefMut};

use diesel::prelude::*;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::table! {
    persons (id) {
        id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    logins (id) {
        id -> BigInt,
        person_id -> BigInt,
    }
}

pub enum Handle<'a> {
    Pool(&'a Pool<AsyncPgConnection>),
    Conn(&'a mut AsyncPgConnection),
}

pub enum Held<'a> {
    Own(PooledConnection<'a, AsyncPgConnection>),
    Lent(&'a mut AsyncPgConnection),
}

impl Deref for Held<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &Self::Target {
        match self {
            Held::Own(conn) => conn,
            Held::Lent(conn) => conn,
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Held::Own(conn) => conn,
            Held::Lent(conn) => conn,
        }
    }
}

impl<'a> From<&'a mut AsyncPgConnection> for Handle<'a> {
    fn from(conn: &'a mut AsyncPgConnection) -> Self {
        Handle::Conn(conn)
    }
}

async fn held<'a, 'b: 'a>(handle: &'a mut Handle<'b>) -> anyhow::Result<Held<'a>> {
    Ok(match handle {
        Handle::Pool(pool) => Held::Own(pool.get().await?),
        Handle::Conn(conn) => Held::Lent(conn),
    })
}

pub struct Shop {
    pool: Pool<AsyncPgConnection>,
}

impl Shop {
    pub fn handle(&self) -> Handle<'_> {
        Handle::Pool(&self.pool)
    }

    pub async fn bad_register(&self, name: &str) -> anyhow::Result<()> {
        let person = add_person(&mut self.handle(), name).await?;
        add_login(&mut self.handle(), person).await?; //~ writes_without_transaction
        Ok(())
    }

    pub async fn good_register(&self, name: String) -> anyhow::Result<()> {
        let mut held = self.pool.get().await?;
        let conn: &mut AsyncPgConnection = &mut held;
        conn.transaction::<_, anyhow::Error, _>(async |conn| {
            let person = add_person(&mut conn.into(), &name).await?;
            add_login(&mut conn.into(), person).await
        })
        .await
    }
}

async fn add_person(handle: &mut Handle<'_>, title: &str) -> anyhow::Result<i64> {
    let conn = &mut held(handle).await?;
    let id = diesel::insert_into(persons::table)
        .values(persons::name.eq(title))
        .returning(persons::id)
        .get_result::<i64>(conn)
        .await?;
    Ok(id)
}

async fn add_login(handle: &mut Handle<'_>, person: i64) -> anyhow::Result<()> {
    let conn = &mut held(handle).await?;
    diesel::insert_into(logins::table).values(logins::person_id.eq(person)).execute(conn).await?;
    Ok(())
}
