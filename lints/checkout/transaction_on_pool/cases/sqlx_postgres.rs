//@ crate: sqlx-postgres
//! Transaction control by text, through the pool and not.
use std::ops::Deref;
use std::sync::LazyLock;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection, PgExecutor, PgPool};

const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";

// The executor is the receiver, the text a plain string.
pub async fn bad_receiver(pool: &PgPool) -> sqlx::Result<()> {
    pool.execute("BEGIN").await?; //~ transaction_on_pool
    pool.execute(ADD).await?;
    pool.execute("COMMIT").await?;
    Ok(())
}

// START TRANSACTION, in lower case, with a comment before it.
pub async fn bad_start_transaction(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("/* audit */ start transaction").execute(pool).await?; //~ transaction_on_pool
    sqlx::query(ADD).execute(pool).await?;
    sqlx::query("end").execute(pool).await?;
    Ok(())
}

// The text is a constant.
pub async fn bad_constant(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(BEGIN).execute(pool).await?; //~ transaction_on_pool
    sqlx::query(ADD).execute(pool).await?;
    sqlx::query("COMMIT").execute(pool).await?;
    Ok(())
}

// The text is put together at compile time.
pub async fn bad_concat(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql(concat!("BEGIN", " READ WRITE")).execute(pool).await?; //~ transaction_on_pool
    sqlx::query(ADD).execute(pool).await?;
    sqlx::query("COMMIT").execute(pool).await?;
    Ok(())
}

// Commits and rolls back on two arms: one cause.
pub async fn bad_match(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(pool).await?; //~ transaction_on_pool
    match sqlx::query(ADD).execute(pool).await {
        Ok(_) => sqlx::query("COMMIT").execute(pool).await?,
        Err(_) => sqlx::query("ROLLBACK").execute(pool).await?,
    };
    Ok(())
}

// A savepoint belongs to the transaction of one connection.
pub async fn bad_savepoint(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SAVEPOINT before_audit").execute(pool).await?; //~ transaction_on_pool
    if sqlx::query(ADD).execute(pool).await.is_err() {
        sqlx::query("ROLLBACK TO SAVEPOINT before_audit").execute(pool).await?;
    }
    Ok(())
}

// The isolation level of a transaction on some other connection.
pub async fn bad_set_transaction(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(pool).await?; //~ transaction_on_pool
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// The guard is on one connection, COMMIT goes to another.
pub async fn bad_commit_beside_guard(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    sqlx::query("COMMIT").execute(pool).await?; //~ transaction_on_pool
    tx.commit().await
}

pub struct Db(PgPool);

impl Deref for Db {
    type Target = PgPool;
    fn deref(&self) -> &PgPool {
        &self.0
    }
}

impl Db {
    // Each of a pair of helpers sends its half through the pool.
    pub async fn bad_begin(&self) -> sqlx::Result<()> {
        sqlx::query("BEGIN").execute(&self.0).await?; //~ transaction_on_pool
        Ok(())
    }

    pub async fn bad_commit(&self) -> sqlx::Result<()> {
        sqlx::query("COMMIT").execute(&self.0).await?; //~ transaction_on_pool
        Ok(())
    }

    // Who calls the pair has nothing to add.
    pub async fn good_caller(&self) -> sqlx::Result<()> {
        self.bad_begin().await?;
        sqlx::query(ADD).execute(&self.0).await?;
        self.bad_commit().await
    }
}

// Through a newtype's `Deref`.
pub async fn bad_deref(db: &Db) -> sqlx::Result<()> {
    db.execute("BEGIN").await?; //~ transaction_on_pool
    db.execute(ADD).await?;
    db.execute("COMMIT").await?;
    Ok(())
}

static POOL: LazyLock<PgPool> = LazyLock::new(|| PgPoolOptions::new().connect_lazy("postgres://localhost/audit").unwrap());

// A static pool.
pub async fn bad_static() -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(&*POOL).await?; //~ transaction_on_pool
    sqlx::query(ADD).execute(&*POOL).await?;
    sqlx::query("COMMIT").execute(&*POOL).await?;
    Ok(())
}

async fn run(pool: &PgPool, sql: &'static str) -> sqlx::Result<()> {
    sqlx::query(sql).execute(pool).await?;
    Ok(())
}

// A helper of the workspace sends the text it is given.
pub async fn bad_helper(pool: &PgPool) -> sqlx::Result<()> {
    run(pool, "BEGIN").await?; //~ transaction_on_pool
    run(pool, ADD).await?;
    run(pool, "COMMIT").await
}

async fn begin(executor: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(executor).await?;
    Ok(())
}

async fn commit(executor: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query("COMMIT").execute(executor).await?;
    Ok(())
}

// A generic executor that is given the pool.
pub async fn bad_generic(pool: &PgPool) -> sqlx::Result<()> {
    begin(pool).await?; //~ transaction_on_pool
    sqlx::query(ADD).execute(pool).await?;
    commit(pool).await
}

// The same executor given one connection that is closed when the function ends.
pub async fn good_generic(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    begin(&mut conn).await?;
    sqlx::query(ADD).execute(&mut conn).await?;
    commit(&mut conn).await
}

// One connection from begin to end.
pub async fn good_detached(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("BEGIN").execute(&mut conn).await?;
    sqlx::query(ADD).execute(&mut conn).await?;
    sqlx::query("COMMIT").execute(&mut conn).await?;
    conn.close().await
}

// The client's own begin.
pub async fn good_begin(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// SET TRANSACTION as the first statement of the transaction it is meant for.
pub async fn good_set_transaction(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *tx).await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    tx.commit().await
}

// BEGIN as part of a function's body, COMMIT as part of a name.
pub async fn good_other_begins(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("CREATE FUNCTION one() RETURNS int AS $$ BEGIN RETURN 1; END $$ LANGUAGE plpgsql").execute(pool).await?;
    sqlx::query("DO $$ BEGIN PERFORM one(); END $$").execute(pool).await?;
    sqlx::query("INSERT INTO commits (message) VALUES ('BEGIN; COMMIT')").execute(pool).await?;
    Ok(())
}

// A COMMIT too many, of what the same text has begun and ended: it is sent to the right connection.
pub async fn bad_commits_twice(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("BEGIN; CREATE TABLE a (n int); COMMIT; CREATE TABLE b (n int); COMMIT;").execute(pool).await?; //~ open_transaction_returned
    Ok(())
}

pub async fn bad_ends_first(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("COMMIT; BEGIN; CREATE TABLE c (n int); COMMIT;").execute(pool).await?; //~ transaction_on_pool
    Ok(())
}
