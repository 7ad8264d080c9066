//@ crate: sqlx-postgres
//! Rows of tables, by different statements, here and in callees.
use sqlx::{PgConnection, PgPool};

// FOR UPDATE on one way, UPDATE on the other; the callee takes the second lock.
pub async fn bad_invoice(pool: &PgPool, invoice: i64, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT total FROM invoices WHERE id = $1 FOR UPDATE").bind(invoice).fetch_one(&mut *tx).await?;
    touch_customer(&mut tx, customer).await?; //~ inconsistent_lock_order?
    tx.commit().await
}

async fn touch_customer(conn: &mut PgConnection, customer: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE customers SET seen = now() WHERE id = $1").bind(customer).execute(conn).await?;
    Ok(())
}

mod closing {
    use sqlx::PgPool;

    // The other way round, in another module; a deletion locks as well.
    pub async fn close(pool: &PgPool, invoice: i64, customer: i64) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        super::touch_customer(&mut tx, customer).await?;
        sqlx::query("DELETE FROM invoices WHERE id = $1").bind(invoice).execute(&mut *tx).await?;
        tx.commit().await
    }
}

pub use closing::close;

// The same order in both, one of them by way of a branch.
pub async fn good_first(pool: &PgPool, room: i64, guest: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE rooms SET taken = true WHERE id = $1").bind(room).execute(&mut *tx).await?;
    sqlx::query("UPDATE guests SET room = $1 WHERE id = $2").bind(room).bind(guest).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_second(pool: &PgPool, room: i64, guest: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if room > 0 {
        sqlx::query("UPDATE rooms SET taken = false WHERE id = $1").bind(room).execute(&mut *tx).await?;
    }
    sqlx::query("DELETE FROM guests WHERE id = $1").bind(guest).execute(&mut *tx).await?;
    tx.commit().await
}

// Two transactions: the first lock is gone before the second is taken.
pub async fn good_two_transactions(pool: &PgPool, room: i64, guest: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE guests SET room = NULL WHERE id = $1").bind(guest).execute(&mut *tx).await?;
    tx.commit().await?;
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE rooms SET taken = false WHERE id = $1").bind(room).execute(&mut *tx).await?;
    tx.commit().await
}

// Either the one or the other: never both.
pub async fn good_exclusive_arms(pool: &PgPool, room: i64, guest: Option<i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match guest {
        Some(guest) => sqlx::query("UPDATE guests SET room = NULL WHERE id = $1").bind(guest).execute(&mut *tx).await?,
        None => sqlx::query("UPDATE rooms SET taken = false WHERE id = $1").bind(room).execute(&mut *tx).await?,
    };
    tx.commit().await
}

// Inserts and reads lock nothing that others wait for.
pub async fn good_insert_and_read(pool: &PgPool, guest: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO guests (id) VALUES ($1)").bind(guest).execute(&mut *tx).await?;
    sqlx::query("SELECT id FROM rooms WHERE NOT taken").fetch_all(&mut *tx).await?;
    tx.commit().await
}
