//@ crate: sqlx-postgres
//! Errors swallowed on Postgres: the transaction is aborted, and commit answers Ok.
use sqlx::{Acquire, PgPool, Postgres, Row, Transaction};

const ADD: &str = "INSERT INTO audit (what) VALUES ('x')";
const SET: &str = "UPDATE accounts SET balance = 0 WHERE id = 1";

pub async fn bad_let_underscore(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    let _ = sqlx::query(ADD).execute(&mut *tx).await; //~ commit_after_swallowed_error
    tx.commit().await
}

pub async fn bad_ok(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).execute(&mut *tx).await.ok(); //~ commit_after_swallowed_error
    tx.commit().await
}

pub async fn bad_logged(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await { //~ commit_after_swallowed_error
        eprintln!("not audited: {error}");
    }
    tx.commit().await
}

pub async fn bad_match(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    match sqlx::query(ADD).execute(&mut *tx).await { //~ commit_after_swallowed_error
        Ok(done) => println!("{} rows", done.rows_affected()),
        Err(error) => eprintln!("not audited: {error}"),
    }
    tx.commit().await
}

// Every turn after the first that failed fails too.
pub async fn bad_in_a_loop(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for name in names {
        let added = sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut *tx).await; //~ commit_after_swallowed_error
        if let Err(error) = added {
            eprintln!("{name}: {error}");
            continue;
        }
    }
    tx.commit().await
}

async fn audit(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query(ADD).execute(&mut **tx).await?;
    Ok(())
}

pub async fn bad_callee(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit(&mut tx).await; //~ commit_after_swallowed_error
    tx.commit().await
}

// The caller commits.
pub async fn bad_for_the_caller(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    match sqlx::query(ADD).execute(&mut **tx).await { //~ commit_after_swallowed_error
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

pub async fn bad_text(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("BEGIN").execute(&mut conn).await?;
    let _ = sqlx::query(ADD).execute(&mut conn).await; //~ commit_after_swallowed_error
    sqlx::query("COMMIT").execute(&mut conn).await?;
    Ok(())
}

// Some errors are passed on, the one of the server isn't.
pub async fn bad_told_apart(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await { //~ commit_after_swallowed_error
        let is_known = error.as_database_error().is_some_and(|error| error.is_unique_violation());
        if !is_known {
            return Err(error);
        }
    }
    tx.commit().await
}

pub async fn good_checked(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await {
        eprintln!("not audited: {error}");
        return Err(error);
    }
    tx.commit().await
}

pub async fn good_rolled_back(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if sqlx::query(ADD).execute(&mut *tx).await.is_err() {
        return tx.rollback().await;
    }
    tx.commit().await
}

pub async fn good_both_ends(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    match sqlx::query(ADD).execute(&mut *tx).await {
        Ok(_) => tx.commit().await,
        Err(error) => {
            eprintln!("{error}");
            tx.rollback().await
        }
    }
}

pub async fn good_savepoint(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut savepoint = tx.begin().await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *savepoint).await {
        eprintln!("not audited: {error}");
        savepoint.rollback().await?;
    } else {
        savepoint.commit().await?;
    }
    tx.commit().await
}

pub async fn good_savepoint_by_text(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SAVEPOINT audit").execute(&mut *tx).await?;
    if let Err(error) = sqlx::query(ADD).execute(&mut *tx).await {
        eprintln!("not audited: {error}");
        sqlx::query("ROLLBACK TO SAVEPOINT audit").execute(&mut *tx).await?;
    }
    tx.commit().await
}

pub async fn good_client_error(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    let made = sqlx::query("INSERT INTO names (name) VALUES ('x') ON CONFLICT DO NOTHING RETURNING id")
        .fetch_one(&mut *tx)
        .await;
    match made {
        Ok(row) => println!("{}", row.get::<i64, _>(0)),
        Err(sqlx::Error::RowNotFound) => println!("known already"),
        Err(error) => return Err(error),
    }
    tx.commit().await?;
    Ok(1)
}

pub async fn good_read(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rate: i64 = sqlx::query_scalar("SELECT rate FROM tariffs").fetch_one(&mut *tx).await.unwrap_or(1);
    sqlx::query("UPDATE accounts SET balance = $1").bind(rate).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_remembered(pool: &PgPool, names: &[String]) -> sqlx::Result<Vec<String>> {
    let mut tx = pool.begin().await?;
    let mut failed = Vec::new();
    for name in names {
        if let Err(error) = sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut *tx).await {
            failed.push(error.to_string());
            break;
        }
    }
    if failed.is_empty() {
        tx.commit().await?;
    }
    Ok(failed)
}

pub async fn good_kept(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let added = sqlx::query(ADD).execute(&mut *tx).await.is_ok();
    if added { tx.commit().await } else { tx.rollback().await }
}

pub async fn good_after_commit(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await?;
    let _ = sqlx::query(ADD).execute(pool).await;
    Ok(())
}

pub async fn good_panics(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = sqlx::query(ADD).execute(&mut *tx).await.unwrap_or_else(|error| panic!("{error}"));
    tx.commit().await
}

// The value of the function says which it was.
pub async fn good_answer(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<bool> {
    match sqlx::query(ADD).execute(&mut **tx).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error),
        Ok(_) => Ok(true),
    }
}

// The read that follows fails too, and is looked at: `use_after_failed_statement` speaks of it.
pub async fn bad_checked_later(pool: &PgPool) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    match sqlx::query(ADD).execute(&mut *tx).await {
        Err(sqlx::Error::Database(error)) => {
            if !error.is_unique_violation() {
                return Err(sqlx::Error::Database(error));
            }
        }
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    let row = match sqlx::query("SELECT id FROM audit").fetch_one(&mut *tx).await { //~ use_after_failed_statement
        Ok(row) => row,
        Err(error) => {
            eprintln!("{error}");
            return Err(error);
        }
    };
    tx.commit().await?;
    Ok(row.get(0))
}

// The process ends where the statement fails: its answer is never an error.
async fn audit_or_exit(tx: &mut Transaction<'_, Postgres>, names: &[String]) -> sqlx::Result<bool> {
    for name in names {
        match sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut **tx).await {
            Ok(_) => println!("{name} added"),
            Err(error) => {
                eprintln!("{name}: {error}");
                std::process::exit(1);
            }
        }
    }
    Ok(true)
}

pub async fn good_never_an_error(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit_or_exit(&mut tx, names).await;
    sqlx::query(SET).execute(&mut *tx).await?;
    tx.commit().await
}

async fn audit_or_fail(tx: &mut Transaction<'_, Postgres>, names: &[String]) -> sqlx::Result<bool> {
    for name in names {
        match sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut **tx).await {
            Ok(_) => println!("{name} added"),
            Err(error) => {
                eprintln!("{name}: {error}");
                return Err(error);
            }
        }
    }
    Ok(true)
}

pub async fn bad_may_be_an_error(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit_or_fail(&mut tx, names).await; //~ commit_after_swallowed_error
    tx.commit().await
}

pub async fn bad_may_be_an_error_before_another(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit_or_fail(&mut tx, names).await;
    sqlx::query(SET).execute(&mut *tx).await?; //~ use_after_failed_statement
    tx.commit().await
}

// No error, and yet the answer says that there was one.
async fn audit_or_say(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<bool> {
    if let Err(error) = sqlx::query(ADD).execute(&mut **tx).await {
        eprintln!("not audited: {error}");
        return Ok(false);
    }
    Ok(true)
}

pub async fn bad_answer_unheard(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit_or_say(&mut tx).await; //~ commit_after_swallowed_error
    tx.commit().await
}

// What is thrown away in the callee is told there, once.
async fn audit_or_log(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    if let Err(error) = sqlx::query(ADD).execute(&mut **tx).await { //~ commit_after_swallowed_error
        eprintln!("not audited: {error}");
    }
    Ok(())
}

pub async fn good_told_in_the_callee(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit_or_log(&mut tx).await;
    tx.commit().await
}

// Any of several implementations may be the one that runs.
trait Audit {
    async fn add(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<bool>;
}

struct Strict;
struct Lenient;

impl Audit for Strict {
    async fn add(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<bool> {
        match sqlx::query(ADD).execute(&mut **tx).await {
            Ok(_) => Ok(true),
            Err(error) => panic!("not audited: {error}"),
        }
    }
}

impl Audit for Lenient {
    async fn add(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<bool> {
        sqlx::query(ADD).execute(&mut **tx).await?;
        Ok(true)
    }
}

pub async fn good_known_implementation(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = Strict.add(&mut tx).await;
    tx.commit().await
}

async fn bad_any_implementation(pool: &PgPool, audit: &impl Audit) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let _ = audit.add(&mut tx).await; //~ commit_after_swallowed_error
    tx.commit().await
}

pub async fn run_both(pool: &PgPool) -> sqlx::Result<()> {
    bad_any_implementation(pool, &Strict).await?;
    bad_any_implementation(pool, &Lenient).await
}

const DISABLED: bool = true;
const AUDITS: bool = false;
const STRICT: &bool = &true;

// Never gets there.
pub async fn good_disabled(pool: &PgPool) -> sqlx::Result<()> {
    if DISABLED {
        return Err(sqlx::Error::WorkerCrashed);
    }
    let mut tx = pool.begin().await?;
    let _ = sqlx::query(ADD).execute(&mut *tx).await;
    tx.commit().await
}

pub async fn good_turned_off(pool: &PgPool, wanted: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if AUDITS && wanted {
        let _ = sqlx::query(ADD).execute(&mut *tx).await;
    }
    if !self::DISABLED {
        let _ = sqlx::query(ADD).execute(&mut *tx).await;
    } else {
        sqlx::query(SET).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// What is left is as bad as ever.
pub async fn bad_not_disabled(pool: &PgPool, wanted: bool) -> sqlx::Result<()> {
    if !DISABLED || AUDITS {
        return Err(sqlx::Error::WorkerCrashed);
    }
    let mut tx = pool.begin().await?;
    if DISABLED && wanted {
        let _ = sqlx::query(ADD).execute(&mut *tx).await; //~ commit_after_swallowed_error
    }
    tx.commit().await
}

// Not known.
pub async fn bad_strict(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if *STRICT {
        sqlx::query(SET).execute(&mut *tx).await?;
    } else {
        let _ = sqlx::query(ADD).execute(&mut *tx).await; //~ commit_after_swallowed_error
    }
    tx.commit().await
}
