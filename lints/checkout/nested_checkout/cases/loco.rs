//@ crate: loco apart: a web framework with all that it brings, for minutes
//! loco: the pool is a field of the context that every request is given.
use loco_rs::prelude::*;
use sea_orm::{ConnectionTrait, TransactionTrait};

pub async fn bad_pool_beside_transaction(State(ctx): State<AppContext>) -> Result<()> {
    let tx = ctx.db.begin().await?;
    tx.execute_unprepared("INSERT INTO orders (id) VALUES (1)").await?;
    count(&ctx).await?; //~ nested_checkout
    tx.commit().await?;
    Ok(())
}

async fn count(ctx: &AppContext) -> Result<()> {
    ctx.db.execute_unprepared("SELECT count(*) FROM users").await?;
    Ok(())
}

pub async fn good_one_after_the_other(State(ctx): State<AppContext>) -> Result<()> {
    count(&ctx).await?;
    let tx = ctx.db.begin().await?;
    tx.execute_unprepared("INSERT INTO orders (id) VALUES (1)").await?;
    tx.commit().await?;
    Ok(())
}
