//@ crate: bb8-postgres
//! bb8.
use bb8_postgres::PostgresConnectionManager;
use tokio_postgres::NoTls;

type DbPool = bb8::Pool<PostgresConnectionManager<NoTls>>;

pub async fn bad_off(manager: PostgresConnectionManager<NoTls>) -> anyhow::Result<DbPool> {
    let builder = bb8::Pool::builder().test_on_check_out(false); //~ health_check_disabled
    Ok(builder.build(manager).await?)
}

pub async fn good_default(manager: PostgresConnectionManager<NoTls>) -> anyhow::Result<DbPool> {
    Ok(bb8::Pool::builder().build(manager).await?)
}
