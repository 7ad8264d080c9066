//! `[[model]]` in `acid.toml`: what it tells, and models that match nothing.

use expect_test::expect;

use crate::configuration::refused;
use crate::scratch::Scratch;

#[test]
fn models_are_written_in_the_catalogue_s_own_keys() {
    let scratch = Scratch::package(
        "use app_macros::{Db, Pool, Store, connect};\nfn main() { connect().run() }\n",
    );
    let models = r#"
        [[model]]
        type = "app::Db"
        role = "pool"
        deref = "sqlx::PgPool"
        [[model]]
        method = "app::Db::run"
        effect = "begin_closure"
        closure = "arg0"
        closure_params = ["&mut sqlx::PgConnection"]
        [[model]]
        fn = "app::connect"
        effect = "pool_create"
        returns = "app::Db"
        async = true
        [[model]]
        alias = "app::Pool"
        is = "app::Db"
        [[model]]
        trait = "app::Store"
        role = "executor"
    "#;
    scratch.write("acid.toml", models.as_bytes());
    assert_eq!(scratch.run(&[]).code, 0);
}

const WRAPPED: &str = r#"
use company_db::{Db, Tx, in_transaction, send};

pub async fn pay(db: &Db) -> Result<(), company_db::Error> {
    let mut tx = db.start().await?;
    tx.exec("UPDATE accounts SET balance = 0 WHERE id = 1").await?;
    db.exec("INSERT INTO notes (id) VALUES (1)").await?;
    send("paid").await?;
    tx.done().await
}

pub async fn pay_in_closure(db: &Db) -> Result<(), company_db::Error> {
    in_transaction(db, async |tx: &mut Tx| {
        tx.exec("UPDATE accounts SET balance = 0 WHERE id = 1").await?;
        send("paid").await?;
        tx.exec("DELETE FROM carts WHERE id = 1").await
    })
    .await
}

pub async fn pay_and_look(db: &Db) -> Result<(), company_db::Error> {
    let mut tx = db.start().await?;
    tx.exec("UPDATE accounts SET balance = 0 WHERE id = 1").await?;
    reqwest::get("http://localhost/health").await.ok();
    tx.done().await
}
"#;

const MODELS: &str = r#"
[[model]]
type = "company_db::Db"
role = "pool"
database = "postgres"

[[model]]
type = "company_db::Tx"
role = "transaction"

[[model]]
method = "company_db::Db::start"
effect = "begin"
handle = "receiver"
async = true
returns = "Result<company_db::Tx>"

[[model]]
method = "company_db::Db::exec"
effect = "run"
handle = "receiver"
sql = "arg0"
async = true

[[model]]
method = "company_db::Tx::exec"
effect = "run"
handle = "receiver"
sql = "arg0"
async = true

[[model]]
method = "company_db::Tx::done"
effect = "commit"
handle = "receiver"
async = true

[[model]]
fn = "company_db::in_transaction"
effect = "begin_closure"
handle = "arg0"
closure = "arg1"
closure_params = ["&mut company_db::Tx"]
async = true
returns = "Closure1"

[[model]]
fn = "company_db::send"
effect = "slow"
value = "http"
async = true
"#;

/// Types by role, calls by effect, a transaction runner and a slow call.
#[test]
fn models_tell_what_no_source_shows() {
    let scratch = Scratch::package("fn main() {}\n");
    scratch.write("src/main.rs", WRAPPED.as_bytes());
    scratch.write(
        "Cargo.toml",
        b"[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\ncompany_db = \"1\"\nreqwest = \"0.13\"\n",
    );
    scratch.write("acid.toml", MODELS.as_bytes());
    let told = |scratch: &Scratch| scratch.run(&["--format", "short"]).out;
    expect![[r#"
        src/main.rs:7:8: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `notes` commits even if the transaction rolls back
        src/main.rs:8:5: warning[slow_work_in_transaction]: waits for an HTTP answer while a transaction is open: what it has written to `accounts` stays locked until then
        src/main.rs:15:9: warning[slow_work_in_transaction]: waits for an HTTP answer while a transaction is open: what it has written to `accounts` stays locked until then
        src/main.rs:24:5: warning[slow_work_in_transaction]: waits for an HTTP answer while a transaction is open: what it has written to `accounts` stays locked until then
        0 errors, 4 warnings in 1 file
    "#]].assert_eq(&told(&scratch));
    // A call that is known to be safe.
    let safe = "[[model]]\nfn = \"reqwest::get\"\neffect = \"none\"\nasync = true\n";
    scratch.write("acid.toml", format!("{MODELS}\n{safe}").as_bytes());
    expect![[r#"
        src/main.rs:7:8: warning[query_escapes_transaction]: outside the open transaction, an INSERT into `notes` commits even if the transaction rolls back
        src/main.rs:8:5: warning[slow_work_in_transaction]: waits for an HTTP answer while a transaction is open: what it has written to `accounts` stays locked until then
        src/main.rs:15:9: warning[slow_work_in_transaction]: waits for an HTTP answer while a transaction is open: what it has written to `accounts` stays locked until then
        0 errors, 3 warnings in 1 file
    "#]].assert_eq(&told(&scratch));
}

#[test]
fn models_that_match_nothing() {
    refused(
        "[[model]]\ntype = \"ap::Db\"\nrole = \"pool\"\n",
        &expect![[r#"
            error: no package of the workspace depends on `ap`
             --> acid.toml:2:1
              |
            2 | type = "ap::Db"
              | ^^^^
              = help: did you mean `app`?
        "#]],
    );
    refused(
        "[[model]]\nfn = \"app::mian\"\neffect = \"slow\"\n",
        &expect![[r#"
            error: no file of the workspace names `mian`
             --> acid.toml:2:1
              |
            2 | fn = "app::mian"
              | ^^
              = help: did you mean `main`?
        "#]],
    );
    refused(
        "[[model]]\nmethod = \"app::Db::main\"\neffect = \"begin\"\n",
        &expect![[r#"
            error: `app::Db` is not in the catalogue
             --> acid.toml:2:1
              |
            2 | method = "app::Db::main"
              | ^^^^^^
              = help: a model with the key `type` or `trait` makes it known
        "#]],
    );
}
