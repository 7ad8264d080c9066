//@ crate: sqlx-postgres
//! BEGIN as text on a connection: which ways out leave it open.
use sqlx::pool::PoolConnection;
use sqlx::{Connection, PgConnection, PgPool, Postgres, Row};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";
const CHECK: &str = "SELECT count(*) FROM accounts WHERE balance < 0";

// An early return between BEGIN and COMMIT.
pub async fn bad_early_return(pool: &PgPool) -> sqlx::Result<bool> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    if sqlx::query(CHECK).fetch_one(&mut *conn).await.is_err() {
        return Ok(false); //~ open_transaction_returned
    }
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(true)
}

// Reads only: the snapshot stays.
pub async fn bad_reads(pool: &PgPool) -> sqlx::Result<i64> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *conn).await?;
    let row = sqlx::query(CHECK).fetch_one(&mut *conn).await?; //~ open_transaction_returned
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(row.get(0))
}

// Nothing ends it: the statement itself is what is wrong.
pub async fn bad_never_ended(pool: &PgPool) {
    let Ok(mut conn) = pool.acquire().await else { return };
    let _ = sqlx::query("BEGIN").execute(&mut *conn).await; //~ open_transaction_returned
    let _ = sqlx::query(ADD).execute(&mut *conn).await;
}

// `let … else` leaves.
pub async fn bad_let_else(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    let Ok(row) = sqlx::query(CHECK).fetch_one(&mut *conn).await else {
        return Ok(()); //~ open_transaction_returned
    };
    if row.get::<i64, _>(0) > 0 {
        sqlx::query("ROLLBACK").execute(&mut *conn).await?;
        return Ok(());
    }
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// A panic that is written out.
pub async fn bad_panic(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *conn).await {
        panic!("no audit: {error}"); //~ open_transaction_returned
    }
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// The connection is the caller's, whoever that is.
pub async fn bad_unknown_caller(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    sqlx::query(ADD).execute(&mut *conn).await?; //~ open_transaction_returned
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// A caller lends it a checkout; the finding lies where the transaction is left open.
async fn bad_lent_checkout(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    sqlx::query(ADD).execute(&mut *conn).await?; //~ open_transaction_returned
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

pub async fn good_lender(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    bad_lent_checkout(&mut conn).await
}

// All its callers own the connection and end with it.
async fn good_lent_own(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    sqlx::query(ADD).execute(&mut *conn).await?;
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

pub async fn good_owner(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    good_lent_own(&mut conn).await
}

pub struct Session {
    conn: PoolConnection<Postgres>,
}

impl Session {
    // The connection is a field and outlives the call.
    pub async fn bad_field(&mut self) -> sqlx::Result<()> {
        sqlx::query("BEGIN").execute(&mut *self.conn).await?;
        sqlx::query(ADD).execute(&mut *self.conn).await?; //~ open_transaction_returned
        sqlx::query("COMMIT").execute(&mut *self.conn).await?;
        Ok(())
    }

    // Begins on every path: its callers are asked.
    pub async fn good_begin(&mut self) -> sqlx::Result<()> {
        sqlx::query("BEGIN").execute(&mut *self.conn).await?;
        Ok(())
    }

    pub async fn good_end(&mut self) -> sqlx::Result<()> {
        sqlx::query("COMMIT").execute(&mut *self.conn).await?;
        Ok(())
    }

    // The caller of the pair leaves in between.
    pub async fn bad_between_helpers(&mut self) -> sqlx::Result<()> {
        self.good_begin().await?;
        sqlx::query(ADD).execute(&mut *self.conn).await?; //~ open_transaction_returned
        self.good_end().await
    }
}

// Leaves from inside a loop.
pub async fn bad_loop(pool: &PgPool, rows: &[i64]) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    for row in rows {
        if *row < 0 {
            return Err(sqlx::Error::RowNotFound); //~ open_transaction_returned
        }
    }
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// ROLLBACK on the error of the statement, but not on that of the parse before it.
pub async fn bad_one_arm(pool: &PgPool, amount: &str) -> anyhow::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    let amount: i64 = amount.parse()?; //~ open_transaction_returned
    match sqlx::query("INSERT INTO audit (amount) VALUES ($1)").bind(amount).execute(&mut *conn).await {
        Ok(_) => sqlx::query("COMMIT").execute(&mut *conn).await?,
        Err(_) => sqlx::query("ROLLBACK").execute(&mut *conn).await?,
    };
    Ok(())
}

// One text that can fail midway; nobody rolls back.
pub async fn bad_multi_statement(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("BEGIN; DELETE FROM drafts; INSERT INTO audit (what) VALUES ('drafts'); COMMIT").execute(pool).await?; //~ open_transaction_returned
    Ok(())
}

// The same on a checkout.
pub async fn bad_multi_statement_checkout(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::raw_sql("BEGIN; DELETE FROM drafts; COMMIT").execute(&mut *conn).await?; //~ open_transaction_returned
    Ok(())
}

// Without BEGIN it is one transaction on Postgres anyway.
pub async fn good_multi_statement(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("DELETE FROM drafts; INSERT INTO audit (what) VALUES ('drafts')").execute(pool).await?;
    Ok(())
}

// Rolled back when the text fails.
pub async fn good_multi_statement_rolled_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    if let Err(error) = sqlx::raw_sql("BEGIN; DELETE FROM drafts; COMMIT").execute(&mut *conn).await {
        let _ = sqlx::query("ROLLBACK").execute(&mut *conn).await;
        return Err(error);
    }
    Ok(())
}

async fn work(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(&mut *conn).await?;
    sqlx::query(CHECK).execute(conn).await?;
    Ok(())
}

// What may fail is one result, and both of its arms end the transaction.
pub async fn good_both_arms(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    match work(&mut conn).await {
        Ok(()) => {
            sqlx::query("COMMIT").execute(&mut *conn).await?;
            Ok(())
        }
        Err(error) => {
            sqlx::query("ROLLBACK").execute(&mut *conn).await?;
            Err(error)
        }
    }
}

// The same with an async block.
pub async fn good_async_block(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    let result: sqlx::Result<()> = async {
        sqlx::query(ADD).execute(&mut *conn).await?;
        sqlx::query(CHECK).execute(&mut *conn).await?;
        Ok(())
    }
    .await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    sqlx::query(end).execute(&mut *conn).await?;
    result
}

// Closed, not returned.
pub async fn good_closed(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.close_on_drop();
    sqlx::query("BEGIN").execute(&mut *conn).await?;
    sqlx::query(ADD).execute(&mut *conn).await?;
    sqlx::query("COMMIT").execute(&mut *conn).await?;
    Ok(())
}

// A connection of the function's own ends with it.
pub async fn good_own_connection(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::query("BEGIN").execute(&mut conn).await?;
    sqlx::query(ADD).execute(&mut conn).await?;
    sqlx::query("COMMIT").execute(&mut conn).await?;
    Ok(())
}

// A guard rolls back on drop.
pub async fn good_guard(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await?;
    if sqlx::query(CHECK).fetch_one(&mut *tx).await.is_err() {
        return Ok(());
    }
    tx.commit().await
}

/// Sends the connection to its end unless told otherwise.
struct Unfinished<'c> {
    conn: &'c mut PoolConnection<Postgres>,
    is_done: bool,
}

impl<'c> Unfinished<'c> {
    async fn begin(conn: &'c mut PoolConnection<Postgres>) -> sqlx::Result<Self> {
        sqlx::query("BEGIN").execute(&mut **conn).await?;
        Ok(Self { conn, is_done: false })
    }

    async fn end(mut self) -> sqlx::Result<()> {
        sqlx::query("COMMIT").execute(&mut **self.conn).await?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.conn.close_on_drop();
        }
    }
}

// A guard of the workspace's own.
pub async fn good_own_guard(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut unfinished = Unfinished::begin(&mut conn).await?;
    sqlx::query(ADD).execute(&mut **unfinished.conn).await?;
    unfinished.end().await
}

// BEGIN and its end hang on one condition; what may fail in between is looked at.
pub async fn good_condition(pool: &PgPool, is_whole: bool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    if is_whole {
        sqlx::query("BEGIN").execute(&mut *conn).await?;
    }
    let done = work(&mut conn).await;
    if is_whole {
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        sqlx::query(end).execute(&mut *conn).await?;
    }
    done
}

// Each round begins and ends its own.
pub async fn good_retry(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    loop {
        sqlx::query("BEGIN ISOLATION LEVEL SERIALIZABLE").execute(&mut *conn).await?;
        match work(&mut conn).await {
            Ok(()) => {
                sqlx::query("COMMIT").execute(&mut *conn).await?;
                return Ok(());
            }
            Err(_) => sqlx::query("ROLLBACK").execute(&mut *conn).await?,
        };
    }
}

// What fails is BEGIN itself, in whatever way that is looked at.
pub async fn good_begin_failed(pool: &PgPool) -> Result<(), String> {
    let mut conn = pool.acquire().await.map_err(|error| error.to_string())?;
    let begun = sqlx::query("BEGIN").execute(&mut *conn).await;
    if let Err(error) = begun {
        return Err(error.to_string());
    }
    let done = work(&mut conn).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    match sqlx::query(end).execute(&mut *conn).await {
        Ok(_) => done.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

// One arm forgets to roll back.
pub async fn bad_forgotten_arm(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("BEGIN").execute(&mut *conn).await?; //~ open_transaction_returned
    match work(&mut conn).await {
        Ok(()) => {
            sqlx::query("COMMIT").execute(&mut *conn).await?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn send(conn: &mut PgConnection, text: &'static str) -> sqlx::Result<()> {
    sqlx::query(text).execute(conn).await?;
    Ok(())
}

// The text goes through a helper.
pub async fn bad_sent_by_helper(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    send(&mut conn, "BEGIN").await?;
    work(&mut conn).await?; //~ open_transaction_returned
    send(&mut conn, "COMMIT").await
}

/// A transaction of one of two kinds.
enum Either<'c> {
    Whole(Unfinished<'c>),
    Nothing,
}

impl Either<'_> {
    async fn end(self) -> sqlx::Result<()> {
        match self {
            Self::Whole(unfinished) => unfinished.end().await,
            Self::Nothing => Ok(()),
        }
    }
}

async fn begin_either(conn: &mut PoolConnection<Postgres>, is_whole: bool) -> sqlx::Result<Either<'_>> {
    if is_whole {
        return Ok(Either::Whole(Unfinished::begin(conn).await?));
    }
    Ok(Either::Nothing)
}

async fn good_part_is_guard(conn: &mut PoolConnection<Postgres>) -> sqlx::Result<()> {
    let either = begin_either(conn, true).await?;
    either.end().await
}

// The guard lies in a variant, and died in the callee.
pub async fn good_guard_in_callee(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    good_part_is_guard(&mut conn).await?;
    sqlx::query(CHECK).execute(&mut *conn).await?;
    Ok(())
}
