//! What stands in a retry, and what was left out of it.

use crate::body::{BlockId, Event, EventKind};
use crate::context::{Retry, UnitContext};
use crate::flow::Resource;
use crate::source::Span;
use crate::sql::{Database, Isolation, Verb};
use crate::summary::EffectKind;

/// Whether an event is a part of a retry.
fn is_in(unit: &UnitContext<'_, '_>, retry: &Retry, event: &Event) -> bool {
    let body = unit.body();
    body.is_some_and(|body| retry.range.holds(body.range(event.at)))
}

/// Transactions that are begun in a retry, or (`false`) outside of it.
fn begun<'u>(
    unit: &'u UnitContext<'_, '_>,
    retry: &'u Retry,
    inside: bool,
) -> impl Iterator<Item = (usize, &'u Resource)> {
    let all = unit.flow.resources.iter().enumerate();
    all.filter(move |(_, resource)| {
        let at = resource.at.zip(unit.body());
        let is_inside = at.is_some_and(|(at, body)| retry.range.holds(body.range(at)));
        resource.is_transaction() && is_inside == inside
    })
}

/// The highest level that a transaction of the retry is begun with.
pub(super) fn level(unit: &UnitContext<'_, '_>, retry: &Retry) -> Option<Isolation> {
    let levels = begun(unit, retry, true).map(|(index, _)| unit.begun_with(index).isolation);
    levels.max().flatten()
}

/// The commit, after the retry, of a transaction that is begun in it.
pub(super) fn commit_left_out(unit: &UnitContext<'_, '_>, retry: &Retry) -> Option<Span> {
    retry.serialization?;
    let own: Vec<_> = begun(unit, retry, true).collect();
    let mut found = None;
    unit.flow.walk(|_, event, moment| {
        if !matches!(event.kind, EventKind::Commit { .. }) || is_in(unit, retry, event) {
            return;
        }
        let is_left = own.iter().any(|(index, begun)| {
            let level = unit.begun_with(*index).isolation;
            unit.is_only(begun.on_part, super::REFUSING)
                && level.is_none_or(|level| level == Isolation::Serializable)
                && unit.flow.closes(event, moment, *index)
        });
        if is_left && found.is_none() {
            found = Some(unit.span(event));
        }
    });
    found
}

/// A statement of the retry in a transaction that is begun before it, with what becomes of the next attempt.
pub(super) fn run_in_aborted(
    unit: &UnitContext<'_, '_>,
    retry: &Retry,
) -> Option<(Span, &'static str)> {
    let divides = |event: &Event| match &event.kind {
        EventKind::Begin { .. } => true,
        EventKind::Statement { sql, .. } => (sql.statements())
            .any(|one| matches!(one.verb, Verb::Savepoint | Verb::RollbackTo | Verb::Begin)),
        _ => false,
    };
    let mut events = unit.flow.unit.events();
    if events.any(|event| is_in(unit, retry, event) && divides(event)) {
        return None;
    }
    let before: Vec<_> = begun(unit, retry, false).collect();
    let mut found = None;
    unit.flow.walk(|state, event, moment| {
        if !is_in(unit, retry, event) || found.is_some() {
            return;
        }
        let of = |effect| unit.transaction_of(state, effect);
        let runs = moment.happenings.iter().find_map(|one| {
            let begun = before.iter().find(|(index, _)| of(&one.effect) == Some(*index))?;
            let part = one.effect.part.or(begun.1.on_part);
            let message = if unit.is_only(part, &[Database::Postgres]) {
                "the failure has aborted the transaction that was begun before the retry: every further attempt fails with 25P02"
            } else if unit.is_only(part, &[Database::MySql, Database::MariaDb]) {
                "a deadlock has rolled back the transaction that was begun before the retry: what it did is gone, and the next attempt commits by itself"
            } else {
                return None;
            };
            matches!(one.effect.kind, EffectKind::Statement(..)).then_some(message)
        });
        found = runs.map(|message| (unit.span(event), message));
    });
    found
}

/// Something that no rollback takes back, on the way to what may be refused.
pub(super) fn repeated(unit: &UnitContext<'_, '_>, retry: &Retry) -> Option<Span> {
    let (mut deeds, mut tried) = (Vec::new(), Vec::new());
    let mut order = 0;
    unit.flow.walk_blocks(|block, state, event, moment| {
        order += 1;
        if !is_in(unit, retry, event) {
            return;
        }
        let place = (block, order, event);
        if moment
            .happenings
            .iter()
            .any(|one| may_be_refused(&one.effect.kind))
        {
            tried.push(place);
        } else if !unit.flow.open(state.may).any(Resource::is_transaction)
            && unit
                .outside(event)
                .iter()
                .any(|deed| deed.lasts && deed.kind.is_none_or(|kind| kind != "cache"))
        {
            deeds.push(place);
        }
    });
    let leads = |(block, order, _): &(BlockId, i32, &Event)| {
        tried.iter().any(|(later, at, _)| {
            (later == block && at > order) || unit.flow.leads_on(*block, *later)
        })
    };
    let first = deeds.iter().find(|deed| leads(deed));
    first.map(|(_, _, event)| unit.span(event))
}

fn may_be_refused(kind: &EffectKind) -> bool {
    matches!(
        kind,
        EffectKind::Begin(_) | EffectKind::Statement(..) | EffectKind::Commit
    )
}
