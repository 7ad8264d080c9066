//@ crate: sqlx-postgres
//! Statements that a callee runs side by side.
use clap::ArgMatches;
use futures::future::try_join_all;
use sqlx::PgPool;

const ADD: &str = "INSERT INTO fields (name) VALUES ($1)";

async fn add_all(pool: &PgPool, names: &[String]) -> sqlx::Result<usize> {
    let added = try_join_all(names.iter().map(|name| sqlx::query(ADD).bind(name).execute(pool)));
    Ok(added.await?.len())
}

// Nothing is known of what is gone through: that it is joined says that it is a list.
async fn add_given(pool: &PgPool, given: &ArgMatches) -> sqlx::Result<usize> {
    let added = try_join_all(given.ids().map(|id| sqlx::query(ADD).bind(id.as_str()).execute(pool)));
    Ok(added.await?.len())
}

pub async fn bad_joined_in_callee(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    if let Err(error) = add_all(pool, names).await { //~ query_escapes_transaction
        tx.rollback().await?;
        return Err(error);
    }
    tx.commit().await
}

pub async fn bad_joined_over_unknown(pool: &PgPool, given: &ArgMatches) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    add_given(pool, given).await?; //~ query_escapes_transaction
    tx.commit().await
}

pub async fn good_joined_before(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    add_all(pool, names).await?;
    let tx = pool.begin().await?;
    tx.commit().await
}
