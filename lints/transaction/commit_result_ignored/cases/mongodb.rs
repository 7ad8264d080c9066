//@ crate: mongodb
//! MongoDB: a commit is an action, which runs when it is awaited, or by `run`.
use mongodb::bson::{Document, doc};
use mongodb::error::Result;
use mongodb::{Client, sync};

pub async fn bad_thrown_away(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    orders.insert_one(doc! { "id": 1 }).session(&mut session).await?;
    let _ = session.commit_transaction().await; //~ commit_result_ignored
    Ok(())
}

pub fn bad_thrown_away_sync(client: &sync::Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().run()?;
    session.start_transaction().run()?;
    orders.delete_one(doc! { "id": 1 }).session(&mut session).run()?;
    session.commit_transaction().run().ok(); //~ commit_result_ignored
    Ok(())
}

pub async fn good_returned(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    orders.insert_one(doc! { "id": 1 }).session(&mut session).await?;
    session.commit_transaction().await
}

pub fn good_returned_sync(client: &sync::Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().run()?;
    session.start_transaction().run()?;
    orders.delete_one(doc! { "id": 1 }).session(&mut session).run()?;
    session.commit_transaction().run()
}

pub async fn good_aborted(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    orders.insert_one(doc! { "id": 1 }).session(&mut session).await?;
    let _ = session.abort_transaction().await;
    Ok(())
}
