//@ crate: sqlx-postgres
//! Hashers, helpers, locals, texts put together.
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use sqlx::{PgConnection, Result};

const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";

fn seeded(name: &str) -> i64 {
    let mut hasher = RandomState::new().build_hasher();
    name.hash(&mut hasher);
    hasher.finish() as i64
}

fn unpromised(name: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    i64::from_ne_bytes(hasher.finish().to_ne_bytes())
}

fn stable(name: &str) -> i64 {
    name.bytes().fold(17, |hash: i64, byte| hash.wrapping_mul(31).wrapping_add(i64::from(byte)))
}

pub async fn bad_helper(tx: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query(LOCK).bind(seeded(name)).execute(tx).await?; //~ unstable_advisory_key
    Ok(())
}

// In the text.
pub async fn bad_text(tx: &mut PgConnection, name: &str) -> Result<()> {
    let key = seeded(name);
    let sql = format!("SELECT pg_advisory_xact_lock({key})");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(tx).await?; //~ unstable_advisory_key
    Ok(())
}

// The same in all processes of one build.
pub async fn bad_release(tx: &mut PgConnection, name: &str) -> Result<()> {
    let key = unpromised(name);
    sqlx::query(LOCK).bind(key).execute(tx).await?; //~ unstable_advisory_key?
    Ok(())
}

pub async fn good_stable(tx: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query(LOCK).bind(stable(name)).execute(tx).await?;
    Ok(())
}

pub async fn good_constant(tx: &mut PgConnection) -> Result<()> {
    sqlx::query(LOCK).bind(7_i64).execute(tx).await?;
    Ok(())
}

// No lock.
pub async fn good_row(tx: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query("UPDATE names SET bucket = $1").bind(seeded(name)).execute(tx).await?;
    Ok(())
}

// A key that the caller makes isn't followed.
pub async fn limit_given(tx: &mut PgConnection, key: i64) -> Result<()> {
    sqlx::query(LOCK).bind(key).execute(tx).await?;
    Ok(())
}
