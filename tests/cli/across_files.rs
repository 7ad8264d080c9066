//! What one file says about another: macros of the package and of other members.

use expect_test::expect;

use crate::scratch::Scratch;

const SQLX: &str = "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n";

fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{SQLX}{more}")
}

const STORE: &str = "
use sqlx::PgPool;

#[macro_export]
macro_rules! log_event {
    ($pool:expr, $what:expr) => {
        $crate::events::add($pool, $what).await?
    };
}

pub mod events {
    pub async fn add(pool: &sqlx::PgPool, what: &str) -> sqlx::Result<()> {
        sqlx::query(\"INSERT INTO events (what) VALUES ($1)\").bind(what).execute(pool).await?;
        Ok(())
    }
}
";

/// A function that writes in a transaction and logs through the pool in its middle.
fn caller(call: &str) -> String {
    format!(
        "use sqlx::PgPool;

pub async fn order(pool: &PgPool) -> sqlx::Result<()> {{
    let mut tx = pool.begin().await?;
    sqlx::query(\"INSERT INTO orders (id) VALUES (1)\").execute(&mut *tx).await?;
    {call};
    tx.commit().await
}}
"
    )
}

#[test]
fn macros_are_found_in_their_package_and_where_they_are_exported() {
    let scratch = Scratch::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"store\", \"shop\"]\n",
        ),
        ("store/Cargo.toml", &manifest("store", "")),
        ("store/src/lib.rs", &format!("mod own;\n{STORE}")),
        ("store/src/own.rs", &caller("log_event!(pool, \"own\")")),
        (
            "store/src/main.rs",
            &format!(
                "{}fn main() {{}}\n",
                caller("store::log_event!(pool, \"bin\")")
            ),
        ),
        (
            "shop/Cargo.toml",
            &manifest("shop", "store = { path = \"../store\" }\n"),
        ),
        (
            "shop/src/lib.rs",
            &format!(
                "mod by_use;\n{}",
                caller("store::log_event!(pool, \"path\")")
            ),
        ),
        (
            "shop/src/by_use.rs",
            &format!(
                "use store::log_event;\n{}",
                caller("log_event!(pool, \"use\")")
            ),
        ),
    ]);
    expect![[r#"
        shop/src/by_use.rs:7:5: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        shop/src/lib.rs:7:5: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        store/src/main.rs:6:5: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        store/src/own.rs:6:5: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        0 errors, 4 warnings in 5 files
    "#]].assert_eq(&scratch.run(&["--format", "short"]).out);
}
