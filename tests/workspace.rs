//! What is read from manifests: targets, dependencies, versions, features, members.

use std::fs;
use std::path::Path;

use acid::workspace::{Dependency, DependencyKind, Package, TargetKind, Workspace};
use expect_test::expect;
use tempfile::TempDir;

fn scratch(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn load(dir: &Path) -> Workspace {
    Workspace::load(&[dir.to_path_buf()], None).unwrap()
}

fn dependencies(package: &Package) -> String {
    package
        .dependencies
        .iter()
        .map(|dependency| line(dependency) + "\n")
        .collect()
}

fn line(dependency: &Dependency) -> String {
    let version = dependency
        .version
        .as_ref()
        .map_or_else(|| "?".to_owned(), ToString::to_string);
    let defaults = if dependency.default_features {
        "+default"
    } else {
        "-default"
    };
    let member = dependency
        .member
        .map_or_else(String::new, |id| format!(" member {}", id.0));
    let features = dependency.features.join(",");
    let Dependency {
        name,
        package,
        kind,
        ..
    } = dependency;
    format!("{name} = {package} {version} {kind:?} {defaults} [{features}]{member}")
}

const ROOT: &str = r#"
    [workspace]
    members = ["app"]
    [workspace.package]
    edition = "2024"
    [workspace.dependencies]
    sqlx = { version = "0.8", default-features = false, features = ["runtime-tokio"] }
    store = { path = "store" }
    [patch.crates-io]
    tokio-postgres = { path = "forks/tokio-postgres" }
"#;

const APP: &str = r#"
    [package]
    name = "my-app"
    version = "0.1.0"
    edition.workspace = true
    [features]
    default = ["pg"]
    pg = ["sqlx/postgres", "dep:diesel", "diesel?/r2d2"]
    [dependencies]
    sqlx = { workspace = true, features = ["macros"] }
    diesel = { version = "2.2", optional = true }
    old-sqlx = { package = "sqlx", version = "0.7" }
    store.workspace = true
    tokio-postgres = "0.7"
    [target.'cfg(unix)'.dependencies]
    diesel = { version = "2.2", features = ["postgres"] }
    [dev-dependencies]
    sqlx = { workspace = true, default-features = true }
    [build-dependencies]
    odd = { git = "https://example.org/odd" }
"#;

const LOCK: &str = r#"
    version = 4
    [[package]]
    name = "my-app"
    version = "0.1.0"
    dependencies = ["sqlx 0.7.4", "sqlx 0.8.6", "odd"]
    [[package]]
    name = "odd"
    version = "3.1.4"
    [[package]]
    name = "sqlx"
    version = "0.7.4"
    [[package]]
    name = "sqlx"
    version = "0.8.6"
"#;

#[test]
fn dependencies_are_resolved() {
    let dir = scratch(&[
        ("Cargo.toml", ROOT),
        ("Cargo.lock", LOCK),
        ("app/Cargo.toml", APP),
        ("app/src/lib.rs", ""),
        (
            "store/Cargo.toml",
            "[package]\nname = \"store\"\n[lib]\nname = \"shop_store\"\n",
        ),
        ("store/src/lib.rs", ""),
        (
            "forks/tokio-postgres/Cargo.toml",
            "[package]\nname = \"tokio-postgres\"\nedition = \"2018\"\n",
        ),
        ("forks/tokio-postgres/src/lib.rs", ""),
    ]);
    let workspace = load(dir.path());
    let editions: Vec<_> = workspace
        .packages
        .iter()
        .map(|package| (package.crate_name.as_str(), package.edition))
        .collect();
    assert_eq!(
        editions,
        [
            ("my_app", 2024),
            ("tokio_postgres", 2018),
            ("shop_store", 2015)
        ]
    );
    expect![[r#"
        diesel = diesel 2.2.0 Normal +default [postgres,r2d2]
        odd = odd 3.1.4 Build +default []
        old_sqlx = sqlx 0.7.4 Normal +default []
        sqlx = sqlx 0.8.6 Normal -default [macros,postgres,runtime-tokio]
        sqlx = sqlx 0.8.6 Dev +default [postgres,runtime-tokio]
        shop_store = store ? Normal +default [] member 2
        tokio_postgres = tokio-postgres 0.7.0 Normal +default [] member 1
    "#]]
    .assert_eq(&dependencies(&workspace.packages[0]));
}

#[test]
fn kinds_of_dependencies() {
    let dir = scratch(&[("Cargo.toml", APP), ("src/lib.rs", "")]);
    let package = &load(dir.path()).packages[0];
    let kind = |name: &str| {
        package
            .dependencies
            .iter()
            .find(|dependency| dependency.name == name)
            .unwrap()
            .kind
    };
    assert_eq!(
        (kind("old_sqlx"), kind("odd")),
        (DependencyKind::Normal, DependencyKind::Build)
    );
}

const TARGETS: &str = r#"
    [package]
    name = "many-targets"
    edition = "2021"
    build = "build/main.rs"
    autobenches = false
    [lib]
    path = "library/root.rs"
    [[bin]]
    name = "serve"
    [[bin]]
    name = "elsewhere"
    path = "tools/../tools/else.rs"
    [[bin]]
    name = "absent"
"#;

#[test]
fn targets_are_declared_or_found() {
    let files = [
        "build/main.rs",
        "library/root.rs",
        "src/main.rs",
        "src/bin/serve/main.rs",
        "src/bin/serve/helper.rs",
        "src/bin/migrate.rs",
        "tools/else.rs",
        "examples/a-b.rs",
        "tests/it/main.rs",
        "tests/it/case.rs",
        "tests/smoke.rs",
        "benches/skipped.rs",
    ];
    let mut all: Vec<_> = files.iter().map(|path| (*path, "")).collect();
    all.push(("Cargo.toml", TARGETS));
    let dir = scratch(&all);
    let workspace = load(dir.path());
    let targets = workspace.packages[0].targets.iter();
    let shown: Vec<_> = targets
        .map(|target| format!("{:?} {} {}", target.kind, target.name, target.root))
        .collect();
    let expected = [
        "Lib many_targets library/root.rs",
        "Bin elsewhere tools/else.rs",
        "Bin many_targets src/main.rs",
        "Bin migrate src/bin/migrate.rs",
        "Bin serve src/bin/serve/main.rs",
        "Example a_b examples/a-b.rs",
        "Test it tests/it/main.rs",
        "Test smoke tests/smoke.rs",
        "Build build_script_build build/main.rs",
    ];
    assert_eq!(shown, expected);
    assert!(
        workspace.packages[0]
            .targets
            .iter()
            .all(|target| target.kind != TargetKind::Bench)
    );
}

#[test]
fn files_belong_to_the_innermost_package() {
    let package = |name: &str| format!("[package]\nname = \"{name}\"\n");
    let dir = scratch(&[
        ("Cargo.toml", &package("outer")),
        ("src/lib.rs", ""),
        ("src/inner/Cargo.toml", &package("inner")),
        ("src/inner/lib.rs", ""),
    ]);
    let workspace = load(dir.path());
    let owner = |path: &str| {
        let file = workspace
            .files
            .iter()
            .find(|file| file.path == path)
            .unwrap();
        workspace.package(file.package.unwrap()).name.as_str()
    };
    assert_eq!(
        (owner("src/lib.rs"), owner("src/inner/lib.rs")),
        ("outer", "inner")
    );
}
