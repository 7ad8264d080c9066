//@ crate: sqlx-services
use lapin::BasicProperties;
use lapin::options::BasicPublishOptions;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

// A cache entry that is deleted before the commit is filled again with the old row.
pub async fn bad_cache(pool: &PgPool, mut cache: MultiplexedConnection, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let _: () = cache.del(id).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn good_cache_after(pool: &PgPool, mut cache: MultiplexedConnection, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    let _: () = cache.del(id).await?;
    Ok(())
}

// Asking the cache changes nothing.
pub async fn good_cache_read(pool: &PgPool, mut cache: MultiplexedConnection, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let _: Option<String> = cache.get(id).await?;
    tx.commit().await?;
    Ok(())
}

// Nothing has been written yet.
pub async fn good_before_write(pool: &PgPool, mut cache: MultiplexedConnection, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT name FROM people WHERE id = $1 FOR UPDATE")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    let _: () = cache.del(id).await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

// Commands by name: what the name says decides.
pub struct Cache {
    pool: deadpool_redis::Pool,
}

impl Cache {
    pub async fn forget(&self, id: i64) -> anyhow::Result<()> {
        let mut conn = self.pool.get().await?;
        let mut command = redis::cmd("DEL");
        command.arg(id);
        command.query_async::<()>(&mut conn).await?;
        Ok(())
    }

    pub async fn forget_one(&self, id: i64) -> anyhow::Result<()> {
        let mut conn = self.pool.get().await?;
        redis::cmd("del").arg(id).query_async::<()>(&mut conn).await?;
        Ok(())
    }

    pub async fn look(&self, id: i64) -> anyhow::Result<Option<String>> {
        let mut conn = self.pool.get().await?;
        Ok(redis::cmd("GET").arg(id).query_async(&mut conn).await?)
    }
}

pub async fn bad_by_name(pool: &PgPool, cache: &Cache, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    cache.forget(id).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_by_name_in_a_chain(pool: &PgPool, cache: &Cache, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    cache.look(id).await?;
    cache.forget_one(id).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

// A helper sends whatever it is given: what counts is the command that was made.
async fn send(command: &mut redis::Cmd, conn: &mut deadpool_redis::Connection) -> anyhow::Result<()> {
    command.query_async::<()>(conn).await?;
    Ok(())
}

async fn forget_all(cache: &deadpool_redis::Pool, ids: &[i64]) -> anyhow::Result<()> {
    let mut conn = cache.get().await?;
    let mut command = redis::cmd("DEL");
    for id in ids {
        command.arg(id);
    }
    send(&mut command, &mut conn).await
}

pub async fn bad_sent_by_a_helper(pool: &PgPool, cache: &deadpool_redis::Pool, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    forget_all(cache, &[id]).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn good_look_by_name(pool: &PgPool, cache: &Cache, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    cache.look(id).await?;
    tx.commit().await?;
    Ok(())
}

// A message, in a loop that writes.
pub async fn bad_queue(pool: &PgPool, channel: &lapin::Channel, orders: Vec<i64>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    for order in orders {
        sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1")
            .bind(order)
            .execute(&mut *tx)
            .await?;
        channel
            .basic_publish("".into(), "paid".into(), BasicPublishOptions::default(), b"x", BasicProperties::default()) //~ side_effect_in_transaction
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn send_welcome(mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    mailer.send(mail).await?;
    Ok(())
}

// The write is in a function that is given the transaction, the mail in another.
async fn good_write(tx: &mut Transaction<'_, Postgres>, id: i64) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO people (id) VALUES ($1)")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn bad_mail_in_callee(pool: &PgPool, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    good_write(&mut tx, 1).await?;
    send_welcome(mailer, mail).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

// Both in one function that is given the transaction: told there.
async fn bad_both(tx: &mut Transaction<'_, Postgres>, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    good_write(tx, 2).await?;
    send_welcome(mailer, mail).await?; //~ side_effect_in_transaction
    Ok(())
}

pub async fn good_told_by_callee(pool: &PgPool, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bad_both(&mut tx, mailer, mail).await?;
    tx.commit().await?;
    Ok(())
}

// Both in one function that is given a connection: its caller knows of the transaction.
async fn good_both_on_connection(conn: &mut PgConnection, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO people (id) VALUES (3)").execute(conn).await?;
    send_welcome(mailer, mail).await
}

pub async fn bad_on_connection(pool: &PgPool, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    good_both_on_connection(&mut tx, mailer, mail).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}

// Without a transaction only a connection is held.
pub async fn bad_without_transaction(pool: &PgPool, mailer: &Mailer, mail: Message) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    good_both_on_connection(&mut conn, mailer, mail).await //~ checkout_across_slow_work
}

// What fills the cache on a miss undoes nothing that the transaction does.
impl Cache {
    async fn look_or_fill(&self, id: i64) -> anyhow::Result<String> {
        let mut conn = self.pool.get().await?;
        let found: Option<String> = redis::cmd("GET").arg(id).query_async(&mut conn).await?;
        if let Some(found) = found {
            return Ok(found);
        }
        let made = id.to_string();
        redis::cmd("SETEX").arg(id).arg(60).arg(&made).query_async::<()>(&mut conn).await?;
        Ok(made)
    }
}

pub async fn good_read_through(pool: &PgPool, cache: &Cache, id: i64) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE people SET name = 'x' WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    cache.look_or_fill(id).await?;
    tx.commit().await?;
    Ok(())
}

// Rows of an outbox, and NOTIFY, are the transaction's own.
pub async fn good_outbox(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *tx).await?;
    sqlx::query("INSERT INTO outbox (topic) VALUES ('paid')").execute(&mut *tx).await?;
    sqlx::query("SELECT pg_notify('paid', '1')").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}
