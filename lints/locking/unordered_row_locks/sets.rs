//! Many rows in one statement: the database locks them as it finds them, or in the order that they are given.

use super::is_gated;
use super::turns::{adverb, cause};
use crate::body::{EventKind, Order};
use crate::catalogue::Role;
use crate::context::UnitContext;
use crate::lint::{Finding, Label};
use crate::locks::{Run, rows_of};
use crate::source::Span;
use crate::sql::{Rows, SqlText, Statement, Verb};
use crate::summary::{EffectKind, Happening};

pub(super) fn check(unit: &UnitContext<'_, '_>, runs: &[Run<'_>]) -> Vec<Finding> {
    let direct = runs.iter().filter(|run| run.is_direct());
    direct
        .filter_map(|run| check_run(unit, runs, run))
        .collect()
}

fn check_run(unit: &UnitContext<'_, '_>, runs: &[Run<'_>], run: &Run<'_>) -> Option<Finding> {
    let statement = run
        .locking()
        .find(|statement| statement.rows == Rows::List)?;
    if locks_a_list(statement) {
        let keeps = unit.role(run.effect) != Some(Role::Pool);
        return (keeps && !is_gated(unit, runs, run))
            .then(|| by_clause(unit, unit.span(run.event), statement));
    }
    let joins = statement.joins_list && statement.row_lock.is_none();
    let upserts = statement.verb == Verb::Upsert;
    if !joins && !upserts || is_gated(unit, runs, run) {
        return None;
    }
    if joins && run.sql.list.order != Order::Sorted {
        return Some(by_join(unit, run, statement));
    }
    upserts.then(|| by_values(unit, run, statement)).flatten()
}

/// `… IN (…) FOR UPDATE` without ORDER BY.
fn locks_a_list(statement: &Statement) -> bool {
    let waits = statement
        .row_lock
        .is_some_and(|lock| !lock.skip_locked && !lock.no_wait && !lock.shared);
    // Of a lock in an inner query the rows aren't known.
    waits && statement.rows == Rows::List && !statement.ordered && !statement.locks_inside
}

/// Texts given to functions of the workspace, which build statements of them.
pub(super) fn given_texts(unit: &UnitContext<'_, '_>) -> Vec<Finding> {
    let mut found = Vec::new();
    unit.flow.walk(|_, event, moment| {
        let EventKind::Call { args, .. } = &event.kind else {
            return;
        };
        let runs =
            |happening: &Happening| matches!(happening.effect.kind, EffectKind::Statement(..));
        if moment.happenings.iter().any(runs) {
            return;
        }
        for arg in args.iter() {
            if let Some(statement) = arg.texts.iter().find_map(locking_list) {
                found.push(by_clause(unit, unit.span(event), &statement));
            }
        }
    });
    found
}

fn locking_list(text: &SqlText) -> Option<Statement> {
    let statements = crate::sql::statements(text, &[]);
    statements.into_iter().find(locks_a_list)
}

fn by_clause(unit: &UnitContext<'_, '_>, span: Span, statement: &Statement) -> Finding {
    let message = format!(
        "locks {} in the order that the database finds them: two transactions that find them in another order deadlock",
        rows_of(statement)
    );
    let primary = Label {
        span,
        message: "locks a list of rows without ORDER BY".to_owned(),
    };
    let mut finding = unit.finding(&super::LINT, primary, message);
    finding.help =
        Some("add ORDER BY the key before FOR UPDATE; sorting the list changes nothing".to_owned());
    finding
}

fn by_join(unit: &UnitContext<'_, '_>, run: &Run<'_>, statement: &Statement) -> Finding {
    let cause = cause(unit, run.sql.list);
    let order = cause
        .as_ref()
        .map_or("in the order of a list that nobody sorted", |cause| {
            adverb(cause.order)
        });
    let message = format!(
        "updates {} {order}: two statements that meet in opposite order deadlock",
        rows_of(statement)
    );
    let primary = Label {
        span: unit.span(run.event),
        message: "locks a row for each value of the list".to_owned(),
    };
    let mut finding = unit.finding(&super::LINT, primary, message);
    finding.related = cause.map(|cause| cause.labels).unwrap_or_default();
    finding.help = Some(
        "sort the list by the key, or lock the rows first with `SELECT … ORDER BY … FOR UPDATE`"
            .to_owned(),
    );
    finding
}

fn by_values(unit: &UnitContext<'_, '_>, run: &Run<'_>, statement: &Statement) -> Option<Finding> {
    let cause = cause(unit, run.sql.list)?;
    let message = format!(
        "locks {} {}: two upserts that meet in opposite order deadlock",
        rows_of(statement),
        adverb(cause.order)
    );
    let primary = Label {
        span: unit.span(run.event),
        message: "takes its rows in the order given".to_owned(),
    };
    let mut finding = unit.finding(&super::LINT, primary, message);
    finding.related = cause.labels;
    finding.help = Some("sort the rows by the key first".to_owned());
    Some(finding)
}
