//@ crate: diesel-async
//! The same, async.
use diesel::QueryResult;
use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

pub async fn bad_begin(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    conn.begin_test_transaction().await?; //~ test_transaction_outside_tests
    sql_query("DELETE FROM audit").execute(conn).await
}

pub async fn good_begin_for_tests(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.begin_test_transaction().await
}
