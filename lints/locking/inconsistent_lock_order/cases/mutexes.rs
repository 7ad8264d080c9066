//@ crate: sqlx-postgres
//! A mutex of the program and rows of the database: no server sees that circle.
use sqlx::PgPool;
use tokio::sync::Mutex;

pub struct Cache {
    pool: PgPool,
    totals: Mutex<Vec<i64>>,
    names: Mutex<Vec<String>>,
}

impl Cache {
    // The mutex, then the row.
    pub async fn bad_write_through(&self, id: i64) -> sqlx::Result<()> {
        let mut totals = self.totals.lock().await;
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
        self.totals.lock().await.clear();
        tx.commit().await
    }

    // The mutex is released before.
    pub async fn good_released(&self, name: &str) -> sqlx::Result<()> {
        self.names.lock().await.push(name.to_owned());
        let mut tx = self.pool.begin().await?;
        sqlx::query("UPDATE labels SET used = true WHERE name = $1").bind(name).execute(&mut *tx).await?;
        tx.commit().await
    }

    // The row, then the mutex that nobody holds over a statement.
    pub async fn good_reversed(&self, name: &str) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("UPDATE labels SET used = false WHERE name = $1").bind(name).execute(&mut *tx).await?;
        self.names.lock().await.clear();
        tx.commit().await
    }
}
