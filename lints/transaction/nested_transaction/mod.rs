//! A transaction that is begun where one is open, on the same connection, and nobody notices.

use crate::body::{Event, Sql};
use crate::catalogue::{self, CallId, NestedBegin};
use crate::context::UnitContext;
use crate::flow::{Mark, Resource, ResourceKind, State};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Database, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "nested_transaction",
    group: "transaction",
    level: Level::Warn,
    summary: "a transaction is begun on a connection that has one open: the inner end is the outer one's",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, moment| {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        let nested = effects.find_map(|effect| Some((effect, outer(unit, state, event, effect)?)));
        found.extend(nested.map(|(effect, outer)| report(unit, event, effect, outer)));
    });
}

/// The transaction that is open on the connection where an effect begins one.
fn outer<'c>(
    unit: &UnitContext<'c, '_>,
    state: State,
    event: &Event,
    effect: &Effect,
) -> Option<&'c Resource> {
    let by_text = match &effect.kind {
        EffectKind::Begin(call) if !is_savepoint(unit, *call) => false,
        EffectKind::Statement(sql, call) if begins(sql) => !is_own_begin(unit, *call),
        _ => return None,
    };
    let on = unit.flow.connection(effect.on.one()?);
    let is_it = |outer: &&Resource| {
        outer.is_transaction()
            && outer.at != Some(event.at)
            && unit.flow.connection(&outer.place) == on
            && !(is_by_client(unit, outer) && !by_text && is_minded(unit, effect))
    };
    let outer = unit.flow.open(state.must).find(is_it)?;
    let databases = unit.databases(effect.part);
    let is_silent = |database: &Database| matches!(database, Database::Postgres | Database::MsSql);
    (!databases.is_empty() && databases.iter().all(is_silent)).then_some(outer)
}

fn is_savepoint(unit: &UnitContext<'_, '_>, call: CallId) -> bool {
    unit.cx.catalogue().call(call).effect == catalogue::Effect::Savepoint
}

/// A text whose first statement begins.
fn begins(sql: &Sql) -> bool {
    let first = |all: &Vec<crate::sql::Statement>| all.first().map(|first| first.verb);
    !sql.alternatives.is_empty()
        && sql
            .alternatives
            .iter()
            .all(|all| first(all) == Some(Verb::Begin))
}

/// Begun by a method that makes no guard.
fn is_own_begin(unit: &UnitContext<'_, '_>, call: CallId) -> bool {
    unit.cx.catalogue().call(call).effect == catalogue::Effect::Begin
}

/// Whether the client knows of it: it wasn't begun by text.
fn is_by_client(unit: &UnitContext<'_, '_>, outer: &Resource) -> bool {
    outer.kind != ResourceKind::Mark(Mark::Transaction)
        || outer.call.is_some_and(|call| is_own_begin(unit, call))
}

/// Whether the client makes a second begin a savepoint, or refuses it.
fn is_minded(unit: &UnitContext<'_, '_>, effect: &Effect) -> bool {
    let (EffectKind::Begin(call) | EffectKind::Statement(_, call)) = &effect.kind else {
        return true;
    };
    let behaviour = unit.cx.behaviour(unit.cx.client_of(*call));
    !matches!(behaviour.nested_begin, Some(NestedBegin::BeginsAgain))
}

fn report(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect, outer: &Resource) -> Finding {
    let harm = match unit.databases(effect.part).first() {
        Some(Database::MsSql) => "a rollback of the inner one rolls the outer one back too",
        _ => "the next COMMIT or ROLLBACK ends the outer one",
    };
    let primary = Label {
        span: unit.span(event),
        message: "begins again".to_owned(),
    };
    let message = format!("a transaction is open on this connection already: {harm}");
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span: outer.span,
        message: "the outer transaction begins here".to_owned(),
    });
    finding.related.extend(unit.chain(effect));
    finding.help = Some(
        "use SAVEPOINT, or the client's own nested transaction on the outer one's guard".to_owned(),
    );
    finding
}
