//@ crate: sqlx-services
use sqlx::{PgConnection, PgPool};

// What a callee does only for some variants doesn't happen at a call that writes out another.
pub enum Mode {
    Later,
    Now,
    Paid { receipt: String },
    Each(Vec<String>),
}

async fn keep(conn: &mut PgConnection, key: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO bills (key) VALUES ($1)").bind(key).execute(conn).await?;
    Ok(())
}

async fn bill(conn: &mut PgConnection, client: &reqwest::Client, key: &str, mode: Mode) -> anyhow::Result<()> {
    match mode {
        Mode::Later => keep(conn, key).await?,
        Mode::Paid { receipt } => keep(conn, &receipt).await?,
        Mode::Now | Mode::Each(_) => {
            client.post("https://pay.example/charge").send().await?;
        }
    }
    Ok(())
}

async fn bill_tenant(conn: &mut PgConnection, client: &reqwest::Client, key: &str, mode: Mode) -> anyhow::Result<()> {
    keep(conn, "tenant").await?;
    bill(conn, client, key, mode).await
}

pub async fn good_later(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bill(&mut tx, client, "a", Mode::Later).await?;
    bill(&mut tx, client, "b", Mode::Paid { receipt: "r".to_owned() }).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn good_later_two_calls_down(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bill_tenant(&mut tx, client, "a", Mode::Later).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_now(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bill_tenant(&mut tx, client, "a", Mode::Now).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_each(pool: &PgPool, client: &reqwest::Client, names: Vec<String>) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bill(&mut tx, client, "a", Mode::Each(names)).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_any(pool: &PgPool, client: &reqwest::Client, mode: Mode) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    bill(&mut tx, client, "a", mode).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

// What is left for the others, and a variant that is taken in part.
async fn announce(client: &reqwest::Client, mode: &Mode) -> anyhow::Result<()> {
    if let Mode::Later = mode {
        return Ok(());
    }
    match mode {
        Mode::Paid { receipt } if receipt.is_empty() => Ok(()),
        Mode::Now => Ok(()),
        _ => {
            client.post("https://news.example/bills").send().await?;
            Ok(())
        }
    }
}

pub async fn good_not_announced(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, "a").await?;
    announce(client, &Mode::Later).await?;
    announce(client, &Mode::Now).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_announced(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, "a").await?;
    announce(client, &Mode::Paid { receipt: "r".to_owned() }).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

// The mode is another one by then.
async fn bill_changed(client: &reqwest::Client, key: &str, mut mode: Mode) -> anyhow::Result<()> {
    if key.is_empty() {
        mode = Mode::Now;
    }
    if let Mode::Now = mode {
        client.post("https://pay.example/charge").send().await?;
    }
    Ok(())
}

pub async fn bad_changed(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, key).await?;
    bill_changed(client, key, Mode::Later).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}

// One that holds a certain value, and the others of its kind.
pub enum Tries {
    Never,
    Often(u8),
}

async fn ask(client: &reqwest::Client, tries: Tries) -> anyhow::Result<()> {
    match tries {
        Tries::Often(0) | Tries::Never => {}
        _ => {
            client.get("https://keys.example/load").send().await?;
        }
    }
    Ok(())
}

pub async fn good_never_asked(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, "a").await?;
    ask(client, Tries::Never).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_often_asked(pool: &PgPool, client: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, "a").await?;
    ask(client, Tries::Often(3)).await?; //~ slow_work_in_transaction
    tx.commit().await?;
    Ok(())
}
