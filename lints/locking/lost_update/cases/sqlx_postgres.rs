//@ crate: sqlx-postgres
//! Text and binds; rows as tuples, structs and by name; wrappers on both sides.
use sqlx::{PgConnection, PgPool, Row};

#[derive(sqlx::FromRow)]
pub struct Account {
    pub id: i64,
    pub owner: String,
    pub balance: i64,
    pub version: i64,
    pub tags: Vec<String>,
}

// No transaction at all.
pub async fn bad_on_pool(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let account: Account = sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    sqlx::query("UPDATE accounts SET balance = $2 WHERE id = $1")
        .bind(account.id)
        .bind(account.balance + 10)
        .execute(pool) //~ lost_update?
        .await?;
    Ok(())
}

// A field of the row changed in place.
pub async fn bad_in_place(pool: &PgPool, id: i64, tag: String) -> sqlx::Result<()> {
    let mut account: Account = sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    account.tags.push(tag);
    sqlx::query("UPDATE accounts SET tags = $2 WHERE id = $1")
        .bind(id)
        .bind(&account.tags)
        .execute(pool) //~ lost_update?
        .await?;
    Ok(())
}

pub async fn bad_assigned(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut account: Account = sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    account.balance -= 5;
    sqlx::query("UPDATE accounts SET owner = $1, balance = $2 WHERE id = $3")
        .bind(&account.owner)
        .bind(account.balance)
        .bind(account.id)
        .execute(pool) //~ lost_update?
        .await?;
    Ok(())
}

// Columns by position and by name.
pub async fn bad_tuple(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let (version, balance): (i64, i64) =
        sqlx::query_as("SELECT version, balance FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    println!("{version}");
    let next = balance.saturating_sub(1);
    sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2")
        .bind(next)
        .bind(id)
        .execute(pool) //~ lost_update?
        .await?;
    Ok(())
}

pub async fn bad_by_name(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let found = sqlx::query("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_optional(pool).await?;
    if let Some(row) = found {
        let balance: i64 = row.try_get("balance")?;
        sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2")
            .bind(balance * 2)
            .bind(id)
            .execute(pool) //~ lost_update?
            .await?;
    }
    Ok(())
}

async fn load(conn: &mut PgConnection, id: i64) -> sqlx::Result<Account> {
    sqlx::query_as("SELECT id, owner, balance, version, tags FROM accounts WHERE id = $1").bind(id).fetch_one(conn).await
}

async fn load_locked(conn: &mut PgConnection, id: i64) -> sqlx::Result<Account> {
    sqlx::query_as("SELECT id, owner, balance, version, tags FROM accounts WHERE id = $1 FOR UPDATE")
        .bind(id)
        .fetch_one(conn)
        .await
}

async fn save(conn: &mut PgConnection, account: &Account) -> sqlx::Result<()> {
    sqlx::query("UPDATE accounts SET owner = $1, balance = $2 WHERE id = $3")
        .bind(&account.owner)
        .bind(account.balance)
        .bind(account.id)
        .execute(conn)
        .await?;
    Ok(())
}

// Both statements in functions of their own.
pub async fn bad_through_functions(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut account = load(&mut tx, id).await?;
    account.balance += 1;
    save(&mut tx, &account).await?; //~ lost_update
    tx.commit().await
}

pub async fn good_locked_in_function(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut account = load_locked(&mut tx, id).await?;
    account.balance += 1;
    save(&mut tx, &account).await?;
    tx.commit().await
}

pub async fn good_from_request(pool: &PgPool, id: i64, owner: Option<String>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut account = load(&mut tx, id).await?;
    if let Some(owner) = owner {
        account.owner = owner;
    }
    save(&mut tx, &account).await?;
    tx.commit().await
}

pub async fn good_relative(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let account: Account = sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    let delta = account.balance / 100;
    sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2").bind(delta).bind(id).execute(pool).await?;
    Ok(())
}

pub async fn good_compare_and_set(pool: &PgPool, id: i64) -> sqlx::Result<bool> {
    let account: Account = sqlx::query_as("SELECT * FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    let done = sqlx::query("UPDATE accounts SET balance = $1, version = version + 1 WHERE id = $2 AND version = $3")
        .bind(account.balance + 10)
        .bind(id)
        .bind(account.version)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn good_compares_what_was_read(pool: &PgPool, id: i64) -> sqlx::Result<bool> {
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    let done = sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2 AND balance = $3")
        .bind(balance + 10)
        .bind(id)
        .bind(balance)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn good_repeatable_read(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2").bind(balance + 10).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_advisory(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(id).execute(&mut *tx).await?;
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2").bind(balance + 10).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

// The row was locked by the write of another column.
pub async fn good_written_before(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET seen = now() WHERE id = $1").bind(id).execute(&mut *tx).await?;
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2").bind(balance + 10).bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

// Another row: from one account to the next.
pub async fn good_other_row(pool: &PgPool, from: i64, to: i64) -> sqlx::Result<()> {
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(from).fetch_one(pool).await?;
    sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2").bind(balance + 10).bind(to).execute(pool).await?;
    Ok(())
}

// Another column is made of it.
pub async fn good_other_column(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    sqlx::query("UPDATE accounts SET rating = $1 WHERE id = $2").bind(balance / 100).bind(id).execute(pool).await?;
    Ok(())
}

// Chosen by looking at the old value, not made of it.
pub async fn limit_chosen(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let owner: String = sqlx::query_scalar("SELECT owner FROM accounts WHERE id = $1").bind(id).fetch_one(pool).await?;
    let next = if owner == "nobody" { "somebody" } else { "nobody" };
    sqlx::query("UPDATE accounts SET owner = $1 WHERE id = $2").bind(next).bind(id).execute(pool).await?;
    Ok(())
}

impl Account {
    fn withdraw(&mut self, amount: i64) {
        self.balance -= amount;
    }
}

// What a method does to the object isn't known.
pub async fn limit_own_method(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut account = load(&mut tx, id).await?;
    account.withdraw(5);
    save(&mut tx, &account).await?;
    tx.commit().await
}

pub struct Counter {
    turn: tokio::sync::Mutex<()>,
    pool: PgPool,
}

impl Counter {
    // One at a time, as far as this process goes.
    pub async fn good_mutex(&self, id: i64) -> sqlx::Result<()> {
        let _turn = self.turn.lock().await;
        let balance: i64 = sqlx::query_scalar("SELECT balance FROM accounts WHERE id = $1").bind(id).fetch_one(&self.pool).await?;
        sqlx::query("UPDATE accounts SET balance = $1 WHERE id = $2").bind(balance + 10).bind(id).execute(&self.pool).await?;
        Ok(())
    }
}

// The next one's key is read from another table: nothing is made of the old one.
pub async fn good_next(pool: &PgPool, handle: &str) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let last: i64 =
        sqlx::query_scalar("SELECT last_id FROM handles WHERE name = $1").bind(handle).fetch_one(&mut *tx).await?;
    let next: (i64, String) = sqlx::query_as("SELECT id, what FROM events WHERE id > $1 ORDER BY id LIMIT 1")
        .bind(last)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query("UPDATE handles SET last_id = $1 WHERE name = $2").bind(next.0).bind(handle).execute(&mut *tx).await?;
    tx.commit().await
}
