//@ crate: diesel-async
//! diesel-async: a closure that swallows an error, and what runs once its transaction is over.
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::table! {
    releases (id) {
        id -> BigInt,
        package -> Text,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        package -> Text,
    }
}

pub struct Job {
    package: String,
}

impl Job {
    async fn enqueue(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        let values = jobs::package.eq(&self.package);
        diesel::insert_into(jobs::table).values(values).execute(conn).await
    }
}

// What the closure gives back isn't made of the error that it has met.
pub async fn good_after_closure(conn: &mut AsyncPgConnection, package: String) -> QueryResult<()> {
    let package = conn
        .transaction(async |conn| {
            let mine = releases::table.filter(releases::package.eq(&package));
            let deleted = diesel::delete(mine).execute(conn).await;
            if let Err(error) = deleted {
                eprintln!("{error}");
            }
            QueryResult::Ok(package)
        })
        .await?;
    let job = Job { package };
    if let Err(error) = job.enqueue(conn).await {
        eprintln!("{error}");
    }
    if let Err(error) = job.enqueue(conn).await {
        eprintln!("{error}");
    }
    Ok(())
}
