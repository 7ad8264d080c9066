//@ crate: sqlx-postgres
use std::collections::HashMap;

use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::{Mutex, RwLock};

pub struct Store {
    pool: PgPool,
    names: Mutex<HashMap<i64, String>>,
    shared: RwLock<HashMap<i64, String>>,
    turns: Mutex<()>,
}

async fn touch(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE people SET seen = now() WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}

impl Store {
    // The statement is in another function.
    pub async fn bad_callee(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        touch(&mut tx, id).await?;
        let mut names = self.names.lock().await; //~ mutex_across_transaction
        touch(&mut tx, id + 1).await?;
        names.remove(&id);
        tx.commit().await
    }

    // Reading waits for nobody's rows.
    pub async fn good_reads(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        touch(&mut tx, id).await?;
        let mut names = self.names.lock().await;
        let name: String = sqlx::query_scalar("SELECT name FROM people WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
        names.insert(id, name);
        tx.commit().await
    }

    // The transaction is the caller's.
    pub async fn bad_given(&self, tx: &mut Transaction<'_, Postgres>, id: i64) -> sqlx::Result<()> {
        let mut names = self.names.lock().await; //~ mutex_across_transaction
        touch(tx, id).await?;
        names.remove(&id);
        Ok(())
    }

    // A connection that some caller has a transaction open on.
    async fn bad_connection_in_transaction(&self, conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
        let mut names = self.names.lock().await; //~ mutex_across_transaction
        touch(conn, id).await?;
        names.remove(&id);
        Ok(())
    }

    pub async fn good_caller(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        self.bad_connection_in_transaction(&mut tx, id).await?;
        tx.commit().await
    }

    async fn good_connection_alone(&self, conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
        let mut names = self.names.lock().await;
        touch(conn, id).await?;
        names.remove(&id);
        Ok(())
    }

    pub async fn good_caller_without(&self, id: i64) -> sqlx::Result<()> {
        let mut conn = self.pool.acquire().await?;
        self.good_connection_alone(&mut conn, id).await
    }

    // A writing guard keeps out, a reading one lets others read.
    pub async fn bad_write_guard(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        let mut shared = self.shared.write().await; //~ mutex_across_transaction
        touch(&mut tx, id).await?;
        shared.remove(&id);
        tx.commit().await
    }

    pub async fn good_read_guard(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        let shared = self.shared.read().await;
        if shared.contains_key(&id) {
            touch(&mut tx, id).await?;
        }
        tx.commit().await
    }

    // Released before the next statement.
    pub async fn good_released(&self, id: i64) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        touch(&mut tx, id).await?;
        self.names.lock().await.remove(&id);
        {
            let mut names = self.names.lock().await;
            names.clear();
        }
        let names = self.names.lock().await;
        drop(names);
        touch(&mut tx, id).await?;
        tx.commit().await
    }

    // One at a time, on purpose.
    pub async fn good_turns(&self, id: i64) -> sqlx::Result<()> {
        let _turn = self.turns.lock().await;
        let mut tx = self.pool.begin().await?;
        touch(&mut tx, id).await?;
        tx.commit().await
    }

    // The mutex first: a line, but no circle.
    pub async fn bad_line(&self, id: i64) -> sqlx::Result<()> {
        let mut names = self.names.lock().await;
        let mut tx = self.pool.begin().await?; //~ mutex_across_transaction?
        touch(&mut tx, id).await?;
        tx.commit().await?;
        names.remove(&id);
        Ok(())
    }

    pub async fn good_no_line(&self, id: i64) -> sqlx::Result<()> {
        let name = self.names.lock().await.remove(&id);
        if name.is_some() {
            let mut tx = self.pool.begin().await?;
            touch(&mut tx, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

// The mutex is what guards the connection.
pub async fn good_guards_connection(conn: &Mutex<PgConnection>, id: i64) -> sqlx::Result<()> {
    let mut conn = conn.lock().await;
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    touch(&mut tx, id).await?;
    tx.commit().await
}

pub struct Shop {
    pool: PgPool,
    sold: i64,
}

pub async fn good_guards_pool(shop: &Mutex<Shop>, id: i64) -> sqlx::Result<()> {
    let mut shop = shop.lock().await;
    let mut tx = shop.pool.begin().await?;
    touch(&mut tx, id).await?;
    tx.commit().await?;
    shop.sold += 1;
    Ok(())
}

pub struct Buffer {
    lines: std::sync::Mutex<Vec<String>>,
}

// What is taken out has left the guard behind.
pub async fn good_taken_out(buffer: &Buffer, pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let lines = std::mem::take(&mut *buffer.lines.lock().unwrap());
    for line in lines {
        sqlx::query("INSERT INTO lines (text) VALUES ($1)").bind(line).execute(&mut *tx).await?;
    }
    tx.commit().await
}
