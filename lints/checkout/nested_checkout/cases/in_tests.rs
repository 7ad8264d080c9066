//@ crate: sqlx-postgres
//! Test code is left alone.
use sqlx::PgPool;

pub async fn count(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM tariffs").fetch_one(pool).await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn good_in_test(pool: &PgPool) -> sqlx::Result<()> {
        let mut tx = pool.begin().await?;
        assert_eq!(count(pool).await?, 0);
        sqlx::query("INSERT INTO charges (amount) VALUES (1)").execute(&mut *tx).await?;
        tx.rollback().await
    }

    async fn good_text_in_test(pool: &PgPool) -> sqlx::Result<()> {
        sqlx::query("BEGIN").execute(pool).await?;
        assert_eq!(count(pool).await?, 0);
        sqlx::query("ROLLBACK").execute(pool).await?;
        Ok(())
    }

    #[tokio::test]
    async fn both() {
        let pool = PgPool::connect_lazy("postgres://localhost/test").unwrap();
        good_in_test(&pool).await.unwrap();
        good_text_in_test(&pool).await.unwrap();
    }
}
