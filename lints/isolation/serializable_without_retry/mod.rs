//! A transaction that the server may refuse for running beside another, and that nobody runs again.

use crate::body::Event;
use crate::context::UnitContext;
use crate::flow::Resource;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Database, Isolation, Statement, Verb};
use crate::summary::EffectKind;

/// Where SERIALIZABLE refuses, instead of waiting as the others do.
const REFUSING: &[Database] = &[Database::Postgres, Database::CockroachDb];

/// The lint.
pub static LINT: Lint = Lint {
    name: "serializable_without_retry",
    group: "isolation",
    level: Level::Warn,
    summary: "a SERIALIZABLE or writing REPEATABLE READ transaction that nobody runs again when it is refused",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, begun) in unit.flow.resources.iter().enumerate() {
        if !begun.is_transaction() || !refuses(unit, index) {
            continue;
        }
        let mode = unit.begun_with(index);
        let level = mode.isolation.or_else(|| level_set(unit, index));
        if mode.read_only == Some(true) || !may_be_refused(unit, index, level) {
            continue;
        }
        let event = unit
            .flow
            .unit
            .events()
            .find(|event| Some(event.at) == begun.at);
        let is_alone = |event: &Event| !unit.cx.may_be_retried(unit.flow.unit, event);
        if let (Some(level), true) = (level, event.is_some_and(is_alone)) {
            found.push(report(unit, begun, level));
        }
    }
}

/// Told by what it was begun on, or by what runs in it: a builder of transactions may know less than the connection.
fn refuses(unit: &UnitContext<'_, '_>, transaction: usize) -> bool {
    let mut refuses = unit.is_only(unit.flow.resources[transaction].on_part, REFUSING);
    unit.flow.walk(|state, _, moment| {
        for happening in &moment.happenings {
            let effect = &happening.effect;
            refuses |= matches!(effect.kind, EffectKind::Statement(..))
                && unit.is_only(effect.part, REFUSING)
                && unit.transaction_of(state, effect) == Some(transaction);
        }
    });
    refuses
}

/// The level that SET TRANSACTION gives it, unless it makes it read only.
fn level_set(unit: &UnitContext<'_, '_>, transaction: usize) -> Option<Isolation> {
    statements_in(unit, transaction, |statement| {
        let sets = statement.verb == Verb::SetTransaction && statement.read_only != Some(true);
        sets.then_some(statement.isolation)?
    })
}

/// A reader is refused under SERIALIZABLE only; REPEATABLE READ refuses who changes a row that another has changed since.
fn may_be_refused(
    unit: &UnitContext<'_, '_>,
    transaction: usize,
    level: Option<Isolation>,
) -> bool {
    let changes = |statement: &Statement| statement.locks_rows().then_some(());
    match level {
        Some(Isolation::Serializable) => true,
        Some(Isolation::RepeatableRead | Isolation::Snapshot) => {
            statements_in(unit, transaction, changes).is_some()
        }
        _ => false,
    }
}

/// What the first statement of a transaction says that says anything.
fn statements_in<T>(
    unit: &UnitContext<'_, '_>,
    transaction: usize,
    says: impl Fn(&Statement) -> Option<T>,
) -> Option<T> {
    let mut found = None;
    unit.flow.walk(|state, _, moment| {
        for happening in &moment.happenings {
            if let EffectKind::Statement(sql, _) = &happening.effect.kind
                && found.is_none()
                && unit.transaction_of(state, &happening.effect) == Some(transaction)
            {
                found = sql.statements().find_map(&says);
            }
        }
    });
    found
}

fn report(unit: &UnitContext<'_, '_>, begun: &Resource, level: Isolation) -> Finding {
    let name = match level {
        Isolation::Serializable => "SERIALIZABLE",
        _ => "REPEATABLE READ",
    };
    let message = format!(
        "of {name} transactions that meet, one is refused (40001) although it did nothing wrong, and nothing runs this one again"
    );
    let primary = Label {
        span: begun.span,
        message: "begins a transaction that may be refused".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.help = Some(
        "run all of it again, from begin to commit, a few times when it fails with 40001"
            .to_owned(),
    );
    finding
}
