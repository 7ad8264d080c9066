//@ crate: rocket-db-pools
//! rocket_db_pools: the pool is a request's guard, and so is a connection of it.
use rocket_db_pools::sqlx::{self, Acquire, PgPool};
use rocket_db_pools::{Connection, Database};

const PAY: &str = "UPDATE accounts SET balance = 0 WHERE id = 1";
const NOTE: &str = "INSERT INTO notes (id) VALUES (1)";

#[derive(Database)]
#[database("shop")]
pub struct Shop(PgPool);

#[rocket::post("/begin")]
pub async fn bad_begin_on_pool(shop: &Shop) -> Option<()> {
    let mut tx = shop.begin().await.ok()?;
    sqlx::query(PAY).execute(&mut *tx).await.ok()?;
    sqlx::query(NOTE).execute(&**shop).await.ok()?; //~ query_escapes_transaction
    tx.commit().await.ok()
}

#[rocket::post("/both")]
pub async fn good_in_transaction(mut db: Connection<Shop>) -> Option<()> {
    let mut tx = db.begin().await.ok()?;
    sqlx::query(PAY).execute(&mut *tx).await.ok()?;
    sqlx::query(NOTE).execute(&mut *tx).await.ok()?;
    tx.commit().await.ok()
}

// On the same connection.
#[rocket::post("/text")]
pub async fn good_on_guard(mut db: Connection<Shop>) -> Option<()> {
    sqlx::query("BEGIN").execute(&mut **db).await.ok()?;
    sqlx::query(PAY).execute(&mut **db).await.ok()?;
    sqlx::query("COMMIT").execute(&mut **db).await.ok()?;
    Some(())
}
