//@ crate: diesel-async
//! A SERIALIZABLE runner, with and without a loop around it.
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

diesel::table! {
    members (id) {
        id -> BigInt,
        name -> Text,
    }
}

async fn bad_runner(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.build_transaction()
        .serializable()
        .run(async |conn| { //~ serializable_without_retry
            diesel::insert_into(members::table).values(members::name.eq("x")).execute(conn).await?;
            Ok(())
        })
        .await
}

async fn good_loop(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    loop {
        let done = conn
            .build_transaction()
            .serializable()
            .run(async |conn| {
                diesel::insert_into(members::table).values(members::name.eq("x")).execute(conn).await?;
                Ok(())
            })
            .await;
        match done {
            Err(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => {}
            done => return done,
        }
    }
}

pub async fn each(conn: &mut AsyncPgConnection, names: &[String]) -> Result<(), Error> {
    for _ in names {
        bad_runner(conn).await?;
    }
    good_loop(conn).await
}
