//! Outer transactions that are used or ended while a nested one is open on their connection.

use crate::body::{Event, EventKind};
use crate::context::UnitContext;
use crate::flow::{Moment, Resource, ResourceKind};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::summary::EffectKind;

/// The lint.
pub static LINT: Lint = Lint {
    name: "outer_handle_in_nested_transaction",
    group: "checkout",
    level: Level::Warn,
    summary: "the outer transaction is used, committed or dropped while a nested one is open in it",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, inner) in unit.flow.resources.iter().enumerate() {
        let Some(outer) = outer_of(unit, inner) else {
            continue;
        };
        let both = 1 << index | 1 << outer;
        unit.flow.walk(|state, event, moment| {
            let is_open = state.must & both == both && !unit.flow.closes(event, moment, index);
            if is_open && let Some((message, help)) = misuse(unit, event, moment, outer) {
                found.push(report(unit, inner, event, (message, help)));
            }
        });
    }
}

/// The open transaction that another one is begun in, where nothing but the order of calls keeps them apart.
fn outer_of(unit: &UnitContext<'_, '_>, inner: &Resource) -> Option<usize> {
    let call = inner.call?;
    let sheet = unit.cx.client_of(call);
    let is_guard = inner.kind == ResourceKind::Transaction;
    let outer = unit.flow.resource(inner.on.one()?)?;
    let is_transaction = unit.flow.resources[outer].kind == ResourceKind::Transaction;
    (is_guard && is_transaction && unit.cx.behaviour(sheet).unbound_guards).then_some(outer)
}

/// What an event does to the outer one, and what to write instead.
fn misuse(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    moment: &Moment,
    outer: usize,
) -> Option<(&'static str, &'static str)> {
    let is_outer = |place: &crate::infer::Place| unit.flow.resource(place) == Some(outer);
    let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
    let used = effects.find(|effect| effect.on.places().iter().any(is_outer));
    match (used.map(|effect| &effect.kind), &event.kind) {
        (Some(EffectKind::Commit), _) => Some((
            "this commits the nested transaction, not the outer one: all of it is rolled back when the handles are dropped",
            "commit or roll back the nested transaction first",
        )),
        (Some(EffectKind::Rollback), _) | (_, EventKind::Drop { asked: true, .. })
            if unit.flow.closes(event, moment, outer) =>
        {
            Some((
                "this rolls back the nested transaction, not the outer one",
                "commit or roll back the nested transaction first",
            ))
        }
        (Some(EffectKind::Statement(..)), _) => Some((
            "this is sent through the outer transaction and runs inside the nested one: it is lost when that rolls back",
            "use the nested transaction until it is ended, or end it before",
        )),
        _ => None,
    }
}

fn report(
    unit: &UnitContext<'_, '_>,
    inner: &Resource,
    event: &Event,
    (message, help): (&str, &str),
) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "the outer handle".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(Label {
        span: inner.span,
        message: "the nested transaction is open from here on".to_owned(),
    });
    finding.help = Some(help.to_owned());
    finding
}
