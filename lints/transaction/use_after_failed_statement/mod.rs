//! A statement in a transaction that the failure of an earlier one has aborted.

use crate::body::{Event, EventKind};
use crate::context::{Aftermath, Next, Unheeded, UnitContext};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "use_after_failed_statement",
    group: "transaction",
    level: Level::Warn,
    summary: "on Postgres, an error is caught and the transaction that it has aborted is used on",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let all = unit.unheeded();
    let is_passed_over = |event: &Event| {
        let mut others = all
            .iter()
            .filter(|other| other.event.at == event.at && other.quiet);
        others.any(|other| !other.next.is_empty())
    };
    let (mut told, mut used) = (Vec::new(), Vec::new());
    for failed in all
        .iter()
        .filter(|failed| failed.aftermath == Aftermath::Aborted)
    {
        let next = failed.next.iter().find_map(|next| match next {
            // What both ways lead to may hang on something that the failure has left behind.
            Next::Statement(event, is_only_after) if failed.quiet || *is_only_after => Some(*event),
            _ => None,
        });
        let Some(next) = next.filter(|next| !is_passed_over(next)) else {
            continue;
        };
        if next.at != failed.event.at
            && !told.contains(&failed.event.at)
            && !used.contains(&next.at)
        {
            told.push(failed.event.at);
            used.push(next.at);
            found.push(report(unit, failed, next));
        }
    }
}

fn report(unit: &UnitContext<'_, '_>, failed: &Unheeded<'_>, next: &Event) -> Finding {
    let what = match next.kind {
        EventKind::Call { .. } => "what this runs",
        _ => "this",
    };
    let message = format!(
        "{what} always fails where the statement before it has failed: Postgres refuses all but a rollback in an aborted transaction (25P02)"
    );
    let primary = Label {
        span: unit.span(next),
        message: "runs in an aborted transaction".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span: unit.span(failed.event),
        message: "control goes on from here although it has failed".to_owned(),
    });
    finding.help = Some(
        "write ON CONFLICT into the statement that may fail, run it inside a savepoint, or roll back and begin anew".to_owned(),
    );
    finding
}
