//@ crate: sqlx-postgres
//! A row that stands for those locked after it.
use std::collections::HashMap;

use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

type Tx<'c> = Transaction<'c, Postgres>;

pub struct Report {
    pub url: String,
    pub severity: i64,
}

impl Report {
    async fn upsert(&self, tx: &mut Tx<'_>) -> sqlx::Result<i64> {
        sqlx::query_scalar("INSERT INTO reports (url, severity) VALUES ($1, $2) ON CONFLICT (url) DO UPDATE SET severity = $2 RETURNING id")
            .bind(&self.url)
            .bind(self.severity)
            .fetch_one(&mut **tx)
            .await
    }
}

pub struct Issue {
    pub report: i64,
    pub kind: String,
}

impl Issue {
    async fn upsert(&self, tx: &mut Tx<'_>) -> sqlx::Result<i64> {
        sqlx::query_scalar("INSERT INTO issues (report, kind) VALUES ($1, $2) ON CONFLICT (report, kind) DO UPDATE SET seen = now() RETURNING id")
            .bind(self.report)
            .bind(&self.kind)
            .fetch_one(&mut **tx)
            .await
    }
}

// What the parent's upsert returns is half of their key.
pub async fn good_children(pool: &PgPool, new: Report, kinds: HashMap<String, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let report = new.upsert(&mut tx).await?;
    for (kind, _) in kinds {
        Issue { report, kind }.upsert(&mut tx).await?;
    }
    tx.commit().await
}

// Issues of any reports.
pub async fn bad_strangers(pool: &PgPool, new: Report, kinds: HashMap<String, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    new.upsert(&mut tx).await?;
    for (kind, report) in kinds {
        Issue { report, kind }.upsert(&mut tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// The key of a row changed before goes into each.
pub async fn good_shared_key(pool: &PgPool, site: i64, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE sites SET version = version + 1 WHERE id = $1").bind(site).execute(&mut *tx).await?;
    for (page, n) in views {
        sqlx::query("UPDATE pages SET views = $1 WHERE page = $2 AND site = $3").bind(n).bind(page).bind(site).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Another value than the key.
pub async fn bad_shared_value(pool: &PgPool, site: i64, now: i64, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE sites SET changed = $1 WHERE id = $2").bind(now).bind(site).execute(&mut *tx).await?;
    for page in views.into_keys() {
        sqlx::query("UPDATE pages SET changed = $1 WHERE id = $2").bind(now).bind(page).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

async fn site(tx: &mut Tx<'_>, name: &str, lock: bool) -> sqlx::Result<i64> {
    let text = format!("SELECT id FROM sites WHERE name = $1 {}", if lock { "FOR UPDATE" } else { "" });
    sqlx::query_scalar(AssertSqlSafe(text)).bind(name).fetch_one(&mut **tx).await
}

async fn site_with(tx: &mut Tx<'_>, name: &str, clause: &str) -> sqlx::Result<i64> {
    let text = format!("SELECT id FROM sites WHERE name = $1 {clause}");
    sqlx::query_scalar(AssertSqlSafe(text)).bind(name).fetch_one(&mut **tx).await
}

async fn good_lock_pages(tx: &mut Tx<'_>, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE").bind(ids).fetch_all(&mut **tx).await?;
    Ok(())
}

// Both callers lock the site first.
pub async fn good_publish(pool: &PgPool, name: &str, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    site(&mut tx, name, true).await?;
    good_lock_pages(&mut tx, ids).await?;
    tx.commit().await
}

// Whatever the clause is.
pub async fn good_publish_with(pool: &PgPool, name: &str, clause: &str, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    site_with(&mut tx, name, clause).await?;
    if !ids.is_empty() {
        good_lock_pages(&mut tx, ids).await?;
    }
    tx.commit().await
}

macro_rules! in_transaction {
    ($pool:expr, $tx:ident, $work:block) => {{
        let mut begun = $pool.begin().await?;
        let $tx = &mut begun;
        let work = async move { $work };
        let done: sqlx::Result<()> = work.await;
        done?;
        begun.commit().await
    }};
}

// In a macro's block, with the name that the macro binds.
pub async fn good_publish_in_macro(pool: &PgPool, name: &str, ids: &[i64]) -> sqlx::Result<()> {
    in_transaction!(pool, tx, {
        site(tx, name, true).await?;
        good_lock_pages(tx, ids).await?;
        Ok(())
    })
}

// In a future that is waited for at once.
pub async fn good_publish_in_future(pool: &PgPool, name: &str, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let handed = &mut tx;
    let done: sqlx::Result<()> = async {
        site(handed, name, true).await?;
        for chunk in ids.chunks(100) {
            good_lock_pages(handed, chunk).await?;
        }
        Ok(())
    }
    .await;
    done?;
    tx.commit().await
}

async fn bad_lock_pages(tx: &mut Tx<'_>, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE").bind(ids).fetch_all(&mut **tx).await?; //~ unordered_row_locks
    Ok(())
}

pub async fn good_archive(pool: &PgPool, name: &str, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    site(&mut tx, name, true).await?;
    bad_lock_pages(&mut tx, ids).await?;
    tx.commit().await
}

// One that doesn't is enough.
pub async fn good_archive_at_once(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_lock_pages(&mut tx, ids).await?;
    tx.commit().await
}
