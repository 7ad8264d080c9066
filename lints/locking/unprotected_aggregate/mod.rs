//! A write that depends on a count or sum of rows: while it is made, others change what was counted.

use crate::context::{UnitContext, describe};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::{Statement, Term, Verb};
use crate::values::Values;

/// Farther down statements are details of what their functions do.
const MAX_STEPS: usize = 3;

/// The lint.
pub static LINT: Lint = Lint {
    name: "unprotected_aggregate",
    group: "locking",
    level: Level::Allow,
    summary: "rows are counted or summed up to decide about a write: others may change them in between",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    let runs = locks::statements(unit);
    let reads: Vec<_> = runs.iter().filter(|run| aggregates(run)).collect();
    if reads.is_empty() {
        return;
    }
    let values = Values::new(body);
    for write in runs
        .iter()
        .filter(|run| run.effect.steps.len() <= MAX_STEPS && written(run).is_some())
    {
        let mut earlier = reads.iter().rev().filter(|read| {
            unit.is_before(read, write)
                && unit.is_same_database(read, write)
                && is_counted(read, write)
        });
        let read = earlier.find(|read| depends(&values, read, write));
        let Some(read) = read else { continue };
        if !unit.is_isolated(write) && !locks::is_gated(unit, &runs, read) {
            found.push(report(unit, read, write));
        }
    }
}

/// A SELECT that makes one value of many rows, and locks none of them.
fn aggregates(run: &Run<'_>) -> bool {
    let mut statements = run.sql.statements().peekable();
    statements.peek().is_some()
        && statements.all(|statement| {
            statement.verb == Verb::Select
                && statement.row_lock.is_none()
                && statement.advisory.is_empty()
                && statement.writes.is_empty()
                && !statement.conditions.iter().any(picks_one)
                && !statement.columns.is_empty()
                && statement.columns.iter().all(|column| column.aggregates)
        })
        && run.effect.steps.len() <= MAX_STEPS
}

fn picks_one(term: &Term) -> bool {
    term.column == "id"
}

fn written<'f>(run: &Run<'f>) -> Option<&'f Statement> {
    let writes = |statement: &&Statement| statement.is_write() && !statement.keeps_rows;
    run.sql.statements().find(writes)
}

/// The write changes the table whose rows were counted: when two do so at the same time, neither count is right.
fn is_counted(read: &Run<'_>, write: &Run<'_>) -> bool {
    let table = written(write).and_then(|statement| statement.writes.first());
    let mut reads = read.sql.statements();
    table.is_some_and(|table| reads.all(|statement| statement.reads.contains(table)))
}

/// How many were counted decides whether the write runs, or is a part of what it writes. Whether there is any row at all mostly says that a
/// request is a valid one, and before another is inserted it is asked by `check_then_insert`.
fn depends(values: &Values<'_>, read: &Run<'_>, write: &Run<'_>) -> bool {
    let (from, at) = (read.event.at, write.event.at);
    let inserts = written(write).is_some_and(|statement| statement.verb == Verb::Insert);
    let decides = values.decides_by_amount(from, at, i64::from(inserts));
    let mut given = write.sql.sets.iter();
    decides
        || given.any(|given| {
            !values
                .taken(given.at, &given.fields, at, &[from])
                .is_empty()
        })
}

fn report(unit: &UnitContext<'_, '_>, read: &Run<'_>, write: &Run<'_>) -> Finding {
    let deed = written(write).map_or_else(|| "a statement".to_owned(), describe);
    let message = format!(
        "runs {deed} by what was counted before: two that count at the same time both count without the other's"
    );
    let primary = Label {
        span: unit.span(write.event),
        message: "depends on the count".to_owned(),
    };
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.related.push(Label {
        span: unit.span(read.event),
        message: "counted here, without a lock that keeps others out".to_owned(),
    });
    finding.related.extend(unit.chain(read.effect));
    finding.related.extend(unit.chain(write.effect));
    finding.help = Some(
        "lock a row that stands for all of them before counting (`SELECT … FOR UPDATE` of the parent), or run it SERIALIZABLE and again when it is refused"
            .to_owned(),
    );
    finding
}
