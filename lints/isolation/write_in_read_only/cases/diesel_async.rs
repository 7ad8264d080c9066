//@ crate: diesel-async
//! A read only runner.
use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

diesel::table! {
    members (id) {
        id -> BigInt,
        name -> Text,
    }
}

pub async fn bad_runner(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.build_transaction()
        .read_only()
        .run(async |conn| {
            diesel::insert_into(members::table).values(members::name.eq("x")).execute(conn).await?; //~ write_in_read_only
            Ok(())
        })
        .await
}

pub async fn good_runner(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.build_transaction()
        .read_write()
        .run(async |conn| {
            diesel::insert_into(members::table).values(members::name.eq("x")).execute(conn).await?;
            Ok(())
        })
        .await
}
