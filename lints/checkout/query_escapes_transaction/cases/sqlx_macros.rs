//@ crate: sqlx-postgres
//! sqlx's checked macros, and a macro of the workspace around them.
use sqlx::PgPool;

struct Order {
    id: i64,
}

// `query!`
pub async fn bad_query(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!("INSERT INTO orders (customer) VALUES ($1)", customer).execute(&mut *tx).await?;
    sqlx::query!("INSERT INTO events (customer) VALUES ($1)", customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// `query_as!` and `query_scalar!`
pub async fn bad_query_as(pool: &PgPool, customer: i64) -> sqlx::Result<Option<i64>> {
    let mut tx = pool.begin().await?;
    sqlx::query!("INSERT INTO orders (customer) VALUES ($1)", customer).execute(&mut *tx).await?;
    let orders = sqlx::query_as!(Order, "SELECT id FROM orders WHERE customer = $1", customer)
        .fetch_all(pool) //~ query_escapes_transaction
        .await?;
    let last = sqlx::query_scalar!("SELECT max(id) FROM orders WHERE customer = $1", customer)
        .fetch_one(pool) //~ query_escapes_transaction
        .await?;
    tx.commit().await?;
    Ok(last.or(orders.last().map(|order| order.id)))
}

macro_rules! record {
    ($executor:expr, $customer:expr) => {
        sqlx::query!("INSERT INTO events (customer) VALUES ($1)", $customer).execute($executor).await?
    };
}

// The statement is in a macro of the workspace.
pub async fn bad_own_macro(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!("INSERT INTO orders (customer) VALUES ($1)", customer).execute(&mut *tx).await?;
    record!(pool, customer); //~ query_escapes_transaction
    tx.commit().await
}

macro_rules! exec {
    ($tx:expr, $sql:literal $(, $value:expr)* $(,)?) => {
        sqlx::query($sql)$(.bind($value))*.execute($tx).await?
    };
}

macro_rules! begin {
    ($tx:ident, $pool:expr) => {
        let pool = $pool;
        let mut $tx = pool.begin().await?;
    };
}

// It binds the transaction by a name of the caller's, and a pool by one that the caller doesn't see.
pub async fn bad_begun_by_macro(primary: &PgPool, customer: i64) -> sqlx::Result<()> {
    let pool = primary;
    begin!(tx, primary);
    exec!(&mut *tx, "INSERT INTO orders (customer) VALUES ($1)", customer);
    exec!(pool, "INSERT INTO events (customer) VALUES ($1)", customer); //~ query_escapes_transaction
    tx.commit().await
}

// All of it by macros, on the transaction.
pub async fn good_by_macros(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    begin!(tx, pool);
    exec!(&mut *tx, "INSERT INTO orders (customer) VALUES ($1)", customer,);
    exec!(&mut *tx, "INSERT INTO events (customer) VALUES ($1)", customer);
    tx.commit().await?;
    exec!(pool, "INSERT INTO visits (customer) VALUES ($1)", customer);
    Ok(())
}

// All on the transaction.
pub async fn good_query(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!("INSERT INTO orders (customer) VALUES ($1)", customer).execute(&mut *tx).await?;
    sqlx::query_as!(Order, "SELECT id FROM orders WHERE customer = $1", customer).fetch_all(&mut *tx).await?;
    record!(&mut *tx, customer);
    tx.commit().await
}
