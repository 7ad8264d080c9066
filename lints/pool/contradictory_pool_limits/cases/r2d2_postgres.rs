//@ crate: r2d2-postgres
//! r2d2 panics when it is told so.
use postgres::NoTls;
use r2d2_postgres::PostgresConnectionManager;

type DbPool = r2d2::Pool<PostgresConnectionManager<NoTls>>;

pub fn bad_minimum(manager: PostgresConnectionManager<NoTls>) -> anyhow::Result<DbPool> {
    let builder = r2d2::Pool::builder().max_size(4).min_idle(Some(8)); //~ contradictory_pool_limits
    Ok(builder.build(manager)?)
}

pub fn good_minimum(manager: PostgresConnectionManager<NoTls>) -> anyhow::Result<DbPool> {
    Ok(r2d2::Pool::builder().max_size(8).min_idle(Some(4)).build(manager)?)
}
