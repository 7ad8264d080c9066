//@ crate: sqlx-services
//! What no rollback takes back, in a retry.
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sqlx::PgPool;

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

async fn pay(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
    sqlx::query("UPDATE orders SET paid = TRUE WHERE id = $1").bind(order).execute(&mut *tx).await?;
    tx.commit().await
}

fn is(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|known| known == code)
}

pub async fn bad_mails_each_time(pool: &PgPool, mailer: &Mailer, receipt: Message, order: i64) -> anyhow::Result<()> {
    loop {
        mailer.send(receipt.clone()).await?; //~ broken_retry
        match pay(pool, order).await {
            Err(error) if is(&error, "40001") || is(&error, "40P01") => {}
            other => return Ok(other?),
        }
    }
}

pub async fn good_mails_before(pool: &PgPool, mailer: &Mailer, receipt: Message, order: i64) -> anyhow::Result<()> {
    mailer.send(receipt.clone()).await?;
    loop {
        match pay(pool, order).await {
            Err(error) if is(&error, "40001") || is(&error, "40P01") => {}
            other => return Ok(other?),
        }
    }
}

pub async fn good_tells_after(pool: &PgPool, mailer: &Mailer, receipt: Message, order: i64) -> anyhow::Result<()> {
    loop {
        match pay(pool, order).await {
            Err(error) if is(&error, "40001") || is(&error, "40P01") => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                mailer.send(receipt).await?;
                return Ok(());
            }
        }
    }
}

// Whether a request changes anything isn't known.
pub async fn limit_request(pool: &PgPool, http: &reqwest::Client, order: i64) -> anyhow::Result<()> {
    loop {
        http.post("https://pay.example/charges").body(order.to_string()).send().await?;
        match pay(pool, order).await {
            Err(error) if is(&error, "40001") || is(&error, "40P01") => {}
            other => return Ok(other?),
        }
    }
}
