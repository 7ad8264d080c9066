//! Input that is broken: reported with its place, and never fatal for the rest.

use std::fs;

use expect_test::expect;

use crate::scratch::{FLAWED, MANIFEST, Scratch};

#[test]
fn without_a_manifest_files_are_read_on_their_own() {
    let said = Scratch::new(&[("a.rs", FLAWED), ("b/c.rs", "")]).run(&["--format", "short"]);
    expect![[r"
        a.rs:1:16: warning[unknown_lint]: there is no lint `unused_alow`
        0 errors, 1 warning in 2 files
    "]]
    .assert_eq(&said.out);
    expect![[r"
        note: no Cargo.toml found: the files are read on their own
    "]]
    .assert_eq(&said.err);
}

#[test]
fn no_rust_file_is_an_error() {
    let scratch = Scratch::new(&[("README.md", ""), ("sub/Cargo.toml", MANIFEST)]);
    for dir in [".", "sub"] {
        let said = scratch.run_in(dir, &[]);
        assert_eq!(said.code, 2);
        assert!(
            said.err.starts_with("error: no Rust file in `"),
            "{}",
            said.err
        );
    }
}

#[test]
fn files_that_cannot_be_used_are_counted_and_the_rest_is_checked() {
    let scratch = Scratch::package(FLAWED);
    scratch.write("src/latin.rs", b"// ok\nlet s = \"\xe9\";");
    scratch.write("src/half.rs", b"fn f() {\n    let = 1;\n}\n");
    scratch.write("src/huge.rs", &vec![b'\n'; 9 * 1024 * 1024]);
    let said = scratch.run(&["--format", "short"]);
    expect![[r#"
        src/main.rs:1:16: warning[unknown_lint]: there is no lint `unused_alow`
        src/half.rs:2:9: not read: expected one of: identifier, `::`, `<`, `_`, literal, `const`, `ref`, `mut`, `&`, parentheses, square brackets, `..`, `const`
        src/huge.rs:1:1: not read: larger than 8 MB
        src/latin.rs:2:10: not read: not UTF-8
        0 errors, 1 warning in 4 files (3 unread)
    "#]].assert_eq(&said.out);
    assert_eq!(said.code, 1);
    let never = ["--fail-on", "never"];
    assert_eq!(scratch.run(&never).code, 0);
    assert_eq!(
        scratch
            .run(&[&never[..], &["--fail-on-unread"]].concat())
            .code,
        1
    );
}

#[test]
fn every_format_tells_what_was_not_read() {
    let scratch = Scratch::package("fn main() {}\n");
    scratch.write("src/half.rs", b"fn {");
    for format in ["human", "short", "json", "sarif", "github"] {
        let said = scratch.run(&["--format", format]);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("src/half.rs"), "{format}: {}", said.out);
    }
}

#[test]
fn a_byte_order_mark_and_a_shebang_are_fine() {
    let scratch = Scratch::package("\u{feff}fn main() {}\n");
    scratch.write("src/bin/script.rs", b"#!/usr/bin/env run\nfn main() {}\n");
    assert_eq!(scratch.run(&[]).out, "0 errors, 0 warnings in 2 files\n");
}

#[test]
fn a_broken_manifest_shows_its_place() {
    let said = Scratch::new(&[
        ("Cargo.toml", "[package]\nname = app\n"),
        ("src/main.rs", ""),
    ])
    .run(&[]);
    assert_eq!(said.code, 2);
    expect![[r#"
        error: string values must be quoted, expected literal string
         --> Cargo.toml:2:8
          |
        2 | name = app
          |        ^^^
    "#]]
    .assert_eq(&said.err);
}

#[test]
fn a_broken_member_is_an_error_and_a_stray_manifest_a_note() {
    let root = "[workspace]\nmembers = [\"crates/*\"]\n";
    let scratch = Scratch::new(&[
        ("Cargo.toml", root),
        ("crates/a/Cargo.toml", MANIFEST),
        ("crates/a/src/lib.rs", ""),
    ]);
    scratch.write("template/Cargo.toml", b"[package]\nname = {{name}}\n");
    let said = scratch.run(&[]);
    assert_eq!(said.code, 0);
    assert!(
        said.err
            .starts_with("note: template/Cargo.toml is no member"),
        "{}",
        said.err
    );
    scratch.write("crates/b/Cargo.toml", b"[package]\nname = 1\n");
    let said = scratch.run(&[]);
    assert_eq!(said.code, 2);
    expect![[r#"
        error: invalid type: integer `1`, expected a string
         --> crates/b/Cargo.toml:2:8
          |
        2 | name = 1
          |        ^
    "#]]
    .assert_eq(&said.err);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end() {
    let scratch = Scratch::package("fn main() {}\n");
    std::os::unix::fs::symlink(scratch.path(), scratch.path().join("src/again")).unwrap();
    std::os::unix::fs::symlink("loop.rs", scratch.path().join("src/loop.rs")).unwrap();
    let outside = Scratch::new(&[("other.rs", FLAWED)]);
    std::os::unix::fs::symlink(
        outside.path().join("other.rs"),
        scratch.path().join("src/other.rs"),
    )
    .unwrap();
    assert_eq!(scratch.run(&[]).out, "0 errors, 0 warnings in 1 file\n");
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::package("fn main() {}\n");
    let closed = scratch.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let refused = fs::read_dir(&closed).is_err();
    let said = scratch.run(&[]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // Root reads everything.
    assert_eq!(said.code, if refused { 2 } else { 0 }, "{}", said.err);
}
