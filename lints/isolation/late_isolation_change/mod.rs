//! An isolation level or access mode that is set too late, or on another connection than the one that it is for.

use crate::body::{Event, EventKind};
use crate::catalogue::Role;
use crate::context::UnitContext;
use crate::infer::Val;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Database, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

const POSTGRES: &[Database] = &[Database::Postgres, Database::CockroachDb];
const MYSQL: &[Database] = &[Database::MySql, Database::MariaDb];

/// The lint.
pub static LINT: Lint = Lint {
    name: "late_isolation_change",
    group: "isolation",
    level: Level::Deny,
    summary: "an isolation level that is set too late, or on another connection than the one that begins",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// A level that is not what its transaction gets.
struct Late {
    message: &'static str,
    label: &'static str,
    related: Option<(Span, &'static str)>,
    help: &'static str,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, moment| {
        let Some(effect) = moment.happenings.first().map(|happening| &happening.effect) else {
            return;
        };
        if effect.steps.len() > 1 {
            return;
        }
        let late = match unit.transaction_of(state, effect) {
            Some(transaction) => in_transaction(unit, transaction, event, effect),
            None => elsewhere(unit, event, effect),
        };
        found.extend(late.map(|late| report(unit, event, &late)));
    });
}

/// Set inside of the transaction.
fn in_transaction(
    unit: &UnitContext<'_, '_>,
    transaction: usize,
    event: &Event,
    effect: &Effect,
) -> Option<Late> {
    if let EventKind::Begin { mode, .. } = &event.kind {
        let is_late = mode.isolation.is_some() && unit.is_only(effect.part, POSTGRES);
        let begun = &unit.flow.resources[transaction];
        return is_late.then_some(Late {
            message: "this begins a savepoint, for which no isolation level can be set: Postgres refuses it",
            label: "asks for another level inside of a transaction",
            related: Some((begun.span, "the transaction begins here")),
            help: "ask for the level where the transaction begins",
        });
    }
    if unit.statements_on(effect, MYSQL).any(sets_transaction) {
        return Some(Late {
            message: "this fails every time: MySQL doesn't change the isolation level of a transaction that has begun (1568)",
            label: "comes after the begin",
            related: Some((
                unit.flow.resources[transaction].span,
                "the transaction begins here",
            )),
            help: "set it on the same connection before the transaction begins",
        });
    }
    if !unit.statements_on(effect, POSTGRES).any(needs_to_be_first) {
        return None;
    }
    let first = first_query(unit, transaction, event)?;
    Some(Late {
        message: "this fails: Postgres lets a transaction change its isolation level before its first query only (25001)",
        label: "comes too late",
        related: Some((first, "a query has run in the transaction by then")),
        help: "make it the first statement of the transaction, or begin with the level",
    })
}

fn sets_transaction(statement: &Statement) -> bool {
    statement.verb == Verb::SetTransaction && statement.isolation.is_some()
}

fn needs_to_be_first(statement: &Statement) -> bool {
    let changes = statement.isolation.is_some() || statement.read_only == Some(false);
    statement.verb == Verb::SetTransaction && changes
}

/// A query that has run in the transaction on some way to here.
fn first_query(unit: &UnitContext<'_, '_>, transaction: usize, to: &Event) -> Option<Span> {
    let begun = &unit.flow.resources[transaction];
    let between = unit.flow.between(begun.at?, to);
    let is_query = |effect: &Effect| {
        let is_on = effect
            .on
            .one()
            .is_some_and(|on| unit.flow.connection(on) == unit.flow.connection(&begun.place));
        let queries = |statement: &Statement| {
            matches!(
                statement.verb,
                Verb::Select | Verb::Insert | Verb::Upsert | Verb::Update | Verb::Delete
            )
        };
        is_on && unit.statements_on(effect, POSTGRES).any(queries)
    };
    let mut queries = between.iter().filter(|(_, happenings)| {
        happenings
            .iter()
            .any(|happening| is_query(&happening.effect))
    });
    queries.next().map(|(event, _)| unit.span(event))
}

/// Set through a pool, and a transaction of that pool begins later: on whichever connection it gets.
fn elsewhere(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect) -> Option<Late> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    let is_set = |statement: &Statement| {
        let sets = |state: &SessionState| matches!(state, SessionState::Set(_));
        statement.isolation.is_some() && statement.session.iter().any(sets)
    };
    if unit.role(effect) != Some(Role::Pool) || !sql.statements().any(is_set) {
        return None;
    }
    let begin = begin_after(unit, event, &effect.on)?;
    Some(Late {
        message: "this sets the level of some connection of the pool, and the transaction begins on whichever connection it gets",
        label: "is sent through the pool",
        related: Some((begin, "the transaction takes its own connection here")),
        help: "take one connection, and set the level and begin on it; or make SET TRANSACTION the first statement inside",
    })
}

fn begin_after(unit: &UnitContext<'_, '_>, event: &Event, pool: &Val) -> Option<Span> {
    let (mut from, mut found) = (None, None);
    unit.walk_places(|place, _, other, moment| {
        if std::ptr::eq(other, event) {
            from = Some(place);
        }
        let begins = moment.happenings.iter().any(|happening| {
            matches!(happening.effect.kind, EffectKind::Begin(_)) && happening.effect.on == *pool
        });
        if begins && found.is_none() && from.is_some_and(|from| unit.leads_to(from, place)) {
            found = Some(unit.span(other));
        }
    });
    found
}

fn report(unit: &UnitContext<'_, '_>, event: &Event, late: &Late) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: late.label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, late.message.to_owned());
    finding
        .related
        .extend(late.related.map(|(span, message)| Label {
            span,
            message: message.to_owned(),
        }));
    finding.help = Some(late.help.to_owned());
    finding
}
