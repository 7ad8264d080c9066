//! A compare-and-set on a version whose outcome nobody looks at.

use crate::body::EventKind;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::{Statement, Value, Verb};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unchecked_version",
    group: "locking",
    level: Level::Warn,
    summary: "an UPDATE compares a version, and nobody looks at whether it changed a row",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    for run in locks::statements(unit) {
        let is_own = matches!(run.event.kind, EventKind::Statement { .. });
        let Some(column) = run.sql.statements().find_map(version) else {
            continue;
        };
        if is_own && body.is_discarded(run.event.at) {
            found.push(report(unit, &run, column));
        }
    }
}

/// The column that is compared with what was read, and set anew.
fn version(statement: &Statement) -> Option<&str> {
    const NAMES: [&str; 9] = [
        "version",
        "lock_version",
        "row_version",
        "rowversion",
        "revision",
        "rev",
        "etag",
        "generation",
        "optimistic_lock",
    ];
    // Rows that are given back are looked at, if only for their number.
    if statement.verb != Verb::Update || !statement.columns.is_empty() {
        return None;
    }
    let compared = statement.conditions.iter().find(|term| {
        let is_version = NAMES.contains(&term.column.as_str()) || term.column.ends_with("_version");
        is_version && matches!(term.value, Value::Bound(_))
    })?;
    let is_set = statement
        .sets
        .iter()
        .any(|set| set.column == compared.column);
    (is_set && statement.conditions.len() > 1).then_some(compared.column.as_str())
}

fn report(unit: &UnitContext<'_, '_>, run: &Run<'_>, column: &str) -> Finding {
    let message = format!(
        "changes no row, and succeeds, when somebody else has changed `{column}`: what it should have written is lost without an error"
    );
    let primary = Label {
        span: unit.span(run.event),
        message: "nobody looks at the number of affected rows".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.help = Some(
        "look at the affected rows: with none of them, read again and repeat, or tell the caller"
            .to_owned(),
    );
    finding
}
