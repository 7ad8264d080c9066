//@ crate: sqlx-postgres
//! A transaction that may be handed in: the pool is for callers that have none.
use sqlx::{PgPool, Postgres, Transaction};

type Given<'a, 'c> = Option<&'a mut Transaction<'c, Postgres>>;

macro_rules! on_either {
    ($pool:expr, $tx:expr, $query:expr, $method:ident) => {
        match $tx {
            Some(tx) => $query.$method(&mut **tx).await,
            None => $query.$method($pool).await,
        }
    };
}

async fn count(pool: &PgPool, tx: Given<'_, '_>) -> sqlx::Result<i64> {
    let query = sqlx::query_scalar("SELECT count(*) FROM stamps");
    on_either!(pool, tx, query, fetch_one)
}

// Lent twice: what is lent stays filled.
async fn count_twice(pool: &PgPool, mut tx: Given<'_, '_>) -> sqlx::Result<i64> {
    let query = sqlx::query_scalar("SELECT count(*) FROM stamps");
    let first: i64 = on_either!(pool, tx.as_deref_mut(), query, fetch_one)?;
    Ok(first + count(pool, tx).await?)
}

// Written out where it is matched.
async fn add(pool: &PgPool, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    let query = sqlx::query("INSERT INTO stamps (id) VALUES (1)");
    on_either!(pool, Some(tx), query, execute)?;
    Ok(())
}

struct Cache<'a, 'c> {
    pool: PgPool,
    tx: Given<'a, 'c>,
}

impl Cache<'_, '_> {
    async fn load(&mut self) -> sqlx::Result<i64> {
        count(&self.pool, self.tx.as_deref_mut()).await
    }
}

pub async fn good_handed_in(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    add(pool, &mut tx).await?;
    count(pool, Some(&mut tx)).await?;
    count_twice(pool, Some(&mut tx)).await?;
    Cache { pool: pool.clone(), tx: Some(&mut tx) }.load().await?;
    tx.commit().await
}

pub async fn bad_kept_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    count(pool, None).await?; //~ nested_checkout
    add(pool, &mut tx).await?;
    tx.commit().await
}
