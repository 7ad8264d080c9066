//@ crate: async-stripe apart: builds for minutes
use sqlx::PgPool;
use stripe::{Client, CreateRefund, Customer, CustomerId, Refund};

// The money is back even if the transaction isn't committed; a second try sends it again.
pub async fn bad_refund(pool: &PgPool, client: &Client, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'refunded' WHERE id = $1")
        .bind(order)
        .execute(&mut *tx)
        .await?;
    Refund::create(client, CreateRefund::new()).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn good_refund_after(pool: &PgPool, client: &Client, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'refunding' WHERE id = $1")
        .bind(order)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Refund::create(client, CreateRefund::new()).await?;
    Ok(())
}

// It only asks: that takes time, and nothing lasts.
pub async fn bad_slow(pool: &PgPool, client: &Client, order: i64, id: &CustomerId) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1")
        .bind(order)
        .execute(&mut *tx)
        .await?;
    let customer = Customer::retrieve(client, id, &[]).await?; //~ slow_work_in_transaction
    sqlx::query("UPDATE orders SET mail = $2 WHERE id = $1")
        .bind(order)
        .bind(customer.email)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
