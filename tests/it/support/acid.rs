//! `cargo acid` as people run it: a package on disk, the binary, what it prints.

use std::path::Path;
use std::process::{Command, Output};

use acid::lint::Level;
use acid::lints::LINTS;
use serde_json::Value;
use tempfile::TempDir;

use super::example::{Example, Mark};
use super::{files, read};

/// A finding as the JSON record tells it.
pub struct Reported {
    pub mark: Mark,
    /// Its message, those of its related places, notes and help: whatever a reader gets to see.
    pub messages: Vec<String>,
}

/// A package on disk that holds the example and nothing else.
pub fn package(example: &Example) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fill(folder.path(), "example", example, &example.code);
    folder
}

/// A workspace with a package for each example, its code edited: `e0`, `e1`…
pub fn workspace(examples: &[Example], edit: impl Fn(&str) -> String) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = "[workspace]\nmembers = [\"e*\"]\n";
    write(&folder.path().join("Cargo.toml"), manifest);
    for (index, example) in examples.iter().enumerate() {
        let name = format!("e{index}");
        fill(
            &folder.path().join(&name),
            &name,
            example,
            &edit(&example.code),
        );
    }
    folder
}

fn fill(folder: &Path, name: &str, example: &Example, code: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{}",
        dependencies(example)
    );
    write(&folder.join("Cargo.toml"), &manifest);
    write(&folder.join("src").join(example.file_name()), code);
}

/// The findings in a folder, as JSON records.
pub fn records(folder: &Path, args: &[&str]) -> Vec<Value> {
    let output = run(
        folder,
        &[&["--format", "json", "-W", "pedantic"], args].concat(),
    );
    let printed = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let records = printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record is JSON"));
    let records: Vec<Value> = records.collect();
    let unread = records.iter().find(|record| record["type"] == "unread");
    assert_eq!(unread, None);
    records
        .into_iter()
        .filter(|record| record["type"] == "finding")
        .collect()
}

/// The dependencies of the member that the example names.
fn dependencies(example: &Example) -> String {
    let manifests = files("fixtures/clients", |path| {
        path.ends_with("Cargo.toml")
            && path
                .parent()
                .is_some_and(|member| member.ends_with(&example.client))
    });
    let [manifest] = manifests.as_slice() else {
        panic!(
            "{}: not one member crate is called {}",
            example.place(1),
            example.client
        );
    };
    let text = read(manifest);
    let start = text
        .find("[dependencies]")
        .expect("a member has dependencies");
    text[start..].to_owned()
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .expect("the temporary folder is writable");
}

/// Runs the binary in `folder`.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-acid"));
    command
        .args(["check", "--color", "never"])
        .args(args)
        .current_dir(folder);
    command
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("the binary starts")
}

/// Standard output of a run that has to succeed: exit code 0, or 1 with findings.
pub fn stdout(example: &Example, args: &[&str]) -> String {
    let folder = package(example);
    let output = run(folder.path(), args);
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{}: {}\n{trouble}",
        example.place(1),
        output.status
    );
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// All findings in the example, at lines of its source, sorted.
pub fn findings(example: &Example) -> Vec<Reported> {
    let lines = stdout(example, &["--format", "json", "-W", "pedantic"]);
    let records: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record is JSON"))
        .collect();
    let last = records.last().map(|record| &record["type"]);
    assert_eq!(last, Some(&Value::from("summary")), "{}", example.place(1));
    let findings = records.iter().filter(|record| record["type"] == "finding");
    let mut reported: Vec<_> = findings.map(|record| reported(example, record)).collect();
    reported.sort_by(|a, b| a.mark.cmp(&b.mark));
    reported
}

fn reported(example: &Example, record: &Value) -> Reported {
    let row = record["line"].as_u64().expect("a finding has a line");
    let mark = Mark {
        line: example.offset + usize::try_from(row).expect("a line fits"),
        lint: lint_of(record),
    };
    let related = record["related"].as_array().into_iter().flatten();
    let said = related
        .map(|place| &place["message"])
        .chain([&record["help"], &record["message"]]);
    let messages = said.filter_map(Value::as_str).map(str::to_owned).collect();
    Reported { mark, messages }
}

/// The lint, with a `?` where the finding is a judgement of a lint that is on.
fn lint_of(record: &Value) -> String {
    let name = record["lint"].as_str().expect("a finding has a lint");
    let lint = LINTS.iter().find(|lint| lint.name == name);
    let is_on = lint.expect("the lint is known").level > Level::Allow;
    let is_judgement = is_on && record["default_level"] == "allow";
    format!("{name}{}", if is_judgement { "?" } else { "" })
}
