//! Gates: a lock taken first, here or by every caller, on something that stands for all the rows locked after it. Who holds it is alone.

use super::ties::is_tied;
use super::{Run, runs, table};
use crate::body::{BlockId, Event, EventKind, Unit, UnitId};
use crate::context::UnitContext;
use crate::defs::FnId;
use crate::flow::Flow;
use crate::infer::{Owner, Place, Root};
use crate::sql::{Rows, Verb};
use crate::summary::EffectKind;

/// Callers of callers are asked this far.
const MAX_DEPTH: usize = 3;
/// Of a function with more call sites than this not all are asked, so none is.
const MAX_CALLS: usize = 24;

/// Something that locks rows on a connection.
struct Point<'f> {
    block: BlockId,
    index: usize,
    event: &'f Event,
    on: Place,
    table: Option<&'f str>,
}

/// Whether rows are locked only by who holds another lock: one taken for its own sake, or that of a single row which
/// shares a value with them, on a way to here or to every call that leads here.
#[must_use]
pub fn is_gated(unit: &UnitContext<'_, '_>, runs: &[Run<'_>], here: &Run<'_>) -> bool {
    let point = Point {
        block: here.block,
        index: here.index,
        event: here.event,
        on: here.on.clone(),
        table: here.locking().find_map(table),
    };
    is_gated_at(unit, runs, &point, 0)
}

/// Whether a statement that `is_gate` accepts runs on a way to here, on the same connection and not in a turn of the same loop.
pub fn is_after(
    unit: &UnitContext<'_, '_>,
    runs: &[Run<'_>],
    here: &Run<'_>,
    is_gate: impl Fn(&Run<'_>) -> bool,
) -> bool {
    let before = before(unit, runs, (here.block, here.index), &here.on);
    before.into_iter().any(is_gate)
}

fn before<'r, 'f>(
    unit: &UnitContext<'_, '_>,
    runs: &'r [Run<'f>],
    (block, index): (BlockId, usize),
    on: &Place,
) -> Vec<&'r Run<'f>> {
    let leads = |run: &Run<'_>| {
        run.block == block && run.index < index
            || run.block != block && unit.flow.leads(run.block, block)
    };
    let loops = &unit.flow.unit.loops;
    let in_turn = |run: &Run<'_>| {
        loops
            .iter()
            .any(|around| around.holds(run.block) && around.holds(block))
    };
    runs.iter()
        .filter(|run| run.on == *on && run.index != index && !in_turn(run) && leads(run))
        .collect()
}

fn is_gated_at(
    unit: &UnitContext<'_, '_>,
    runs: &[Run<'_>],
    here: &Point<'_>,
    depth: usize,
) -> bool {
    let before = before(unit, runs, (here.block, here.index), &here.on);
    before
        .into_iter()
        .any(|run| run.is_explicit() || may_lock(run) || stands_for(unit, run, here))
        || is_gated_by_callers(unit, here, depth)
}

/// A SELECT whose last word is put in at run time: it may be FOR UPDATE.
fn may_lock(run: &Run<'_>) -> bool {
    run.sql
        .statements()
        .any(|statement| statement.verb == Verb::Select && statement.open_end)
}

/// A single row of another table is changed, and what picks it, or what came of it, goes into the statements after it.
fn stands_for(unit: &UnitContext<'_, '_>, run: &Run<'_>, here: &Point<'_>) -> bool {
    let mut locking = run.locking();
    locking.any(|statement| {
        statement.rows == Rows::One
            && table(statement).is_some_and(|table| here.table != Some(table))
    }) && is_tied(unit, run, here.event)
}

fn is_gated_by_callers(unit: &UnitContext<'_, '_>, here: &Point<'_>, depth: usize) -> bool {
    let (
        UnitId {
            owner: Owner::Fn(id),
            inner: None,
        },
        Place {
            root: Root::Param(index),
            path: None,
        },
    ) = (unit.flow.unit.id, &here.on)
    else {
        return false;
    };
    if depth == MAX_DEPTH {
        return false;
    }
    let program = unit.flow.program;
    let calls = program
        .calls_of(id)
        .filter(|(caller, _)| !unit.cx.in_test(caller));
    let mut callers: Vec<(&Unit, usize)> = Vec::new();
    for (caller, _) in calls {
        match callers.last_mut() {
            Some((last, count)) if last.id == caller.id => *count += 1,
            _ => callers.push((caller, 1)),
        }
    }
    let total: usize = callers.iter().map(|(_, count)| count).sum();
    let gates = |(caller, count): &(&Unit, usize)| {
        let flow = Flow::new(program, caller);
        let caller = UnitContext {
            cx: unit.cx,
            flow: &flow,
        };
        let runs = runs(&caller);
        let points = points(&caller, id, *index, here.table);
        let gated = |point: &Point<'_>| is_gated_at(&caller, &runs, point, depth + 1);
        points.len() >= *count && points.iter().all(gated)
    };
    (1..=MAX_CALLS).contains(&total) && callers.iter().all(gates)
}

fn calls(event: &Event, id: FnId) -> bool {
    matches!(&event.kind, EventKind::Call { fns, .. } | EventKind::Spawn { fns, .. } if fns.contains(&id))
}

/// Calls of a function in a unit, as what it does to the connection that they give to a parameter.
fn points<'c>(
    unit: &UnitContext<'c, '_>,
    id: FnId,
    param: u32,
    table: Option<&'c str>,
) -> Vec<Point<'c>> {
    let mut found = Vec::new();
    let mut index = 0;
    unit.flow.walk_blocks(|block, _, event, moment| {
        if calls(event, id)
            && let EventKind::Call { args, .. } = &event.kind
            && let Some(arg) = args.iter().find(|arg| arg.param == param)
            && let Some(place) = unit.flow.canon.val(unit.flow.program, &arg.val).one()
        {
            found.push(Point {
                block,
                index: index + 1,
                event,
                on: unit.flow.connection(place),
                table,
            });
        }
        let statements = moment.happenings.iter();
        index += statements
            .filter(|happening| matches!(happening.effect.kind, EffectKind::Statement(..)))
            .count();
    });
    found
}
