//@ crate: sqlx-postgres
//! Rows of tables, by different statements, here and in callees.
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};

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

// The lock is added on every way …
async fn horse(conn: &mut PgConnection, horse_id: i64) -> sqlx::Result<i64> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT age FROM horses WHERE id = $1");
    query.push(" FOR UPDATE");
    query.build_query_scalar().bind(horse_id).fetch_one(conn).await
}

pub async fn bad_pushed(pool: &PgPool, stable: i64, horse_id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE stables SET full = true WHERE id = $1").bind(stable).execute(&mut *tx).await?;
    horse(&mut tx, horse_id).await?; //~ inconsistent_lock_order?
    tx.commit().await
}

pub async fn horse_leaves(pool: &PgPool, stable: i64, horse_id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("DELETE FROM horses WHERE id = $1").bind(horse_id).execute(&mut *tx).await?;
    sqlx::query("UPDATE stables SET full = false WHERE id = $1").bind(stable).execute(&mut *tx).await?;
    tx.commit().await
}

// … and on some ways only.
async fn hound(conn: &mut PgConnection, hound_id: i64, lock: bool) -> sqlx::Result<i64> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT age FROM hounds WHERE id = $1");
    if lock {
        query.push(" FOR UPDATE");
    }
    query.build_query_scalar().bind(hound_id).fetch_one(conn).await
}

pub async fn good_pushed_if(pool: &PgPool, kennel: i64, hound_id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE kennels SET full = true WHERE id = $1").bind(kennel).execute(&mut *tx).await?;
    hound(&mut tx, hound_id, false).await?;
    tx.commit().await
}

pub async fn hound_leaves(pool: &PgPool, kennel: i64, hound_id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("DELETE FROM hounds WHERE id = $1").bind(hound_id).execute(&mut *tx).await?;
    sqlx::query("UPDATE kennels SET full = false WHERE id = $1").bind(kennel).execute(&mut *tx).await?;
    tx.commit().await
}
