//! `acid.toml`, metadata tables, and what their mistakes look like.

use expect_test::{Expect, expect};

use crate::scratch::{FLAWED, MANIFEST, Scratch};

fn level(scratch: &Scratch, arguments: &[&str]) -> String {
    let said = scratch.run(&[&["--format", "short"], arguments].concat());
    assert_eq!(said.err, "");
    said.out.lines().last().unwrap().to_owned()
}

const ERROR: &str = "1 error, 0 warnings in 1 file";
const WARNING: &str = "0 errors, 1 warning in 1 file";
const CLEAN: &str = "0 errors, 0 warnings in 1 file";

#[test]
fn the_command_line_is_over_the_package_which_is_over_the_workspace() {
    let manifest = format!("{MANIFEST}[workspace.metadata.acid.levels]\nmeta = \"deny\"\n");
    let scratch = Scratch::new(&[("Cargo.toml", &manifest), ("src/main.rs", FLAWED)]);
    assert_eq!(level(&scratch, &[]), ERROR);
    scratch.write("acid.toml", b"[levels]\nmeta = \"allow\"\n");
    assert_eq!(level(&scratch, &[]), CLEAN);
    let manifest = format!("{manifest}[package.metadata.acid.levels]\nunknown_lint = \"warn\"\n");
    scratch.write("Cargo.toml", manifest.as_bytes());
    assert_eq!(level(&scratch, &[]), WARNING);
    assert_eq!(level(&scratch, &["-D", "all"]), ERROR);
    assert_eq!(level(&scratch, &["--isolated"]), WARNING);
}

#[test]
fn a_lint_is_over_its_group_wherever_it_stands() {
    let scratch = Scratch::package(FLAWED);
    scratch.write(
        "acid.toml",
        b"[levels]\nunknown_lint = \"deny\"\nall = \"allow\"\nmeta = \"warn\"\n",
    );
    assert_eq!(level(&scratch, &[]), ERROR);
}

#[test]
fn another_file_can_be_named() {
    let scratch = Scratch::package(FLAWED);
    scratch.write("acid.toml", b"[levels]\nall = \"allow\"\n");
    scratch.write("ci/strict.toml", b"[levels]\nall = \"deny\"\n");
    assert_eq!(
        level(
            &scratch,
            &["--config", "ci/strict.toml", "--skip", "unused_allow"]
        ),
        ERROR
    );
}

#[test]
fn excluded_files_are_not_reported_on() {
    let scratch = Scratch::package("fn main() {}\n");
    scratch.write("src/old/a.rs", FLAWED.as_bytes());
    scratch.write("src/broken.rs", b"fn {");
    assert_eq!(
        level(&scratch, &[]),
        "0 errors, 1 warning in 3 files (1 unread)"
    );
    scratch.write("acid.toml", b"exclude = [\"old\", \"/src/broken.rs\"]\n");
    assert_eq!(level(&scratch, &[]), "0 errors, 0 warnings in 3 files");
}

/// The whole message for a wrong `acid.toml`.
pub fn refused(text: &str, expected: &Expect) {
    let scratch = Scratch::package("fn main() {}\n");
    scratch.write("acid.toml", text.as_bytes());
    let said = scratch.run(&[]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    expected.assert_eq(&said.err);
}

#[test]
fn unknown_keys() {
    refused(
        "[pool]\nmix = 3\n",
        &expect![[r#"
        error: unknown key `mix`
         --> acid.toml:2:1
          |
        2 | mix = 3
          | ^^^
          = help: did you mean `max`?
    "#]],
    );
    refused(
        "[levls]\n",
        &expect![[r#"
        error: unknown key `levls`
         --> acid.toml:1:2
          |
        1 | [levls]
          |  ^^^^^
          = help: did you mean `levels`?
    "#]],
    );
    refused(
        "[pool]\nacquire_timeout = { min = 1, mux = 2 }\n",
        &expect![[r#"
        error: unknown key `mux`
         --> acid.toml:2:30
          |
        2 | acquire_timeout = { min = 1, mux = 2 }
          |                              ^^^
          = help: did you mean `max`?
    "#]],
    );
}

#[test]
fn unknown_lints_and_levels() {
    refused(
        "[levels]\nmeta = \"warn\"\nunknwn_lint = \"deny\"\n",
        &expect![[r#"
        error: unknown lint or group `unknwn_lint`
         --> acid.toml:3:1
          |
        3 | unknwn_lint = "deny"
          | ^^^^^^^^^^^
          = help: `cargo acid rules` lists all lints and groups; did you mean `unknown_lint`?
    "#]],
    );
    refused(
        "[levels]\nmeta = \"wran\"\n",
        &expect![[r#"
        error: unknown value `wran`
         --> acid.toml:2:8
          |
        2 | meta = "wran"
          |        ^^^^^^
          = help: did you mean `warn`?
    "#]],
    );
}

#[test]
fn wrong_types_and_values() {
    refused(
        "[pool]\nmax = \"many\"\n",
        &expect![[r#"
        error: invalid type: string "many", expected u32
         --> acid.toml:2:7
          |
        2 | max = "many"
          |       ^^^^^^
    "#]],
    );
    refused(
        "exclude = \"fixtures\"\n",
        &expect![[r#"
        error: invalid type: string "fixtures", expected a sequence
         --> acid.toml:1:11
          |
        1 | exclude = "fixtures"
          |           ^^^^^^^^^^
    "#]],
    );
    refused(
        "database = \"postgress\"\n",
        &expect![[r#"
        error: unknown value `postgress`
         --> acid.toml:1:12
          |
        1 | database = "postgress"
          |            ^^^^^^^^^^^
          = help: did you mean `postgres`?
    "#]],
    );
}

#[test]
fn values_that_make_no_sense() {
    refused(
        "[pool]\nacquire_timeout = { min = 9, max = 2 }\n",
        &expect![[r#"
        error: `min` is above `max`
         --> acid.toml:2:19
          |
        2 | acquire_timeout = { min = 9, max = 2 }
          |                   ^^^^^^^^^^^^^^^^^^^^
    "#]],
    );
    refused(
        "exclude = [\"[z-a]\"]\n",
        &expect![[r#"
        error: not a path pattern: error parsing glob '[z-a]': invalid range; 'z' > 'a'
         --> acid.toml:1:12
          |
        1 | exclude = ["[z-a]"]
          |            ^^^^^^^
    "#]],
    );
    refused(
        "lint_tests =\n",
        &expect![[r#"
        error: string values must be quoted, expected literal string
         --> acid.toml:1:13
          |
        1 | lint_tests =
          |             ^
    "#]],
    );
}

#[test]
fn wrong_models() {
    refused(
        "[[model]]\ntype = \"app::Db\"\nrol = \"pool\"\n",
        &expect![[r#"
        error: unknown key `rol`
         --> acid.toml:3:1
          |
        3 | rol = "pool"
          | ^^^
          = help: did you mean `role`?
    "#]],
    );
    refused(
        "[[model]]\ntype = \"app::Db\"\nrole = \"pol\"\n",
        &expect![[r#"
        error: unknown value `pol`
         --> acid.toml:3:1
          |
        3 | role = "pol"
          | ^^^^
          = help: did you mean `pool`?
    "#]],
    );
    refused(
        "[[model]]\nrole = \"pool\"\n",
        &expect![[r#"
        error: a model has exactly one of the keys `type`, `alias`, `trait`, `fn`, `method`
         --> acid.toml:2:1
          |
        2 | role = "pool"
          | ^^^^
    "#]],
    );
}

#[test]
fn models_of_no_kind() {
    refused(
        "[[model]]\ntype = \"app::Db\"\nfn = \"app::db\"\n",
        &expect![[r#"
        error: a model has exactly one of the keys `type`, `alias`, `trait`, `fn`, `method`
         --> acid.toml:3:1
          |
        3 | fn = "app::db"
          | ^^
    "#]],
    );
    refused(
        "[[model]]\nmethod = \"run\"\n",
        &expect![[r#"
        error: `method` is a path such as `my_crate::Name`
         --> acid.toml:2:1
          |
        2 | method = "run"
          | ^^^^^^
    "#]],
    );
    refused(
        "[[model]]\nmethod = \"app::Db::run\"\nnames = [\"go\"]\n",
        &expect![[r#"
            error: unknown key `names`
             --> acid.toml:3:1
              |
            3 | names = ["go"]
              | ^^^^^
        "#]],
    );
}

#[test]
fn mistakes_in_metadata_point_into_the_manifest() {
    let manifest = format!("{MANIFEST}[package.metadata.acid]\nlint_test = true\n");
    let said = Scratch::new(&[("Cargo.toml", &manifest), ("src/main.rs", "")]).run(&[]);
    expect![[r#"
        error: unknown key `lint_test`
         --> Cargo.toml:6:1
          |
        6 | lint_test = true
          | ^^^^^^^^^
          = help: did you mean `lint_tests`?
    "#]]
    .assert_eq(&said.err);
}
