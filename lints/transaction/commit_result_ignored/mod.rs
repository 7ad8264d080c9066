//! Commits whose answer is thrown away.

use crate::body::{EventKind, Unheard};
use crate::context::{UnheardCommit, UnitContext};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "commit_result_ignored",
    group: "transaction",
    level: Level::Deny,
    summary: "a commit's result is thrown away, or its future is never awaited",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for commit in unit.unheard_commits() {
        // Whoever reads the log has heard of it.
        if commit.how != Unheard::Logged {
            found.push(report(unit, &commit));
        }
    }
}

fn report(unit: &UnitContext<'_, '_>, commit: &UnheardCommit<'_>) -> Finding {
    let (message, label, help) = match commit.how {
        Unheard::NeverRun => (
            "this commit never runs, because its future is not awaited: the transaction rolls back when it is dropped",
            "a future that nobody awaits",
            "await it, and return its error: `.commit().await?`",
        ),
        _ => (
            "when this commit fails, what the transaction wrote is lost, and the function goes on as if it were kept",
            "its result is thrown away",
            "return the commit's error, as that of any statement",
        ),
    };
    let label = match commit.event.kind {
        EventKind::Call { .. } => "the result of this call is thrown away",
        _ => label,
    };
    let primary = Label {
        span: unit.span(commit.event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.extend(unit.chain(commit.effect));
    finding.help = Some(help.to_owned());
    finding
}
