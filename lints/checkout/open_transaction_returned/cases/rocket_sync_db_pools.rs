//@ crate: rocket-sync-db-pools
//! rocket_sync_db_pools: a guard's connection goes back to its pool.
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use rocket_sync_db_pools::database;

const PAY: &str = "UPDATE accounts SET balance = 0 WHERE id = 1";

#[database("shop")]
pub struct Shop(PgConnection);

pub async fn bad_question_leaves_it_open(shop: Shop) -> diesel::QueryResult<()> {
    shop.run(|conn| {
        sql_query("BEGIN").execute(conn)?; //~ open_transaction_returned
        sql_query(PAY).execute(conn)?;
        sql_query("COMMIT").execute(conn)?;
        Ok(())
    })
    .await
}

pub async fn good_closure(shop: Shop) -> diesel::QueryResult<()> {
    shop.run(|conn| {
        conn.transaction(|conn| {
            sql_query(PAY).execute(conn)?;
            Ok(())
        })
    })
    .await
}
