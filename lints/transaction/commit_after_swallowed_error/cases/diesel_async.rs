//@ crate: diesel-async
//! Closures that return Ok after a failed statement.
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::table! {
    members (id) {
        id -> BigInt,
        name -> Text,
    }
}

pub async fn bad_violation(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.transaction(async |conn| {
        diesel::delete(members::table).execute(conn).await?;
        let added = diesel::insert_into(members::table)
            .values(members::name.eq("x"))
            .execute(conn) //~ commit_after_swallowed_error
            .await;
        match added {
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Ok(()),
        }
    })
    .await
}

pub async fn good_passed_on(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.transaction(async |conn| {
        diesel::delete(members::table).execute(conn).await?;
        if let Err(error) = diesel::insert_into(members::table).values(members::name.eq("x")).execute(conn).await {
            eprintln!("{error}");
            return Err(error);
        }
        Ok(())
    })
    .await
}

pub async fn good_not_found(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    conn.transaction(async |conn| {
        let gone = diesel::delete(members::table).returning(members::id).get_result::<i64>(conn).await;
        match gone {
            Err(Error::NotFound) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Ok(()),
        }
    })
    .await
}
