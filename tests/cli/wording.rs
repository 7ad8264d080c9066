//! What messages and helps say where it depends: on the database, by the features that tell it; on what becomes of the transaction.

use expect_test::{Expect, expect};

use crate::scratch::Scratch;

/// The message and help of the one finding of a package with these dependencies.
fn check(dependencies: &str, code: &str, lint: &str, expected: &Expect) {
    let manifest = format!(
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{dependencies}"
    );
    let scratch = Scratch::new(&[("Cargo.toml", &manifest), ("src/lib.rs", code)]);
    let said = scratch.run(&["check", "--only", lint, "-W", "pedantic"]);
    let told = |line: &&str| line.starts_with("warning[") || line.contains("= help: ");
    let lines: Vec<&str> = said.out.lines().filter(told).map(str::trim).collect();
    expected.assert_eq(&format!("{}\n", lines.join("\n")));
}

const SWALLOWED: &str = "
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

pub async fn publish(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    tx.execute_unprepared(\"UPDATE articles SET published = TRUE\").await?;
    let _ = tx.execute_unprepared(\"INSERT INTO feed (article) VALUES (1)\").await;
    tx.commit().await
}
";

fn swallowed(dependencies: &str, expected: &Expect) {
    check(
        dependencies,
        SWALLOWED,
        "commit_after_swallowed_error",
        expected,
    );
}

#[test]
fn a_swallowed_error_does_what_it_does_on_sqlite() {
    swallowed(
        "[dependencies]\nsea-orm = { version = \"1\", features = [\"sqlx-sqlite\"] }\n",
        &expect![[r#"
            warning[commit_after_swallowed_error]: when this fails, the rest of the transaction commits without it
            = help: return the error, so that the transaction rolls back
        "#]],
    );
}

#[test]
fn a_swallowed_error_does_what_it_does_on_postgres() {
    swallowed(
        "[dependencies]\nsea-orm = { version = \"1\", features = [\"sqlx-postgres\"] }\n",
        &expect![[r#"
            warning[commit_after_swallowed_error]: when this fails, the transaction is aborted, and COMMIT rolls everything back and answers Ok
            = help: return the error, or run the statement inside a savepoint that is rolled back when it fails
        "#]],
    );
}

#[test]
fn a_swallowed_error_may_do_either_where_there_are_drivers_for_both() {
    swallowed(
        "[features]\nlite = [\"sea-orm/sqlx-sqlite\"]\n[dependencies]\nsea-orm = { version = \"1\", features = [\"sqlx-postgres\"] }\n",
        &expect![[r#"
            warning[commit_after_swallowed_error]: when this fails, the rest commits without it, or on Postgres nothing is committed, and COMMIT answers Ok
            = help: return the error, or run the statement inside a savepoint that is rolled back when it fails
        "#]],
    );
}

#[test]
fn what_tests_run_on_tells_nothing() {
    swallowed(
        "[dependencies]\nsea-orm = \"1\"\n[dev-dependencies]\nsea-orm = { version = \"1\", features = [\"sqlx-sqlite\"] }\n",
        &expect![[r#"
            warning[commit_after_swallowed_error]: when this fails, the rest commits without it, or on Postgres nothing is committed, and COMMIT answers Ok
            = help: return the error, or run the statement inside a savepoint that is rolled back when it fails
        "#]],
    );
}

/// A write outside of a transaction that ends so.
fn beside(inside: &str, end: &str, lint: &str, expected: &Expect) {
    let code = format!(
        "
use sqlx::PgPool;

pub async fn place(pool: &PgPool) -> sqlx::Result<()> {{
    let mut tx = pool.begin().await?;
    sqlx::query(\"{inside}\").execute(&mut *tx).await?;
    sqlx::query(\"INSERT INTO events (what) VALUES ('placed')\").execute(pool).await?;
    {end}
}}
"
    );
    let sqlx = "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n";
    check(sqlx, &code, lint, expected);
}

#[test]
fn a_write_outside_belongs_into_a_transaction_that_commits() {
    const INSIDE: &str = "INSERT INTO orders (item) VALUES (1)";
    beside(
        INSIDE,
        "tx.commit().await",
        "query_escapes_transaction",
        &expect![[r#"
            warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
            = help: run it on the transaction: pass the transaction instead of the pool
        "#]],
    );
    beside(
        INSIDE,
        "Ok(())",
        "query_escapes_transaction",
        &expect![[r#"
            warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
            = help: nothing commits the transaction: let it commit, and then run this on it; or run this before it begins
        "#]],
    );
    beside(
        INSIDE,
        "tx.rollback().await",
        "query_escapes_transaction",
        &expect![[r#"
            warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
            = help: nothing commits the transaction: let it commit, and then run this on it; or run this before it begins
        "#]],
    );
}

#[test]
fn a_write_outside_stays_out_of_a_transaction_that_only_reads() {
    const INSIDE: &str = "SELECT item FROM orders";
    beside(
        INSIDE,
        "tx.commit().await",
        "query_escapes_transaction",
        &expect![[r#"
            warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
            = help: run it on the transaction: pass the transaction instead of the pool
        "#]],
    );
    beside(
        INSIDE,
        "Ok(())",
        "nested_checkout",
        &expect![[r#"
            warning[nested_checkout]: takes a second connection while a transaction holds one of the same pool: when all are held so, each waits for another's
            = help: end the transaction first: it only reads, and is never committed
        "#]],
    );
}
