//@ crate: tokio-postgres
//! A prepared statement is judged where it runs.
use std::collections::HashMap;

use tokio_postgres::{Client, Error, Statement};

const SET: &str = "UPDATE pages SET views = v.n FROM UNNEST($1::bigint[], $2::bigint[]) AS v(id, n) WHERE pages.id = v.id";

pub struct Pages {
    client: Client,
    set: Statement,
}

impl Pages {
    pub async fn good_prepared(client: Client) -> Result<Self, Error> {
        let set = client.prepare(SET).await?;
        Ok(Self { client, set })
    }

    pub async fn good_run(&self, views: HashMap<i64, i64>) -> Result<(), Error> {
        let mut views: Vec<_> = views.into_iter().collect();
        views.sort_unstable();
        let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
        self.client.execute(&self.set, &[&ids, &counts]).await?;
        Ok(())
    }
}

pub async fn bad_hash(client: &Client, views: HashMap<i64, i64>) -> Result<(), Error> {
    let set = client.prepare(SET).await?;
    let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
    client.execute(&set, &[&ids, &counts]).await?; //~ unordered_row_locks?
    Ok(())
}

pub async fn good_sorted(client: &Client, views: HashMap<i64, i64>) -> Result<(), Error> {
    let set = client.prepare(SET).await?;
    let mut views: Vec<_> = views.into_iter().collect();
    views.sort_unstable();
    let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
    client.execute(&set, &[&ids, &counts]).await?;
    Ok(())
}

// Prepared and never run.
pub async fn good_never_run(client: &Client) -> Result<Statement, Error> {
    client.prepare("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE").await
}
