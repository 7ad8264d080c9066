//! Statements that run on another connection than the transaction that is open.

use crate::body::Event;
use crate::catalogue::Role;
use crate::context::{PoolUse, UnitContext, beginning, describe};
use crate::flow::Resource;
use crate::infer::{Place, Val};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Statement;
use crate::summary::{EffectKind, Happening};

/// The lint.
pub static LINT: Lint = Lint {
    name: "query_escapes_transaction",
    group: "checkout",
    level: Level::Warn,
    summary: "a statement runs on the pool, or on another connection, while a transaction is open and should contain it",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, moment| {
        let held: Vec<&Resource> = unit
            .held(state)
            .into_iter()
            .filter(|resource| resource.is_transaction())
            .collect();
        let escape = moment.happenings.iter().find_map(|happening| {
            let mut held = held.clone();
            held.retain(|transaction| !unit.is_over_before(transaction, moment, happening));
            escape(unit, event, happening, &held)
        });
        found.extend(escape);
    });
}

fn escape(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    happening: &Happening,
    held: &[&Resource],
) -> Option<Finding> {
    let pool_use = unit.pool_use(&happening.effect)?;
    let EffectKind::Statement(sql, _) = &happening.effect.kind else {
        return None;
    };
    let pool = pool_use.pool.one();
    if let Some(on) = happening.inside.as_ref().and_then(Val::one)
        && pool.is_some_and(|pool| pool.is_one_with(on))
    {
        return Some(report_runner(unit, event, &pool_use));
    }
    for transaction in held {
        let is_given = transaction.given;
        let both = is_given && may_be_same_database(unit, transaction, &pool_use);
        if !(both || is_same_pool(unit, transaction, pool))
            || unit.is_told_by_callee(event, &pool_use)
        {
            continue;
        }
        let written = if is_given {
            Vec::new()
        } else {
            written(unit, event, transaction)
        };
        let consequence = sql
            .statements()
            .find_map(|statement| consequence(statement, &written))
            .filter(|_| !unit.is_for_reading(transaction));
        let beside = || {
            is_given.then(|| {
                "this takes a second connection, which doesn't see what the first may have written; when all are held so, each waits for another's".to_owned()
            })
        };
        let is_beside = consequence.is_none();
        let consequence = consequence.or_else(beside)?;
        let mut finding = report(unit, event, &pool_use, transaction, &consequence);
        if is_beside {
            finding.help = Some("run it on the transaction, or before it begins".to_owned());
        } else if sql.statements().any(Statement::is_write) && unit.is_never_committed(transaction)
        {
            // What is moved into it would be lost.
            finding.help = Some(
                "nothing commits the transaction: let it commit, and then run this on it; or run this before it begins".to_owned(),
            );
        }
        // All that is known then is that two connections are taken.
        finding.pedantic = is_beside && unit.cx.runs_alone(unit.flow.unit.id.owner);
        return Some(finding);
    }
    None
}

/// Inside the closure of a runner of the workspace.
fn report_runner(unit: &UnitContext<'_, '_>, event: &Event, pool_use: &PoolUse<'_>) -> Finding {
    let here = unit.span(event);
    let steps = unit.beyond(event, &pool_use.effect.steps);
    let span = steps.first().map_or(here, |inside| inside.span);
    let primary = Label {
        span,
        message: "runs on a connection of its own".to_owned(),
    };
    let message = "outside the transaction that this closure runs in: it stays even if the transaction rolls back";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(Label {
        span: here,
        message: "this runs the closure in a transaction".to_owned(),
    });
    let rest = steps.get(1..).unwrap_or(&[]);
    finding.related.extend(unit.cx.chain(rest, pool_use.effect));
    finding.help = Some("run it on the connection that the closure is given".to_owned());
    finding
}

fn is_same_pool(unit: &UnitContext<'_, '_>, transaction: &Resource, pool: Option<&Place>) -> bool {
    let held = unit
        .pool_of(transaction)
        .or_else(|| unit.session_pool(transaction));
    held.zip(pool)
        .is_some_and(|(held, pool)| held.is_one_with(pool))
}

/// A function that is given both a pool and a transaction: they are meant for each other unless their types say otherwise, or the pool is
/// one of several that it has.
fn may_be_same_database(
    unit: &UnitContext<'_, '_>,
    transaction: &Resource,
    pool_use: &PoolUse<'_>,
) -> bool {
    let is_given = pool_use
        .pool
        .one()
        .is_some_and(|place| unit.flow.is_given(place));
    let (Some(one), Some(other)) = (transaction.on_part, pool_use.effect.part) else {
        return false;
    };
    let databases = [one.database, other.database];
    is_given
        && !pool_use
            .pool
            .one()
            .is_some_and(|pool| unit.has_siblings(pool))
        && one.sheet == other.sheet
        && (databases[0] == databases[1] || databases.contains(&None))
        && unit.role(pool_use.effect) == Some(Role::Pool)
}

/// Tables that the transaction has written on some path from its begin.
fn written(unit: &UnitContext<'_, '_>, event: &Event, transaction: &Resource) -> Vec<String> {
    let Some(begin) = transaction.at else {
        return Vec::new();
    };
    let mut tables = Vec::new();
    for (earlier, happenings) in unit.flow.between(begin, event) {
        if unit.flow.is_idle_before(earlier.at, event) {
            continue;
        }
        for happening in happenings {
            let inside = happening.effect.on.places().iter().any(|place| {
                unit.flow.connection(place) == unit.flow.connection(&transaction.place)
            });
            if let (true, EffectKind::Statement(sql, _)) = (inside, &happening.effect.kind) {
                tables.extend(
                    sql.statements()
                        .flat_map(|statement| statement.writes.iter().cloned()),
                );
            }
        }
    }
    tables
}

/// What goes wrong, if this statement is known to write, or to read what the transaction wrote.
fn consequence(statement: &Statement, written: &[String]) -> Option<String> {
    if statement.is_write() {
        return Some(format!(
            "{} commits even if the transaction rolls back",
            describe(statement)
        ));
    }
    let table = statement
        .reads
        .iter()
        .find(|table| written.contains(table))?;
    Some(format!(
        "{} doesn't see what the transaction has written to `{table}`",
        describe(statement)
    ))
}

fn report(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    pool_use: &PoolUse<'_>,
    transaction: &Resource,
    consequence: &str,
) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "runs on a connection of its own".to_owned(),
    };
    let message = format!("outside the open transaction, {consequence}");
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(beginning(transaction));
    finding.related.extend(unit.chain(pool_use.effect));
    finding.help =
        Some("run it on the transaction: pass the transaction instead of the pool".to_owned());
    finding
}
