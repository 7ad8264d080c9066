//@ crate: sqlx-services
//! One trait, two senders: which one a generic parameter is, its caller says.
use lapin::BasicProperties;
use lapin::options::BasicPublishOptions;
use sqlx::{PgConnection, PgPool};

pub trait Sender {
    fn announce(&mut self, what: &str) -> impl Future<Output = anyhow::Result<()>> + Send;
}

pub struct Queue {
    channel: lapin::Channel,
}

impl Sender for Queue {
    async fn announce(&mut self, what: &str) -> anyhow::Result<()> {
        let properties = BasicProperties::default();
        let options = BasicPublishOptions::default();
        self.channel.basic_publish("".into(), "orders".into(), options, what.as_bytes(), properties).await?;
        Ok(())
    }
}

pub struct Outbox<'a> {
    conn: &'a mut PgConnection,
}

impl Sender for Outbox<'_> {
    async fn announce(&mut self, what: &str) -> anyhow::Result<()> {
        sqlx::query("INSERT INTO outbox (what) VALUES ($1)").bind(what).execute(&mut *self.conn).await?;
        Ok(())
    }
}

async fn announce_all<S: Sender>(sender: &mut S, whats: &[String]) -> anyhow::Result<()> {
    for what in whats {
        sender.announce(what).await?;
    }
    Ok(())
}

// By way of a function that only hands it on.
async fn announce_one(sender: &mut impl Sender, what: String) -> anyhow::Result<()> {
    announce_all(sender, &[what]).await
}

pub async fn good_outbox(pool: &PgPool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *tx).await?;
    announce_one(&mut Outbox { conn: &mut tx }, "paid".to_owned()).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_queue(pool: &PgPool, queue: &mut Queue) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid'").execute(&mut *tx).await?;
    announce_one(queue, "paid".to_owned()).await?; //~ side_effect_in_transaction
    tx.commit().await?;
    Ok(())
}
