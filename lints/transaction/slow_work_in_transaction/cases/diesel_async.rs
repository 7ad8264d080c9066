//@ crate: diesel-async
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::table! {
    jobs (id) {
        id -> Integer,
        done -> Bool,
    }
}

// What a runner returns is what its closure made; the transaction is over.
async fn good_open_jobs(conn: &mut AsyncPgConnection) -> QueryResult<Vec<i32>> {
    let found = conn
        .build_transaction()
        .read_only()
        .run(async |conn| jobs::table.select(jobs::id).load(conn).await)
        .await;
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(error),
    }
}

pub async fn good_afterwards(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    for _ in good_open_jobs(conn).await? {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

pub async fn bad_in_runner(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.transaction(async |conn| {
        diesel::delete(jobs::table).execute(conn).await?;
        tokio::time::sleep(Duration::from_millis(5)).await; //~ slow_work_in_transaction
        QueryResult::Ok(())
    })
    .await
}
