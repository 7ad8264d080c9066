//@ crate: sqlx-services
use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHasher};
use sqlx::{PgConnection, PgPool};

// What a callee does only if its own flag is set doesn't happen at a call that hands in the other literal.
async fn load(client: &reqwest::Client, key: &str, verify: bool) -> anyhow::Result<String> {
    let is_known = !key.is_empty();
    if verify && is_known {
        client.get("https://keys.example/verify").send().await?;
    }
    Ok(key.to_owned())
}

pub async fn good_not_verified(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load(client, key, false).await?;
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_verified(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load(client, key, true).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_asked_for(pool: &PgPool, client: &reqwest::Client, key: &str, verify: bool) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load(client, key, verify).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

async fn keep(conn: &mut PgConnection, key: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO keys (text) VALUES ($1)")
        .bind(key)
        .execute(conn)
        .await?;
    Ok(())
}

// Left early where the flag is set: what comes after it is for the others.
async fn load_unless(client: &reqwest::Client, key: &str, offline: bool) -> anyhow::Result<String> {
    if offline {
        return Ok(key.to_owned());
    }
    Ok(client.get("https://keys.example/load").send().await?.text().await?)
}

const OFFLINE: bool = true;

pub async fn good_offline(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_unless(client, key, OFFLINE).await?;
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_online(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_unless(client, key, !OFFLINE).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

// An arm for each.
async fn load_from(client: &reqwest::Client, key: &str, mirror: Option<&str>, remote: bool) -> anyhow::Result<String> {
    match remote {
        true => Ok(client.get("https://keys.example/load").send().await?.text().await?),
        false => match mirror {
            None => Ok(key.to_owned()),
            Some(url) => Ok(client.get(url).send().await?.text().await?),
        },
    }
}

pub async fn good_neither(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_from(client, key, None, false).await?;
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_mirror(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_from(client, key, Some("https://mirror.example"), false).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

// An option that is empty: its closure doesn't run, two calls down either.
struct Account {
    name: String,
    hash: Option<String>,
}

fn hash(password: &str) -> Option<String> {
    let salt = SaltString::from_b64("c2FsdHNhbHQ").ok()?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

impl Account {
    fn new(name: &str, password: Option<&str>) -> Self {
        let hash = password.and_then(|password| hash(password));
        Self { name: name.to_owned(), hash }
    }

    fn of_entry(entry: &str, password: Option<&str>) -> Self {
        Self::new(entry.trim(), password)
    }

    fn with_password(name: &str, password: Option<&str>) -> Option<Self> {
        let Some(password) = password else {
            return None;
        };
        Some(Self { name: name.to_owned(), hash: hash(password) })
    }

    async fn insert(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query("INSERT INTO accounts (name, hash) VALUES ($1, $2)")
            .bind(&self.name)
            .bind(&self.hash)
            .execute(conn)
            .await?;
        Ok(())
    }
}

pub async fn good_without_password(pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    Account::new(name, None).insert(&mut tx).await?;
    Account::of_entry(name, None).insert(&mut tx).await?;
    if let Some(account) = Account::with_password(name, None) {
        account.insert(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

pub async fn bad_with_password(pool: &PgPool, name: &str, password: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let account = Account::of_entry(name, Some(password)); //~ slow_work_in_transaction
    account.insert(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

// What happens either way happens at every call, wherever it stands first.
async fn load_anyhow(client: &reqwest::Client, key: &str, twice: bool) -> anyhow::Result<String> {
    if twice {
        client.get("https://keys.example/warm").send().await?;
    }
    load(client, key, true).await
}

pub async fn bad_either_way(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_anyhow(client, key, false).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}

// The flag is another one by then.
async fn load_changed(client: &reqwest::Client, key: &str, mut verify: bool) -> anyhow::Result<String> {
    verify |= key.is_empty();
    if verify {
        client.get("https://keys.example/verify").send().await?;
    }
    Ok(key.to_owned())
}

pub async fn bad_changed(pool: &PgPool, client: &reqwest::Client, key: &str) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    let loaded = load_changed(client, key, false).await?; //~ slow_work_in_transaction
    keep(&mut tx, &loaded).await?;
    tx.commit().await?;
    Ok(())
}
