//! What one file says about another: macros of the package and of other members, SQL in files of its own.

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

const READS: &str = "
use sqlx::PgPool;

const ADD: &str = include_str!(\"sql/add.sql\");

pub async fn bad_const(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(include_str!(\"../queries/order.sql\")).execute(&mut *tx).await?;
    sqlx::query(ADD).execute(pool).await?;
    tx.commit().await
}

pub async fn bad_file(pool: &PgPool, what: &str) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/queries/order.sql\"))).execute(&mut *tx).await?;
    sqlx::query_file!(\"src/sql/add.sql\", what).execute(pool).await?;
    sqlx::query_file_as!(Event, \"queries/last.sql\").fetch_one(pool).await?;
    tx.commit().await
}

pub async fn good_read(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query_file!(\"queries/order.sql\").execute(&mut *tx).await?;
    sqlx::query_file!(\"queries/customers.sql\").fetch_all(pool).await?;
    tx.commit().await
}
";

fn reads() -> Scratch {
    Scratch::new(&[
        ("app/Cargo.toml", &manifest("app", "")),
        ("app/src/lib.rs", READS),
        (
            "app/src/sql/add.sql",
            "-- an event\nINSERT INTO events (what) VALUES ($1);\n",
        ),
        (
            "app/queries/order.sql",
            "INSERT INTO orders (id) VALUES (1)",
        ),
        (
            "app/queries/last.sql",
            "SELECT id FROM orders ORDER BY id DESC LIMIT 1",
        ),
        ("app/queries/customers.sql", "SELECT name FROM customers"),
        ("outside.sql", "INSERT INTO events (what) VALUES ('x')"),
    ])
}

fn findings(scratch: &Scratch) -> String {
    scratch
        .run_in(
            "app",
            &[
                "--format",
                "short",
                "--only",
                "query_escapes_transaction",
                "--only",
                "nested_checkout",
            ],
        )
        .out
}

#[test]
fn statements_in_files_are_read() {
    expect![[r#"
        src/lib.rs:9:22: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        src/lib.rs:16:48: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `events` commits even if the transaction rolls back
        src/lib.rs:17:53: warning[query_escapes_transaction]: outside the open transaction, a SELECT from `orders` doesn't see what the transaction has written to `orders`
        src/lib.rs:24:48: warning[nested_checkout]: takes a second connection while a transaction holds one of the same pool: when all are held so, each waits for another's
        0 errors, 4 warnings in 1 file
    "#]].assert_eq(&findings(&reads()));
}

#[test]
fn files_that_cannot_be_read_are_unknown_statements() {
    let broken: [(&str, Vec<u8>); 2] = [
        ("not UTF-8", b"INSERT INTO events \xff".to_vec()),
        (
            "too large",
            [
                b"INSERT INTO events VALUES (1) --".to_vec(),
                vec![b' '; 1 << 20],
            ]
            .concat(),
        ),
    ];
    for (what, bytes) in broken {
        let scratch = reads();
        scratch.write("app/src/sql/add.sql", &bytes);
        let out = findings(&scratch);
        assert!(!out.contains("events"), "{what}: {out}");
    }
    let scratch = reads();
    std::fs::remove_file(scratch.path().join("app/src/sql/add.sql")).unwrap();
    std::fs::create_dir(scratch.path().join("app/src/sql/add.sql")).unwrap();
    assert!(!findings(&scratch).contains("events"));
}

#[cfg(unix)]
#[test]
fn only_files_of_the_package_are_read() {
    let scratch = reads();
    let add = scratch.path().join("app/src/sql/add.sql");
    std::fs::rename(&add, scratch.path().join("app/queries/add.sql")).unwrap();
    std::os::unix::fs::symlink("../../queries/add.sql", &add).unwrap();
    assert!(findings(&scratch).contains("`events`"));
    std::fs::remove_file(&add).unwrap();
    std::os::unix::fs::symlink("../../../outside.sql", &add).unwrap();
    assert!(!findings(&scratch).contains("events"));
    let climbing = READS
        .replace("src/sql/add.sql", "../outside.sql")
        .replace("sql/add.sql", "../../outside.sql");
    scratch.write("app/src/lib.rs", climbing.as_bytes());
    assert!(!findings(&scratch).contains("events"));
}

/// Whether a store that makes a database in memory is told of it, given the `main.rs` of another package, and tests of its own.
fn is_told(main: &str, tests: &str) -> bool {
    let sqlite = "[dependencies]\nsqlx = { version = \"0.8\", features = [\"sqlite\"] }\n";
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{sqlite}")
    };
    let store = "pub struct Store { pub pool: sqlx::SqlitePool }

impl Store {
    pub async fn in_memory() -> sqlx::Result<Self> {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().connect(\"sqlite::memory:\").await?;
        Ok(Self { pool })
    }
}
";
    let scratch = Scratch::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"store\", \"shop\"]\n",
        ),
        ("store/Cargo.toml", &package("store")),
        ("store/src/lib.rs", store),
        ("store/tests/all.rs", tests),
        (
            "shop/Cargo.toml",
            &format!("{}store = {{ path = \"../store\" }}\n", package("shop")),
        ),
        ("shop/src/main.rs", main),
    ]);
    let said = scratch.run(&["--format", "short"]);
    said.out.contains("store/src/lib.rs:5")
}

const IN_A_TEST: &str = "fn main() {}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn works() {
        let store = store::Store::in_memory().await.unwrap();
    }
}
";

#[test]
fn what_only_a_programs_tests_call_is_for_tests() {
    assert!(!is_told(IN_A_TEST, ""));
    // A library's own call what its users call, whoever they are.
    let own = "#[tokio::test] async fn works() { store::Store::in_memory().await.unwrap(); }";
    assert!(is_told("fn main() {}", own));
    assert!(is_told("fn main() {}", ""));
    let demo = "async fn demo() { let store = store::Store::in_memory().await.unwrap(); }";
    assert!(is_told(&format!("{IN_A_TEST}{demo}\n"), ""));
    // A macro may hide who calls.
    let hidden = "macro_rules! open { () => { store::Store::in_memory() } }";
    assert!(is_told(&format!("{IN_A_TEST}{hidden}\n"), ""));
}

/// Whether a test transaction that a library begins is told of, where the library's own tests call for it, given the program beside it.
fn is_begun_told(main: Option<&str>) -> bool {
    let manifest = "[package]\nname = \"watch\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }\n";
    let lib = "use diesel::prelude::*;

pub fn connect(url: &str) -> PgConnection {
    let mut conn = PgConnection::establish(url).unwrap();
    conn.begin_test_transaction().unwrap();
    conn
}
";
    let tests = "#[test]
fn works() {
    let mut conn = watch::connect(\"postgres://localhost/watch\");
}
";
    let mut files = vec![
        ("Cargo.toml", manifest),
        ("src/lib.rs", lib),
        ("tests/all.rs", tests),
    ];
    files.extend(main.map(|main| ("src/main.rs", main)));
    let said = Scratch::new(&files).run(&["--format", "short"]);
    said.out.contains("test_transaction_outside_tests")
}

#[test]
fn what_only_tests_of_a_program_call_of_its_library_is_for_tests() {
    assert!(!is_begun_told(Some("fn main() {}")));
    // Whose users may call it.
    assert!(is_begun_told(None));
    assert!(is_begun_told(Some(
        "fn main() { let conn = watch::connect(\"postgres://localhost/watch\"); }"
    )));
}
