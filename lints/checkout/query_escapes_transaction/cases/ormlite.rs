//@ crate: ormlite
//! ormlite: models that are given sqlx's pool or transaction.
use ormlite::Model;
use sqlx::PgPool;

#[derive(Model)]
pub struct Order {
    pub id: i32,
    pub total: i64,
}

pub async fn bad_inserted_on_pool(pool: &PgPool, order: Order) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE carts SET open = false WHERE id = 1").execute(&mut *tx).await?;
    order.insert(pool).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_selected_on_pool(pool: &PgPool, order: Order) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    order.insert(&mut *tx).await?;
    Order::select().fetch_all(pool).await?; //~ nested_checkout
    tx.commit().await?;
    Ok(())
}

pub async fn good_inserted_in_transaction(pool: &PgPool, order: Order) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    order.insert(&mut *tx).await?;
    tx.commit().await?;
    Order::select().fetch_all(pool).await?;
    Ok(())
}
