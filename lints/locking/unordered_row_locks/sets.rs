//! Many rows in one statement: the database locks them as it finds them, or in the order that they are given.

use super::turns::{Cause, adverb, cause, is_judgement};
use crate::body::EventKind;
use crate::catalogue::Role;
use crate::context::UnitContext;
use crate::lint::{Finding, Label};
use crate::locks::{Run, is_gated, rows_of};
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
    if !joins && !upserts {
        return None;
    }
    let cause = cause(unit, run.sql.list)?;
    (!is_gated(unit, runs, run)).then(|| by_list(unit, run, statement, cause))
}

/// `… IN (…) FOR UPDATE` without ORDER BY.
fn locks_a_list(statement: &Statement) -> bool {
    let waits = statement
        .sure_lock()
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
    let mut finding = unit.meeting(&super::LINT, primary, message);
    finding.help =
        Some("add ORDER BY the key before FOR UPDATE; sorting the list changes nothing".to_owned());
    finding
}

/// A join with a list, or rows of values: the list decides.
fn by_list(
    unit: &UnitContext<'_, '_>,
    run: &Run<'_>,
    statement: &Statement,
    cause: Cause,
) -> Finding {
    let upserts = statement.verb == Verb::Upsert;
    let (does, what, meets, help) = if upserts {
        (
            "locks",
            "takes its rows in the order given",
            "upserts",
            "sort the rows by the key first",
        )
    } else {
        (
            "updates",
            "locks a row for each value of the list",
            "statements",
            "sort the list by the key, or lock the rows first with `SELECT … ORDER BY … FOR UPDATE`",
        )
    };
    let message = format!(
        "{does} {} {}: two {meets} that meet in opposite order deadlock",
        rows_of(statement),
        adverb(cause.order)
    );
    let primary = Label {
        span: unit.span(run.event),
        message: what.to_owned(),
    };
    let mut finding = unit.meeting(&super::LINT, primary, message);
    finding.pedantic |= is_judgement(unit, cause.order, statement);
    finding.related = cause.labels;
    finding.help = Some(help.to_owned());
    finding
}
