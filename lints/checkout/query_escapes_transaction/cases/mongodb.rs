//@ crate: mongodb
//! MongoDB: an operation belongs to a transaction only if it is given its session.
use mongodb::bson::{Document, doc};
use mongodb::error::Result;
use mongodb::{Client, ClientSession, Collection};

pub async fn bad_outside(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    orders.insert_one(doc! { "id": 1 }).session(&mut session).await?;
    orders.update_one(doc! { "id": 1 }, doc! { "$set": { "paid": true } }).upsert(true).await?; //~ query_escapes_transaction
    session.commit_transaction().await
}

pub async fn good_inside(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    orders.insert_one(doc! { "id": 1 }).session(&mut session).await?;
    orders.update_one(doc! { "id": 1 }, doc! { "$set": { "paid": true } }).upsert(true).session(&mut session).await?;
    session.commit_transaction().await?;
    orders.delete_one(doc! { "id": 2 }).await?;
    Ok(())
}

async fn add(orders: &Collection<Document>, session: &mut ClientSession) -> Result<()> {
    orders.insert_one(doc! { "id": 1 }).session(session).await?;
    Ok(())
}

async fn add_outside(orders: &Collection<Document>) -> Result<()> {
    orders.insert_one(doc! { "id": 1 }).await?;
    Ok(())
}

pub async fn bad_callee(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session.start_transaction().await?;
    add(&orders, &mut session).await?;
    add_outside(&orders).await?; //~ query_escapes_transaction
    session.commit_transaction().await
}

pub async fn bad_closure(client: &Client) -> Result<()> {
    let orders = client.database("shop").collection::<Document>("orders");
    let mut session = client.start_session().await?;
    session
        .start_transaction()
        .and_run2(async |session| {
            orders.insert_one(doc! { "id": 1 }).session(&mut *session).await?;
            orders.insert_one(doc! { "id": 2 }).await?; //~ query_escapes_transaction
            Ok(())
        })
        .await
}
