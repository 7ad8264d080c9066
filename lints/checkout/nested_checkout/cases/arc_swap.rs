//@ crate: sqlx-containers
//! A pool that can be exchanged while the program runs.
use arc_swap::ArcSwap;
use sqlx::PgPool;

pub struct Store {
    pool: ArcSwap<PgPool>,
}

impl Store {
    // The second connection comes from the pool that the transaction holds one of.
    pub async fn bad_second(&self) -> sqlx::Result<i64> {
        let pool = self.pool.load_full();
        let mut tx = pool.begin().await?;
        sqlx::query("UPDATE tariffs SET used = true").execute(&mut *tx).await?;
        let rate = sqlx::query_scalar("SELECT rate FROM rates").fetch_one(&*pool).await?; //~ nested_checkout
        tx.commit().await?;
        Ok(rate)
    }

    // The read is the transaction's.
    pub async fn good_inside(&self) -> sqlx::Result<i64> {
        let mut tx = self.pool.load().begin().await?;
        let rate = sqlx::query_scalar("SELECT rate FROM rates").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(rate)
    }
}
