//! Arguments and exit status.

use expect_test::expect;

use crate::scratch::{FLAWED, Scratch};

#[test]
fn nothing_to_report_is_status_0() {
    let said = Scratch::package("fn main() {}\n").run(&[]);
    expect!["0 errors, 0 warnings in 1 file\n"].assert_eq(&said.out);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[test]
fn a_warning_is_status_1_unless_told_otherwise() {
    let scratch = Scratch::package(FLAWED);
    let code = |arguments: &[&str]| scratch.run(arguments).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "deny"]), 0);
    assert_eq!(code(&["--fail-on", "deny", "-D", "unknown_lint"]), 1);
    assert_eq!(code(&["--fail-on", "never", "-D", "all"]), 0);
    assert_eq!(code(&["-A", "unknown_lint"]), 0);
}

#[test]
fn cargo_passes_its_own_name() {
    let scratch = Scratch::package(FLAWED);
    let plain = scratch.run(&["check", "--format", "short", "src"]);
    for arguments in [
        &["acid", "--format", "short", "src"][..],
        &["acid", "check", "--format", "short", "src"],
    ] {
        assert_eq!(scratch.run(arguments).out, plain.out);
    }
    assert!(
        plain
            .out
            .starts_with("src/main.rs:1:16: warning[unknown_lint]: "),
        "{}",
        plain.out
    );
}

#[test]
fn the_last_level_wins() {
    let scratch = Scratch::package(FLAWED);
    let count = |arguments: &[&str]| {
        scratch
            .run(arguments)
            .out
            .lines()
            .last()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        count(&["-D", "all", "-A", "unknown_lint"]),
        "0 errors, 0 warnings in 1 file"
    );
    assert_eq!(
        count(&["-A", "unknown_lint", "-D", "meta"]),
        "1 error, 0 warnings in 1 file"
    );
    assert_eq!(
        count(&["-D", "unknown_lint", "-W", "all"]),
        "0 errors, 1 warning in 1 file"
    );
}

#[test]
fn only_and_skip_choose_lints() {
    let scratch = Scratch::package("// acid: allow(unused_alow)\nfn main() {}\n");
    let lints = |arguments: &[&str]| -> Vec<String> {
        let said = scratch.run(&[&["--format", "short"], arguments].concat());
        said.out
            .split(['[', ']'])
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        lints(&["--only", "allow_without_reason"]),
        ["allow_without_reason"]
    );
    assert_eq!(
        lints(&["--only", "pedantic,unknown_lint"]),
        ["allow_without_reason", "unknown_lint"]
    );
    assert_eq!(
        lints(&["-W", "pedantic", "--skip", "unknown_lint"]),
        ["allow_without_reason"]
    );
}

#[test]
fn wrong_arguments_are_status_2() {
    let scratch = Scratch::package("fn main() {}\n");
    for arguments in [
        &["--format", "yaml"][..],
        &["-A", "unused_alow"],
        &["--only", "nothing"],
        &["-p", "ap"],
        &["--exclude", "nobody"],
        &["nowhere"],
        &["--manifest-path", "nowhere/Cargo.toml"],
        &["--config", "nowhere.toml"],
        &["-j", "0"],
        &["explain", "nothing"],
    ] {
        let said = scratch.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(
            said.err.starts_with("error: "),
            "{arguments:?}: {}",
            said.err
        );
    }
}

#[test]
fn a_near_name_is_offered() {
    let said = Scratch::package("fn main() {}\n").run(&["-p", "ap"]);
    expect![[r"
        error: no package `ap` here
          = help: did you mean `app`?
    "]]
    .assert_eq(&said.err);
}

#[test]
fn rules_are_listed() {
    let scratch = Scratch::new(&[]);
    let table = scratch.run(&["rules"]);
    let json = scratch.run(&["acid", "rules", "--format", "json"]);
    assert_eq!((table.code, json.code), (0, 0));
    assert_eq!(table.out.lines().count(), json.out.lines().count());
    for (row, line) in table.out.lines().zip(json.out.lines()) {
        let rule: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = rule["lint"].as_str().unwrap();
        assert!(row.starts_with(name), "{row}");
        assert_eq!(scratch.run(&["explain", name]).code, 0);
    }
}

#[test]
fn help_and_version_are_status_0() {
    let scratch = Scratch::new(&[]);
    assert_eq!(
        scratch.run(&["--version"]).out,
        format!("cargo-acid {}\n", env!("CARGO_PKG_VERSION"))
    );
    for arguments in [
        &["--help"][..],
        &["acid", "--help"],
        &["check", "--help"],
        &["help", "explain"],
    ] {
        let said = scratch.run(arguments);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("Usage: cargo acid"), "{}", said.out);
    }
}

#[test]
fn colour_is_asked_for() {
    let scratch = Scratch::package(FLAWED);
    assert!(!scratch.run(&[]).out.contains('\x1b'));
    assert!(scratch.run(&["--color", "always"]).out.contains('\x1b'));
}

#[test]
fn threads_change_nothing() {
    let scratch = Scratch::package(FLAWED);
    for index in 0..40 {
        scratch.write(&format!("src/m{index}.rs"), FLAWED.as_bytes());
    }
    let one = scratch.run(&["--format", "short", "-j", "1"]).out;
    assert_eq!(one.lines().count(), 42);
    assert_eq!(scratch.run(&["--format", "short", "-j", "7"]).out, one);
}
