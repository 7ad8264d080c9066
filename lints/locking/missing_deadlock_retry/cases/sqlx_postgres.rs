//@ crate: sqlx-postgres
//! Which locks may meet, and who runs the transaction again.
use sqlx::{PgConnection, PgPool};

async fn bad_two_tables(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ missing_deadlock_retry
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = $1").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = $1").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

async fn count_order(conn: &mut PgConnection, customer: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = $1").bind(customer).execute(conn).await?;
    Ok(())
}

async fn bad_in_a_function(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?; //~ missing_deadlock_retry
    sqlx::query("DELETE FROM stock WHERE item = $1").bind(item).execute(&mut *tx).await?;
    count_order(&mut tx, customer).await?;
    tx.commit().await
}

// Nobody else has the order's line who hasn't the order.
async fn good_parent_first(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(&mut *tx).await?;
    sqlx::query("UPDATE lines SET state = 'paid' WHERE order_id = $1").bind(order).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_inserts(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO orders (customer) VALUES ($1)").bind(customer).execute(&mut *tx).await?;
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = $1").bind(item).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_table_lock_first(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(7)").execute(&mut *tx).await?;
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = $1").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = $1").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

async fn good_run_again(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = $1").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = $1").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

// Nobody here calls it: nobody here knows.
pub async fn good_for_others(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE stock SET level = level - 1 WHERE item = $1").bind(item).execute(&mut *tx).await?;
    sqlx::query("UPDATE customers SET orders = orders + 1 WHERE id = $1").bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn serve(pool: &PgPool, item: i64, customer: i64) -> sqlx::Result<()> {
    bad_two_tables(pool, item, customer).await?;
    bad_in_a_function(pool, item, customer).await?;
    good_parent_first(pool, item).await?;
    good_inserts(pool, item, customer).await?;
    good_table_lock_first(pool, item, customer).await?;
    for _ in 0..5 {
        if good_run_again(pool, item, customer).await.is_ok() {
            break;
        }
    }
    Ok(())
}
