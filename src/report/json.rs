//! One JSON object a line: findings, then a summary.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::{Outcome, Reported, position};
use crate::lint::{Label, Level};
use crate::source::Sources;

#[derive(Serialize)]
struct Record<'a> {
    r#type: &'static str,
    lint: &'a str,
    group: &'a str,
    level: Level,
    default_level: Level,
    message: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    related: Vec<Related<'a>>,
    help: Option<&'a str>,
    fix: Option<()>,
    fingerprint: &'a str,
    function: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

/// Findings, then one record of type `summary` with counts, files, seconds, and the files that were not read.
#[must_use]
pub fn render(outcome: &Outcome, took: Duration) -> String {
    let mut lines: Vec<_> = outcome
        .findings
        .iter()
        .map(|reported| finding(reported, &outcome.sources))
        .collect();
    lines.push(summary(outcome, took));
    lines.join("\n") + "\n"
}

fn finding(reported: &Reported, sources: &Sources) -> String {
    let finding = &reported.finding;
    let place = position(&finding.primary, sources);
    let record = Record {
        r#type: "finding",
        lint: reported.lint.name,
        group: reported.lint.group,
        level: reported.level,
        default_level: reported.default_level(),
        message: &finding.message,
        path: place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        related: finding
            .related
            .iter()
            .map(|label| related(label, sources))
            .collect(),
        help: finding.help.as_deref(),
        fix: None,
        fingerprint: &reported.fingerprint,
        function: &finding.function,
    };
    // Strings and numbers always serialise.
    serde_json::to_string(&record).unwrap_or_default()
}

fn related<'a>(label: &'a Label, sources: &'a Sources) -> Related<'a> {
    let place = position(label, sources);
    Related {
        path: place.path,
        line: place.line,
        column: place.column,
        message: &label.message,
    }
}

fn summary(outcome: &Outcome, took: Duration) -> String {
    let (errors, warnings) = outcome.counts();
    let unread = outcome.unread.iter().map(|file| {
        json!({ "path": file.path, "line": file.line, "column": file.column, "reason": file.reason })
    });
    let record = json!({
        "type": "summary",
        "errors": errors,
        "warnings": warnings,
        "files": outcome.files,
        "seconds": took.as_secs_f64(),
        "unread": unread.collect::<Vec<_>>(),
    });
    record.to_string()
}
