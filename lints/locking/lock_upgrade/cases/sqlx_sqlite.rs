//@ crate: sqlx-sqlite
//! sqlx on SQLite: plain begin, begin with a text, BEGIN as text, helpers.
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, Executor, Sqlite, SqliteConnection, SqlitePool, Transaction};

const READ: &str = "SELECT stock FROM items WHERE id = 1";
const WRITE: &str = "UPDATE items SET stock = 0 WHERE id = 1";

async fn read(conn: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar(READ).fetch_one(conn).await
}

async fn write(conn: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query(WRITE).execute(conn).await?;
    Ok(())
}

pub async fn bad_helpers(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if read(&mut tx).await? > 0 {
        write(&mut tx).await?; //~ lock_upgrade
    }
    tx.commit().await
}

static ONE_BY_ONE: tokio::sync::OnceCell<tokio::sync::Mutex<SqlitePool>> = tokio::sync::OnceCell::const_new();

// Whoever writes holds the mutex around the pool.
pub async fn good_pool_in_a_mutex(writers: &tokio::sync::Mutex<SqlitePool>) -> sqlx::Result<()> {
    let pool = writers.lock().await;
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

pub async fn good_pool_in_a_static_mutex() -> sqlx::Result<()> {
    let writers = ONE_BY_ONE.get().expect("made at start-up");
    let pool = writers.lock().await;
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

// It is free again before the transaction begins.
pub async fn bad_pool_out_of_a_mutex(writers: &tokio::sync::Mutex<SqlitePool>) -> sqlx::Result<()> {
    let pool = writers.lock().await.clone();
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

async fn one_try(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

// Refused, it is done again.
pub async fn good_tried_again(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tries = 0;
    loop {
        match one_try(pool).await {
            Err(sqlx::Error::Database(_)) if tries < 5 => tries += 1,
            done => return done,
        }
    }
}

async fn one_of_many(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn bad_again_and_again(pool: &SqlitePool) -> sqlx::Result<()> {
    for _ in 0..3 {
        one_of_many(pool).await?;
    }
    Ok(())
}

pub async fn bad_checkout(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn bad_deferred(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN DEFERRED").await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

pub struct Store {
    pool: SqlitePool,
}

impl Store {
    async fn begin(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.pool.begin().await
    }

    async fn begin_write(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    pub async fn bad_wrapper(&self) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        read(&mut tx).await?;
        write(&mut tx).await?; //~ lock_upgrade
        tx.commit().await
    }

    pub async fn good_wrapper(&self) -> sqlx::Result<()> {
        let mut tx = self.begin_write().await?;
        read(&mut tx).await?;
        write(&mut tx).await?;
        tx.commit().await
    }
}

// One of two ways reads first.
pub async fn bad_one_way(pool: &SqlitePool, ask: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if ask {
        read(&mut tx).await?;
    }
    write(&mut tx).await?; //~ lock_upgrade
    tx.commit().await
}

pub async fn good_write_first(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    write(&mut tx).await?;
    read(&mut tx).await?;
    write(&mut tx).await?;
    tx.commit().await
}

pub async fn good_only_reads(pool: &SqlitePool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    read(&mut tx).await?;
    read(&mut tx).await
}

// The two ways don't meet.
pub async fn good_branches(pool: &SqlitePool, ask: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if ask {
        read(&mut tx).await?;
    } else {
        write(&mut tx).await?;
    }
    tx.commit().await
}

// Another transaction.
pub async fn good_two(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    read(&mut tx).await?;
    tx.commit().await?;
    let mut tx = pool.begin().await?;
    write(&mut tx).await?;
    tx.commit().await
}

// The only connection.
pub async fn good_one_connection(url: &str) -> sqlx::Result<()> {
    let pool = SqlitePoolOptions::new().max_connections(1).connect(url).await?;
    let mut tx = pool.begin().await?;
    read(&mut tx).await?;
    write(&mut tx).await?;
    tx.commit().await
}

// What is sent first may be a write.
pub async fn good_unknown(pool: &SqlitePool, first: &str) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(first.to_owned())).execute(&mut *tx).await?;
    read(&mut tx).await?;
    write(&mut tx).await?;
    tx.commit().await
}

// It may be the program's only connection.
pub async fn good_own_connection(conn: &mut SqliteConnection) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    read(&mut tx).await?;
    write(&mut tx).await?;
    tx.commit().await
}

async fn bad_given(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<()> {
    read(tx).await?;
    write(tx).await //~ lock_upgrade
}

// The callee is given it as a transaction, and is told.
pub async fn good_gives(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_given(&mut tx).await?;
    tx.commit().await
}

async fn good_given(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<()> {
    read(tx).await?;
    write(tx).await
}

pub async fn good_gives_immediate(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    good_given(&mut tx).await?;
    tx.commit().await
}

async fn one_of_two(conn: &mut SqliteConnection, ask: bool) -> sqlx::Result<()> {
    if ask {
        conn.execute(READ).await?;
    } else {
        conn.execute(WRITE).await?;
    }
    Ok(())
}

// In which order a callee does what isn't known here.
pub async fn good_callee_does_either(pool: &SqlitePool, ask: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    one_of_two(&mut tx, ask).await?;
    tx.commit().await
}

static STORE: tokio::sync::OnceCell<SqlitePool> = tokio::sync::OnceCell::const_new();

async fn bad_clean_up(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade?
    tx.commit().await
}

async fn watch(pool: SqlitePool) -> sqlx::Result<()> {
    sqlx::query(READ).execute(&pool).await?;
    Ok(())
}

async fn open_store() -> sqlx::Result<SqlitePool> {
    let pool = SqlitePool::connect("sqlite:store.db").await?;
    tokio::spawn(watch(pool.clone()));
    bad_clean_up(&pool).await?;
    Ok(pool)
}

// While the cell is filled, nobody but the task has the pool.
pub async fn good_store() -> sqlx::Result<&'static SqlitePool> {
    STORE.get_or_try_init(open_store).await
}

pub async fn good_store_by_closure() -> sqlx::Result<&'static SqlitePool> {
    STORE.get_or_try_init(|| async { open_store().await }).await
}

async fn begin_write(pool: &SqlitePool) -> sqlx::Result<(Transaction<'static, Sqlite>, i64)> {
    let mut tx = pool.begin().await?;
    let id = sqlx::query_scalar(r#"INSERT INTO "transaction" DEFAULT VALUES RETURNING id"#)
        .fetch_one(tx.as_mut())
        .await?;
    Ok((tx, id))
}

// Its first statement has taken the write lock.
pub async fn good_begun_by_a_writing_helper(pool: &SqlitePool) -> sqlx::Result<()> {
    let (mut tx, _) = begin_write(pool).await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?;
    tx.commit().await
}

async fn begin_and_look(pool: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    let mut tx = pool.begin().await?;
    sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *tx).await?;
    Ok(tx)
}

pub async fn bad_begun_by_a_helper(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = begin_and_look(pool).await?;
    tx.execute(READ).await?;
    tx.execute(WRITE).await?; //~ lock_upgrade
    tx.commit().await
}

// Its caller has written before, and has the lock.
async fn limit_given_with_the_lock(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<()> {
    read(tx).await?;
    write(tx).await //~ lock_upgrade
}

pub async fn good_writes_and_gives(pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    write(&mut tx).await?;
    limit_given_with_the_lock(&mut tx).await?;
    tx.commit().await
}
