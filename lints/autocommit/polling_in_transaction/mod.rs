//! A loop that waits for others' changes inside one snapshot.

use crate::body::Event;
use crate::context::UnitContext;
use crate::flow::Resource;
use crate::ir::{Body, ExprId};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::source::TextRange;
use crate::sql::{Database, Statement, Verb};
use crate::summary::{EffectKind, Outside};

/// The lint.
pub static LINT: Lint = Lint {
    name: "polling_in_transaction",
    group: "autocommit",
    level: Level::Deny,
    summary: "a loop waits for others' changes inside one snapshot, which never shows them",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    let runs = locks::statements(unit);
    let sleeps = sleeps(unit);
    let mut told: Vec<TextRange> = Vec::new();
    for run in runs.iter().filter(|run| reads(run)) {
        let around = waiting_loop(body, &sleeps, run.event.at);
        let Some(around) = around.filter(|around| !told.contains(around)) else {
            continue;
        };
        let Some(Some(transaction)) = run.transaction(unit) else {
            continue;
        };
        let begun_inside = transaction
            .at
            .is_some_and(|at| around.holds(body.range(at)));
        if begun_inside
            || ends_inside(unit, body, around, run)
            || !unit.has_snapshot(run, transaction)
        {
            continue;
        }
        told.push(around);
        let pauses = sleeps
            .iter()
            .filter(|sleep| around.holds(body.range(sleep.at)));
        let mut finding = report(unit, run, transaction);
        finding.covers = pauses.map(|sleep| unit.span(sleep)).collect();
        found.push(finding);
    }
}

/// A SELECT that takes what the snapshot has: a locking read sees the newest rows on MySQL.
fn reads(run: &Run<'_>) -> bool {
    let mut statements = run.sql.statements().peekable();
    statements.peek().is_some()
        && statements.all(|statement| {
            statement.verb == Verb::Select
                && statement.row_lock.is_none()
                && !statement.reads.is_empty()
                && statement.advisory.is_empty()
        })
}

/// Sleeps, here or in callees; not the pauses of a callee between two tries of its own.
fn sleeps<'f>(unit: &UnitContext<'f, '_>) -> Vec<&'f Event> {
    let mut found = Vec::new();
    unit.flow.walk(|_, event, _| {
        let outside = unit.outside(event);
        let waits = |deed: &Outside| {
            deed.retries.is_none() && deed.kind.is_some_and(|kind| kind == "sleep")
        };
        if outside.iter().any(waits) {
            found.push(event);
        }
    });
    found
}

/// The innermost loop around an expression, if it sleeps between its turns.
fn waiting_loop(body: &Body, sleeps: &[&Event], at: ExprId) -> Option<TextRange> {
    let (_, innermost) = body.innermost_loop(body.range(at))?;
    let waits = sleeps
        .iter()
        .any(|sleep| innermost.holds(body.range(sleep.at)));
    waits.then_some(innermost)
}

/// Whether the transaction ends, or another begins, in the loop, and the loop goes on.
fn ends_inside(unit: &UnitContext<'_, '_>, body: &Body, around: TextRange, run: &Run<'_>) -> bool {
    let mut ends = false;
    unit.flow.walk_blocks(|block, _, event, moment| {
        let is_end = moment
            .happenings
            .iter()
            .any(|happening| match &happening.effect.kind {
                EffectKind::Commit | EffectKind::Rollback | EffectKind::Begin(_) => true,
                EffectKind::Statement(sql, _) => {
                    let mut statements = sql.statements();
                    statements.any(Statement::is_transaction_control)
                }
                _ => false,
            });
        let goes_on = is_end && unit.flow.leads(block, run.block);
        ends |= goes_on && around.holds(body.range(event.at));
    });
    ends
}

fn report(unit: &UnitContext<'_, '_>, run: &Run<'_>, transaction: &Resource) -> Finding {
    let message = "reads the same snapshot in every turn: what it waits for never shows, however long it waits";
    let primary = Label {
        span: unit.span(run.event),
        message: "is read again and again".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    let databases = unit.databases(run.effect.part);
    let why = if databases == [Database::MySql] || databases == [Database::MariaDb] {
        "the transaction keeps the snapshot of its first SELECT (REPEATABLE READ is the default)"
    } else {
        "the transaction keeps the snapshot of its first SELECT"
    };
    finding.related.push(Label {
        span: transaction.span,
        message: why.to_owned(),
    });
    finding.related.extend(unit.chain(run.effect));
    finding.help = Some("begin the transaction in each turn, or poll without one".to_owned());
    finding
}
