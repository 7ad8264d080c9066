//@ crate: diesel-r2d2-async
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};

// Nothing else runs yet.
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pool = Pool::new(ConnectionManager::<PgConnection>::new("postgres://localhost"))?;
    let mut conn = pool.get()?; //~ blocking_checkout_in_async
    diesel::sql_query("SELECT 1").execute(&mut conn)?;
    Ok(())
}
