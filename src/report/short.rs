//! One line a finding: `path:line:column: level[lint]: message`.

use std::fmt::Write;

use super::{Outcome, position, severity};

/// Findings, then files that were not read, then the summary.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut out = String::new();
    for reported in &outcome.findings {
        let place = position(&reported.finding.primary, &outcome.sources);
        let head = format!("{}[{}]", severity(reported.level), reported.lint.name);
        let _ = writeln!(
            out,
            "{}:{}:{}: {head}: {}",
            place.path, place.line, place.column, reported.finding.message
        );
    }
    out + &unread(outcome) + &outcome.summary() + "\n"
}

/// One line a file that was not read.
pub(super) fn unread(outcome: &Outcome) -> String {
    let line = |out: String, file: &crate::source::Unread| {
        out + &format!(
            "{}:{}:{}: not read: {}\n",
            file.path, file.line, file.column, file.reason
        )
    };
    outcome.unread.iter().fold(String::new(), line)
}
