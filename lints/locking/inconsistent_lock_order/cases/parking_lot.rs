//@ crate: sqlx-containers
//! parking_lot's mutex, and rows.
use parking_lot::Mutex;
use sqlx::PgPool;

pub struct Cache {
    pool: PgPool,
    totals: Mutex<Vec<i64>>,
    names: Mutex<Vec<String>>,
}

impl Cache {
    // The mutex, then the row.
    pub async fn bad_write_through(&self, id: i64) -> sqlx::Result<()> {
        let mut totals = self.totals.lock();
        let mut tx = self.pool.begin().await?; //~ mutex_across_transaction?
        sqlx::query("UPDATE sums SET n = n + 1 WHERE id = $1").bind(id).execute(&mut *tx).await?; //~ inconsistent_lock_order
        tx.commit().await?;
        totals.push(id);
        Ok(())
    }

    // The row, then the mutex.
    pub async fn bad_write_back(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("UPDATE sums SET n = 0 WHERE id = $1").bind(id).execute(&mut *tx).await?;
        self.totals.lock().clear();
        tx.commit().await
    }

    // Released at the end of its statement.
    pub async fn good_released(&self, name: String) -> sqlx::Result<()> {
        self.names.lock().push(name.clone());
        let mut tx = self.pool.begin().await?;
        sqlx::query("UPDATE labels SET used = true WHERE name = $1").bind(&name).execute(&mut *tx).await?;
        self.names.lock().retain(|known| *known != name);
        tx.commit().await
    }
}
