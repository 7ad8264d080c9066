//@ crate: sqlx-services
use std::time::Duration;

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHasher};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::{mpsc, oneshot};

// An answer from elsewhere, directly in between.
pub async fn bad_http(pool: &PgPool, client: &reqwest::Client, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paying' WHERE id = $1")
        .bind(order)
        .execute(&mut *tx)
        .await?;
    let answer = client
        .post("https://pay.example/charges")
        .bearer_auth("key")
        .json(&order)
        .send() //~ slow_work_in_transaction
        .await?;
    let text = answer.error_for_status()?.text().await?;
    sqlx::query("UPDATE orders SET receipt = $1 WHERE id = $2")
        .bind(text)
        .bind(order)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub async fn good_http_before(pool: &PgPool, client: &reqwest::Client, order: i64) -> anyhow::Result<()> {
    let text = client.get("https://pay.example/rates").send().await?.text().await?;
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET rate = $1 WHERE id = $2")
        .bind(text)
        .bind(order)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    client.get("https://pay.example/ping").send().await?;
    Ok(())
}

pub async fn good_rolled_back_before(pool: &PgPool, client: &reqwest::Client, order: i64) -> anyhow::Result<()> {
    let tx = pool.begin().await?;
    if order < 0 {
        drop(tx);
        client.get("https://pay.example/alarm").send().await?;
        return Ok(());
    }
    tx.commit().await?;
    Ok(())
}

struct Payments {
    http: reqwest::Client,
}

impl Payments {
    async fn charge(&self, order: i64) -> anyhow::Result<String> {
        let request = self.http.post("https://pay.example/charges").json(&order);
        Ok(self.read(request).await?)
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> reqwest::Result<String> {
        request.send().await?.text().await
    }
}

// Two calls away, in functions that know of no database.
pub async fn bad_callee(pool: &PgPool, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let receipt = payments.charge(order).await?; //~ slow_work_in_transaction
    sqlx::query("UPDATE orders SET receipt = $1 WHERE id = $2")
        .bind(receipt)
        .bind(order)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

// A function that is given the transaction tells itself; its callers don't.
pub async fn bad_given(tx: &mut Transaction<'_, Postgres>, payments: &Payments, order: i64) -> anyhow::Result<()> {
    sqlx::query("SELECT total FROM orders WHERE id = $1 FOR UPDATE")
        .bind(order)
        .execute(&mut **tx)
        .await?;
    payments.charge(order).await?; //~ slow_work_in_transaction
    Ok(())
}

pub async fn good_told_by_callee(pool: &PgPool, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bad_given(&mut tx, payments, order).await?;
    tx.commit().await?;
    Ok(())
}

// A function that is given a connection doesn't know of the transaction; its caller does.
async fn good_on_connection(conn: &mut PgConnection, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let receipt = payments.charge(order).await?;
    sqlx::query("UPDATE orders SET receipt = $1 WHERE id = $2")
        .bind(receipt)
        .bind(order)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn bad_connection_in_transaction(pool: &PgPool, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    good_on_connection(&mut tx, payments, order).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

// The callee ends the transaction first.
async fn good_commits_first(tx: Transaction<'_, Postgres>, payments: &Payments, order: i64) -> anyhow::Result<()> {
    tx.commit().await?;
    payments.charge(order).await?;
    Ok(())
}

pub async fn good_committed_by_callee(pool: &PgPool, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let tx = pool.begin().await?;
    good_commits_first(tx, payments, order).await
}

// A unit of work that commits, and then tells others.
pub struct Unit<'a> {
    tx: Transaction<'a, Postgres>,
    payments: Payments,
}

impl Unit<'_> {
    async fn finish(self, order: i64) -> anyhow::Result<()> {
        self.tx.commit().await?;
        self.payments.charge(order).await?;
        Ok(())
    }
}

pub async fn good_unit_of_work(pool: &PgPool, payments: Payments, order: i64) -> anyhow::Result<()> {
    let tx = pool.begin().await?;
    let mut unit = Unit { tx, payments };
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1")
        .bind(order)
        .execute(&mut *unit.tx)
        .await?;
    unit.finish(order).await
}

// Begun by text on one connection.
pub async fn bad_by_text(pool: &PgPool, payments: &Payments, order: i64) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("BEGIN").execute(&mut conn).await?;
    payments.charge(order).await?; //~ slow_work_in_transaction
    sqlx::query("COMMIT").execute(&mut conn).await?;
    Ok(())
}

// Mail, sleep, processes, files, passwords, other tasks.
pub async fn bad_mail(pool: &PgPool, mailer: &AsyncSmtpTransport<Tokio1Executor>, mail: Message) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let known = sqlx::query("SELECT 1 FROM people").execute(&mut *tx).await?;
    if known.rows_affected() > 0 {
        mailer.send(mail).await?; //~ slow_work_in_transaction
    }
    tx.commit().await?;
    Ok(())
}

pub async fn bad_sleep(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("DELETE FROM jobs WHERE done").execute(&mut *tx).await?;
    tokio::time::sleep(Duration::from_secs(5)).await; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_process(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let out = tokio::process::Command::new("convert").arg("a.png").output().await?; //~ slow_work_in_transaction
    sqlx::query("INSERT INTO logs (size) VALUES ($1)")
        .bind(out.stdout.len() as i64)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_password(pool: &PgPool, password: &str, salt: &SaltString) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), salt) //~ slow_work_in_transaction
        .map_err(|error| anyhow::anyhow!(error))?;
    sqlx::query("UPDATE people SET hash = $1")
        .bind(hash.to_string())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_channel(pool: &PgPool, answer: oneshot::Receiver<i64>, mut rows: mpsc::Receiver<i64>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    while let Some(row) = rows.recv().await { //~ slow_work_in_transaction?
        sqlx::query("INSERT INTO numbers (n) VALUES ($1)")
            .bind(row)
            .execute(&mut *tx)
            .await?;
    }
    let last = answer.await?;
    sqlx::query("INSERT INTO numbers (n) VALUES ($1)")
        .bind(last)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

// Each turn has a transaction of its own, begun after the wait.
pub async fn good_channel_outside(pool: &PgPool, mut rows: mpsc::Receiver<i64>) -> anyhow::Result<()> {
    while let Some(row) = rows.recv().await {
        let mut tx = pool.begin().await?;
        sqlx::query("INSERT INTO numbers (n) VALUES ($1)")
            .bind(row)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

// A pause between attempts, each with its own transaction.
pub async fn good_retry(pool: &PgPool) -> anyhow::Result<()> {
    for _ in 0..3 {
        let mut tx = pool.begin().await?;
        let done = sqlx::query("UPDATE jobs SET done = true").execute(&mut *tx).await;
        if done.is_ok() {
            tx.commit().await?;
            return Ok(());
        }
        tx.rollback().await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("too many attempts")
}

// Sending into a channel doesn't wait for anybody; a spawned task isn't waited for.
pub async fn good_hands_off(pool: &PgPool, client: reqwest::Client, told: mpsc::UnboundedSender<i64>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *tx).await?;
    told.send(1)?;
    tokio::spawn(async move { client.get("https://ping.example").send().await });
    tokio::spawn(tokio::time::sleep(Duration::from_secs(1)));
    tx.commit().await?;
    Ok(())
}

// A time limit or a stop signal beside the transaction's own work is no wait of its own.
pub async fn good_limited(pool: &PgPool, mut stop: mpsc::Receiver<()>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let limit = tokio::time::sleep(Duration::from_secs(5));
    tokio::pin!(limit);
    tokio::select! {
        done = sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *tx) => { done?; }
        _ = stop.recv() => anyhow::bail!("stopped"),
        _ = tokio::time::sleep(Duration::from_secs(1)) => anyhow::bail!("late"),
        _ = &mut limit => anyhow::bail!("too late"),
    }
    let limited = tokio::time::timeout(Duration::from_secs(1), sqlx::query("DELETE FROM orders").execute(&mut *tx));
    limited.await??;
    tx.commit().await?;
    Ok(())
}

// Kept, and awaited once the transaction is over.
pub async fn good_awaited_later(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let ping = client.get("https://ping.example").send();
    let pause = tokio::time::sleep(Duration::from_secs(1));
    sqlx::query("DELETE FROM orders").execute(&mut *tx).await?;
    tx.commit().await?;
    ping.await?;
    pause.await;
    Ok(())
}

// Behind a trait: what one implementation does counts.
#[async_trait::async_trait]
pub trait Storage: Send + Sync {
    async fn load(&self, name: &str) -> anyhow::Result<Vec<u8>>;
}

pub struct Remote(reqwest::Client);

#[async_trait::async_trait]
impl Storage for Remote {
    async fn load(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.0.get(name).send().await?.bytes().await?.to_vec())
    }
}

pub async fn bad_behind_trait(pool: &PgPool, storage: &dyn Storage) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    for name in ["a", "b"] {
        let bytes = storage.load(name).await?; //~ slow_work_in_transaction
        sqlx::query("INSERT INTO files (bytes) VALUES ($1)")
            .bind(bytes)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

// A wrapper of the workspace's own runs the closure in a transaction.
async fn good_in_transaction<T>(
    pool: &PgPool,
    run: impl AsyncFnOnce(&mut PgConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let mut tx = pool.begin().await?;
    let done = run(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}

pub async fn bad_in_closure(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    good_in_transaction(pool, async |conn| {
        sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *conn).await?;
        client.get("https://ping.example").send().await?; //~ slow_work_in_transaction
        Ok(())
    })
    .await
}

// Three calls away, a pause is a detail; so is a file that is read once.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

async fn pause_between() {
    pause().await;
}

async fn with_pauses() {
    pause_between().await;
}

static MOTTO: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();

async fn motto() -> anyhow::Result<String> {
    let motto = MOTTO.get_or_try_init(|| async { tokio::fs::read_to_string("motto").await });
    Ok(motto.await?.clone())
}

pub async fn good_details(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    with_pauses().await;
    sqlx::query("INSERT INTO mottos (text) VALUES ($1)")
        .bind(motto().await?)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_pause_in_callee(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    pause().await; //~ slow_work_in_transaction
    sqlx::query("DELETE FROM mottos").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
