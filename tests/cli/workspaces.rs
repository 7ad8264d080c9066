//! Which packages and files are found, and which of them are reported on.

use crate::scratch::{FLAWED, MANIFEST, Scratch};

fn member(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition.workspace = true\n")
}

fn workspace() -> Scratch {
    let root = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"fuzz\"]\n[workspace.package]\nedition = \"2024\"\n";
    Scratch::new(&[
        ("Cargo.toml", root),
        ("crates/a/Cargo.toml", &member("a")),
        ("crates/a/src/lib.rs", FLAWED),
        ("crates/b/Cargo.toml", &member("b")),
        ("crates/b/src/lib.rs", FLAWED),
        ("fuzz/Cargo.toml", MANIFEST),
        ("fuzz/src/main.rs", FLAWED),
    ])
}

/// Paths with findings.
fn reported(scratch: &Scratch, dir: &str, arguments: &[&str]) -> Vec<String> {
    let said = scratch.run_in(dir, &[&["--format", "short"], arguments].concat());
    assert_eq!(said.err, "");
    let lines = said.out.lines().filter(|line| line.contains(": warning["));
    lines
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn everything_below_is_reported() {
    assert_eq!(
        reported(&workspace(), ".", &[]),
        [
            "crates/a/src/lib.rs",
            "crates/b/src/lib.rs",
            "fuzz/src/main.rs"
        ]
    );
}

#[test]
fn paths_narrow_what_is_reported() {
    let scratch = workspace();
    assert_eq!(
        reported(&scratch, ".", &["crates/a"]),
        ["crates/a/src/lib.rs"]
    );
    assert_eq!(
        reported(&scratch, ".", &["fuzz", "crates/b/src/lib.rs"]),
        ["crates/b/src/lib.rs", "fuzz/src/main.rs"]
    );
    assert_eq!(reported(&scratch, "crates/a", &[]), ["crates/a/src/lib.rs"]);
    assert_eq!(reported(&scratch, "fuzz", &[]), ["src/main.rs"]);
    assert_eq!(
        reported(
            &scratch,
            "fuzz",
            &["--manifest-path", "../crates/b/Cargo.toml"]
        ),
        ["crates/b/src/lib.rs"]
    );
}

#[test]
fn packages_are_chosen_by_name() {
    let scratch = workspace();
    assert_eq!(
        reported(&scratch, ".", &["-p", "b"]),
        ["crates/b/src/lib.rs"]
    );
    assert_eq!(
        reported(&scratch, ".", &["--workspace", "--exclude", "b"]),
        ["crates/a/src/lib.rs", "fuzz/src/main.rs"]
    );
}

#[test]
fn a_directory_of_independent_packages_is_one_run() {
    let scratch = Scratch::new(&[
        ("one/Cargo.toml", MANIFEST),
        ("one/src/main.rs", FLAWED),
        ("two/Cargo.toml", MANIFEST),
        ("two/src/main.rs", FLAWED),
        ("loose.rs", FLAWED),
    ]);
    assert_eq!(
        reported(&scratch, ".", &[]),
        ["loose.rs", "one/src/main.rs", "two/src/main.rs"]
    );
}

#[test]
fn built_vendored_hidden_and_ignored_files_are_passed_over() {
    let scratch = Scratch::package("mod target;\nfn main() {}\n");
    scratch.write(".gitignore", b"/scratch\nbin/\n");
    for path in [
        "target/debug/x.rs",
        "scratch/x.rs",
        ".hidden/x.rs",
        "vendor/x/src/lib.rs",
    ] {
        scratch.write(path, FLAWED.as_bytes());
    }
    scratch.write("vendor/x/.cargo-checksum.json", b"{}");
    assert_eq!(reported(&scratch, ".", &[]), [""; 0]);
    scratch.write("src/target/mod.rs", FLAWED.as_bytes());
    scratch.write("src/bin/tool.rs", FLAWED.as_bytes());
    assert_eq!(
        reported(&scratch, ".", &[]),
        ["src/bin/tool.rs", "src/target/mod.rs"]
    );
}

/// A warning about the database, which test code is spared.
const NESTED: &str = "use sqlx::PgPool;

pub async fn count(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(\"SELECT id FROM tariffs\").execute(pool).await?;
    tx.commit().await
}
";

#[test]
fn folders_called_test_hold_test_code() {
    let manifest = format!("{MANIFEST}[dependencies]\nsqlx = \"0.8\"\n");
    let scratch = Scratch::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", "pub mod contest;\npub mod tests;\n"),
        ("src/contest/mod.rs", NESTED),
        ("src/tests/mod.rs", "pub mod database;\n"),
        ("src/tests/database.rs", NESTED),
    ]);
    assert_eq!(reported(&scratch, ".", &[]), ["src/contest/mod.rs"]);
}

#[test]
fn a_package_that_only_tests_use_is_test_code() {
    let sqlx = "[dependencies]\nsqlx = \"0.8\"\n";
    let support = |used: &str| {
        Scratch::new(&[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"app\", \"support\"]\n[workspace.package]\nedition = \"2024\"\n",
            ),
            (
                "app/Cargo.toml",
                &format!(
                    "{}[{used}]\nsupport = {{ path = \"../support\" }}\n",
                    member("app")
                ),
            ),
            ("app/src/lib.rs", "pub fn app() {}\n"),
            (
                "support/Cargo.toml",
                &format!("{}{sqlx}", member("support")),
            ),
            ("support/src/lib.rs", NESTED),
        ])
    };
    assert_eq!(reported(&support("dev-dependencies"), ".", &[]), [""; 0]);
    assert_eq!(
        reported(&support("dependencies"), ".", &[]),
        ["support/src/lib.rs"]
    );
}

#[test]
fn binaries_run_in_processes_of_their_own() {
    let tool = |times: &str| {
        format!(
            "#[tokio::main]\nasync fn main() {{\n    let pool = sqlx::PgPool::connect_lazy(\"postgres://localhost/shop\").unwrap();\n    {times}\n}}\n"
        )
    };
    let once = tool("tokio::spawn(async move { shop::count(&pool).await });");
    let twice = tool(
        "let other = pool.clone();\n    tokio::spawn(async move { shop::count(&pool).await });\n    tokio::spawn(async move { shop::count(&other).await });",
    );
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nsqlx = \"0.8\"\ntokio = \"1\"\n";
    let scratch = Scratch::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", NESTED),
        ("src/bin/night.rs", &once),
        ("src/bin/day.rs", &once),
    ]);
    assert_eq!(reported(&scratch, ".", &[]), [""; 0]);
    scratch.write("src/bin/day.rs", twice.as_bytes());
    assert_eq!(reported(&scratch, ".", &[]), ["src/lib.rs"]);
}

#[test]
fn what_a_program_never_calls_is_left_alone() {
    const STORE: &str = "pub trait Repo {\n    async fn sweep(&self);\n}\npub struct Store {\n    pub pool: sqlx::PgPool,\n}\nimpl Repo for Store {\n    async fn sweep(&self) {\n        let mut tx = self.pool.begin().await.unwrap();\n        sqlx::query(\"DELETE FROM a\").execute(&self.pool).await.unwrap();\n        sqlx::query(\"DELETE FROM b\").execute(&mut *tx).await.unwrap();\n        tx.commit().await.unwrap();\n    }\n}\n";
    let program = |last: &str| {
        format!(
            "mod store;\nuse store::Repo;\n#[tokio::main]\nasync fn main() {{\n    let pool = sqlx::PgPool::connect_lazy(\"postgres://localhost/shop\").unwrap();\n    let store = store::Store {{ pool }};\n    {last}\n}}\n"
        )
    };
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nsqlx = \"0.8\"\ntokio = \"1\"\n";
    let scratch = Scratch::new(&[
        ("Cargo.toml", manifest),
        ("src/store.rs", STORE),
        ("src/main.rs", &program("drop(store);")),
    ]);
    assert_eq!(reported(&scratch, ".", &[]), [""; 0]);
    scratch.write("src/main.rs", program("store.sweep().await;").as_bytes());
    assert_eq!(reported(&scratch, ".", &[]), ["src/store.rs"]);
}
