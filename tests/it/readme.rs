//! The README: its lint table lists every lint as it is, and the output it opens with is what is printed.

use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;

use acid::lint::Level;
use acid::lints::LINTS;

use crate::support::acid::run;
use crate::support::{read, root, update};

const README: &str = "README.md";
/// Both tests may write it.
static WRITING: Mutex<()> = Mutex::new(());

#[test]
fn the_lint_table_is_complete() {
    between("<!-- lints -->\n", "<!-- /lints -->", &table());
}

#[test]
fn the_first_output_is_true() {
    let text = read(Path::new(README));
    let head = "<!-- output of: ";
    let start = text.find(head).expect("an output") + head.len();
    let command = text[start..].split(" -->").next().expect("a command");
    let args: Vec<&str> = command.split(' ').skip(1).collect();
    let output = run(root(), &args);
    let printed = String::from_utf8(output.stdout).expect("the output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{printed}");
    between(
        &format!("{head}{command} -->\n```text\n"),
        "```\n",
        &printed,
    );
}

fn table() -> String {
    let mut table = "| lint | level | finds |\n|---|---|---|\n".to_owned();
    for lint in LINTS {
        let (name, group, summary) = (lint.name, lint.group, lint.summary);
        let level = match lint.level {
            Level::Deny => "deny",
            Level::Warn => "warn",
            Level::Allow => "allow",
        };
        let line = format!("| [`{name}`](lints/{group}/{name}/README.md) | {level} | {summary} |");
        writeln!(table, "{line}").expect("a string takes all");
    }
    table
}

/// Compares what stands between two lines, or writes it when asked to.
fn between(start: &str, end: &str, expected: &str) {
    let _writing = WRITING.lock();
    let mut text = read(Path::new(README));
    let from = text.find(start).expect("the opening line") + start.len();
    let length = text[from..].find(end).expect("the closing line");
    if update() {
        text.replace_range(from..from + length, expected);
        std::fs::write(root().join(README), text).expect("the README can be written");
    } else {
        assert_eq!(
            &text[from..from + length],
            expected,
            "UPDATE=1 writes README.md"
        );
    }
}
