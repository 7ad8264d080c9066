//@ crate: sqlx-postgres
//! Ways through conditions, guards and assignments: what is open on each.
use sqlx::{PgPool, Postgres, Transaction};

async fn order(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO orders (id) VALUES (1)").execute(&mut **tx).await?;
    Ok(())
}

async fn event(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO events (id) VALUES (1)").execute(pool).await?;
    Ok(())
}

// In `else` the transaction has not begun, or is dropped.
pub async fn good_chain_else(pool: &PgPool) -> sqlx::Result<()> {
    if let Ok(mut tx) = pool.begin().await && let Ok(()) = order(&mut tx).await {
        tx.commit().await
    } else {
        event(pool).await
    }
}

// Both hold.
pub async fn bad_chain_then(pool: &PgPool) -> sqlx::Result<()> {
    if let Ok(mut tx) = pool.begin().await && let Ok(()) = order(&mut tx).await {
        event(pool).await?; //~ query_escapes_transaction
        tx.commit().await?;
    }
    Ok(())
}

// The guard has written, whether it holds or not.
pub async fn bad_guard(pool: &PgPool, n: i32) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match n {
        1 if order(&mut tx).await.is_ok() => {}
        _ => event(pool).await?, //~ query_escapes_transaction
    }
    tx.commit().await
}

// A guard that does not hold leaves the `Ok` to the next arm.
pub async fn bad_guarded_ok(pool: &PgPool, n: i32) -> sqlx::Result<()> {
    match pool.begin().await {
        Ok(tx) if n > 1 => tx.commit().await,
        mut other => { event(pool).await?; other?.commit().await } //~ query_escapes_transaction
    }
}

// The new transaction is open, the old one is not.
pub async fn bad_assigned(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    order(&mut tx).await?;
    tx.commit().await?;
    tx = pool.begin().await?;
    order(&mut tx).await?;
    event(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// The condition drops what it began.
pub async fn good_condition(pool: &PgPool) -> sqlx::Result<()> {
    if pool.begin().await.is_err() {
        event(pool).await?;
    } else {
        event(pool).await?;
    }
    Ok(())
}

// Failed or closed: rolled back before the event.
pub async fn good_not(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if !order(&mut tx).await.is_ok() || pool.is_closed() {
        tx.rollback().await?;
        return event(pool).await;
    }
    tx.commit().await?;
    event(pool).await
}

// Inside the loop it is open, behind it not.
pub async fn bad_while(pool: &PgPool) -> sqlx::Result<()> {
    while let Ok(mut tx) = pool.begin().await && order(&mut tx).await.is_ok() {
        event(pool).await?; //~ query_escapes_transaction
        tx.commit().await?;
    }
    event(pool).await
}
