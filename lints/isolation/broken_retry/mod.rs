//! A retry that doesn't do what it is there for.

mod parts;

use crate::context::{Retry, UnitContext};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks;
use crate::source::Span;
use crate::sql::{Database, Isolation};

/// The lint.
pub static LINT: Lint = Lint {
    name: "broken_retry",
    group: "isolation",
    level: Level::Warn,
    summary: "a retry after a refused transaction leaves its commit out, runs in it again, repeats what lasts, or misses deadlocks",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Those that refuse a transaction at its commit, too.
const REFUSING: &[Database] = &[Database::Postgres, Database::CockroachDb];

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for retry in unit.retries() {
        found.extend(parts::commit_left_out(unit, &retry).map(|at| told(unit, at, &[
            "the commit is left out of the retry: SERIALIZABLE refuses transactions at their commit, too, and this one isn't run again",
            "commits after the last attempt",
            "commit in the loop, and take its error for that of a statement",
        ])));
        found.extend(parts::run_in_aborted(unit, &retry).map(|(at, message)| {
            told(
                unit,
                at,
                &[
                    message,
                    "runs again in a transaction that was begun before",
                    "begin in the loop, so that each attempt has a transaction of its own",
                ],
            )
        }));
        found.extend(parts::repeated(unit, &retry).map(|at| {
            told(
                unit,
                at,
                &[
                    "every attempt does this again, and no rollback takes it back",
                    "once for each attempt",
                    "do it once the commit has succeeded, after the loop",
                ],
            )
        }));
        found.extend(missed(unit, &retry));
    }
}

fn told(unit: &UnitContext<'_, '_>, span: Span, [message, label, help]: &[&str; 3]) -> Finding {
    let primary = Label {
        span,
        message: (*label).to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, (*message).to_owned());
    finding.help = Some((*help).to_owned());
    finding
}

/// Postgres tells two reasons to run a transaction again: what it is refused for, and a deadlock.
fn missed(unit: &UnitContext<'_, '_>, retry: &Retry) -> Option<Finding> {
    let body = unit.body()?;
    let runs = locks::runs(unit);
    let inside = runs
        .iter()
        .filter(|run| retry.range.holds(body.range(run.event.at)));
    let locking: Vec<_> = inside
        .filter(|run| run.locking().next().is_some())
        .collect();
    let is_postgres = locking
        .iter()
        .all(|run| unit.is_only(run.effect.part, &[Database::Postgres]));
    let help =
        "run it again after both, 40001 (serialization_failure) and 40P01 (deadlock_detected)";
    match (retry.serialization, retry.deadlock) {
        (Some(at), None) if is_postgres && locking.len() > 1 => Some(told(
            unit,
            at,
            &[
                "runs it again after a serialization failure, and not after a deadlock (40P01), which these statements run into as well",
                "40001 alone",
                help,
            ],
        )),
        (None, Some(at))
            if is_postgres && parts::level(unit, retry) >= Some(Isolation::RepeatableRead) =>
        {
            Some(told(
                unit,
                at,
                &[
                    "runs it again after a deadlock, and not after a serialization failure (40001), with which its isolation level refuses it",
                    "40P01 alone",
                    help,
                ],
            ))
        }
        _ => None,
    }
}
