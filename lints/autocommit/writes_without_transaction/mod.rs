//! Writes that belong together, each its own transaction.

use crate::body::Given;
use crate::context::{UnitContext, describe};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::{Statement, Verb};
use crate::values::Values;

/// Writes farther down are details of what their functions do.
const MAX_STEPS: usize = 3;

/// The lint.
pub static LINT: Lint = Lint {
    name: "writes_without_transaction",
    group: "autocommit",
    level: Level::Allow,
    summary: "writes that belong together are committed one by one",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let runs = locks::statements(unit);
    let writes: Vec<&Run<'_>> = runs.iter().filter(|run| written(run).is_some()).collect();
    // Each with the writes that belong to it; a write of several is told with the first.
    let mut told: Vec<Vec<&Run<'_>>> = Vec::new();
    for (index, later) in writes.iter().enumerate() {
        let belongs = |earlier: &&&Run<'_>| is_half(unit, earlier, later);
        let Some(earlier) = writes[..index].iter().rev().find(belongs) else {
            continue;
        };
        match told.iter_mut().find(|all| is_among(all, earlier)) {
            Some(all) if !is_among(all, later) => all.push(later),
            Some(_) => {}
            None => told.push(vec![earlier, later]),
        }
    }
    found.extend(told.iter().filter_map(|all| report(unit, all)));
}

fn is_among(all: &[&Run<'_>], run: &Run<'_>) -> bool {
    all.iter().any(|one| std::ptr::eq(one.event, run.event))
}

/// A statement that changes rows, and what it says. What is there anyway may be put there alone.
fn written<'f>(run: &Run<'f>) -> Option<&'f Statement> {
    let writes = |statement: &&Statement| statement.is_write() && !statement.keeps_rows;
    run.sql.statements().find(writes)
}

/// Whether the earlier write stays without the later one when something fails in between, and one transaction could hold both.
fn is_half(unit: &UnitContext<'_, '_>, earlier: &Run<'_>, later: &Run<'_>) -> bool {
    let is_near = |run: &Run<'_>| run.effect.steps.len() <= MAX_STEPS;
    unit.is_before(earlier, later)
        && !later.state.failed
        && [earlier, later].into_iter().all(is_near)
        && !is_progress(unit, earlier, later)
        && unit.is_same_database(earlier, later)
        && locks::share_values(unit, earlier, later)
        && !unit.is_best_effort(earlier)
        && !unit.is_best_effort(later)
        && !unit.waits_between(earlier, later)
        && unit.commits_itself(earlier)
        && unit.commits_itself(later)
}

/// One table is changed twice, and the second change needs nothing of the first: progress, batches.
fn is_progress(unit: &UnitContext<'_, '_>, earlier: &Run<'_>, later: &Run<'_>) -> bool {
    let changed = |run: &Run<'_>| {
        let statement = written(run)?;
        let is_insert = statement.verb == Verb::Insert;
        (!is_insert).then(|| (statement.verb == Verb::Delete, statement.writes.clone()))
    };
    let (Some(one), Some(other), Some(body)) = (changed(earlier), changed(later), unit.body())
    else {
        return false;
    };
    let values = Values::new(body);
    let is_other = |pick: &Given| {
        let mut later = later.sql.picks.iter();
        later.any(|other| other.column == pick.column && !values.is_same(pick, other))
    };
    let rows_differ = earlier.sql.picks.iter().any(is_other);
    one == other && !rows_differ && !locks::goes_into(unit, earlier, later)
}

fn report(unit: &UnitContext<'_, '_>, all: &[&Run<'_>]) -> Option<Finding> {
    let [first, second, others @ ..] = all else {
        return None;
    };
    let message = format!(
        "runs {} in a transaction of its own: if it fails, {} before it stays alone",
        describe(written(second)?),
        describe(written(first)?),
    );
    let label = |run: &Run<'_>, message: &str| Label {
        span: unit.span(run.event),
        message: message.to_owned(),
    };
    let mut finding = unit.finding(&LINT, label(second, "commits by itself"), message);
    finding.related.push(label(first, "already committed"));
    finding.related.extend(unit.chain(first.effect));
    finding.related.extend(unit.chain(second.effect));
    let others = others.iter();
    finding
        .related
        .extend(others.map(|run| label(run, "so does this")));
    finding.help =
        Some("begin one transaction, run all of them on it, and commit at the end".to_owned());
    Some(finding)
}
