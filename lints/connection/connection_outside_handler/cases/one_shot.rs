//@ crate: sqlx-mysql
//! A program without handlers: one connection for its whole life is right.
use sqlx::{Connection, MySqlConnection};

struct Import {
    conn: MySqlConnection,
}

impl Import {
    // The connection belongs to the job.
    async fn good_batch(&mut self, ids: &[i64]) -> sqlx::Result<()> {
        let mut tx = self.conn.begin().await?;
        for id in ids {
            sqlx::query("INSERT INTO imported (id) VALUES (?)").bind(id).execute(&mut *tx).await?;
        }
        tx.commit().await
    }
}

#[tokio::main]
async fn main() -> sqlx::Result<()> {
    let mut conn = MySqlConnection::connect("mysql://localhost/shop").await?;
    sqlx::query("SET time_zone = '+00:00'").execute(&mut conn).await?;
    let mut import = Import { conn };
    import.good_batch(&[1, 2, 3]).await?;
    import.conn.close().await
}
