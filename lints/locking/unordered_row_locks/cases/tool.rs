//@ crate: sqlx-postgres
//! A program that does its work once: whether another one meets it is a matter of how it is run.
use std::collections::HashMap;

use sqlx::PgPool;

async fn bad_settle(pool: &PgPool, sums: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (account, sum) in sums {
        sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2")
            .bind(sum)
            .bind(account)
            .execute(&mut *tx) //~ unordered_row_locks?
            .await?;
    }
    tx.commit().await
}

async fn good_settle_for_ever(pool: &PgPool, sums: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (account, sum) in sums {
        sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2")
            .bind(sum)
            .bind(account)
            .execute(&mut *tx) //~ unordered_row_locks?
            .await?;
    }
    tx.commit().await
}

fn sums() -> HashMap<i64, i64> {
    HashMap::from([(1, 2), (2, 1)])
}

fn main() -> sqlx::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(work())
}

async fn work() -> sqlx::Result<()> {
    let pool = PgPool::connect("postgres://localhost/accounts").await?;
    bad_settle(&pool, sums()).await?;
    loop {
        good_settle_for_ever(&pool, sums()).await?;
    }
}
