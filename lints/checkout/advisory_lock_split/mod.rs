//! Session advisory locks taken through a pool, or left on a connection that goes back to one.

use crate::body::{Event, EventKind, Way};
use crate::catalogue::Role;
use crate::context::{Fate, PoolReturnOf, UnitContext};
use crate::flow::{Mark, Resource, ResourceKind};
use crate::infer::Part;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{AdvisoryCall, AdvisoryOp, Database};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "advisory_lock_split",
    group: "checkout",
    level: Level::Deny,
    summary: "a session advisory lock is taken and released on different connections, or goes back to the pool with one",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Why a lock outlives its holder, strongest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Reason {
    Pool,
    NeverReleased,
    Leaves,
    HandedOut,
    Cancelled,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, mark) in unit.flow.resources.iter().enumerate() {
        if !matches!(mark.kind, ResourceKind::Mark(Mark::AdvisoryLock(_))) {
            continue;
        }
        let split = if unit.is_pool(mark) {
            is_own_statement(unit, mark).then(|| (Reason::Pool, None))
        } else if unit.is_left_to_callers(mark) || unit.is_guarded(mark) {
            None
        } else {
            kept(unit, index, mark)
        };
        found.extend(split.map(|(reason, way)| report(unit, mark, reason, way)));
    }
    found.extend(released_on_pool(unit));
}

/// What a callee sends through a pool is reported there.
fn is_own_statement(unit: &UnitContext<'_, '_>, mark: &Resource) -> bool {
    let blocks = &unit.flow.unit.graph.blocks;
    blocks
        .iter()
        .flat_map(|block| &block.events)
        .any(|event| Some(event.at) == mark.at && matches!(event.kind, EventKind::Statement { .. }))
}

/// How a lock gets back to the pool with its connection.
fn kept(
    unit: &UnitContext<'_, '_>,
    index: usize,
    mark: &Resource,
) -> Option<(Reason, Option<Label>)> {
    let is_released = unit.flow.is_ended(index);
    let is_tried = is_tried(unit, mark);
    let mut found: Vec<(Reason, Option<Label>)> = Vec::new();
    let mut before: Option<&Event> = None;
    unit.flow.walk(|state, event, _| {
        let last = before.replace(event);
        if state.must >> index & 1 == 0 {
            return;
        }
        let label = |message: &str| {
            Some(Label {
                span: unit.span(event),
                message: message.to_owned(),
            })
        };
        match event.kind {
            EventKind::Leave { way } => match unit.fate(mark, state) {
                Fate::GoesBack(PoolReturnOf::Resets, _) => {}
                // Whether it was taken is what such a `return` asks.
                Fate::GoesBack(..) if way == Way::Return && is_tried && is_released => {}
                Fate::GoesBack(..) if way == Way::End && !is_released => {
                    found.push((Reason::NeverReleased, None));
                }
                Fate::GoesBack(..) => found.push((Reason::Leaves, label("leaves with the lock"))),
                Fate::HandedOut if way != Way::Question && unit.is_left_to_drop(mark) => {
                    found.push((Reason::HandedOut, None));
                }
                _ => {}
            },
            EventKind::Drop { .. } => {
                if let Some(Fate::GoesBack(back, _)) = unit.fate_at_drop(mark, state, event)
                    && back != PoolReturnOf::Resets
                    && !(is_tried && is_released)
                {
                    let label = label("goes back to the pool with the lock");
                    found.push((Reason::Leaves, label));
                }
            }
            EventKind::Await if last.map(|event| event.at) != mark.at => {
                if let Fate::GoesBack(PoolReturnOf::Keeps | PoolReturnOf::RollsBack, _) =
                    unit.fate(mark, state)
                {
                    let label = label("a future dropped here never releases it");
                    found.push((Reason::Cancelled, label));
                }
            }
            _ => {}
        }
    });
    found
        .into_iter()
        .min_by_key(|(reason, label)| (*reason, label.as_ref().map(|label| label.span)))
}

/// `pg_try_advisory_lock`: it may not have been taken.
fn is_tried(unit: &UnitContext<'_, '_>, mark: &Resource) -> bool {
    let mut is_tried = false;
    unit.flow.walk(|_, event, moment| {
        is_tried |= Some(event.at) == mark.at
            && moment
                .happenings
                .iter()
                .flat_map(|happening| calls(&happening.effect.kind))
                .any(|call| call.op == AdvisoryOp::TryLock);
    });
    is_tried
}

fn calls(kind: &EffectKind) -> Vec<&AdvisoryCall> {
    match kind {
        EffectKind::Statement(sql, _) => sql
            .statements()
            .flat_map(|statement| &statement.advisory)
            .filter(|call| call.session)
            .collect(),
        _ => Vec::new(),
    }
}

/// An unlock through a pool, in a function that takes no lock: that would be the finding.
fn released_on_pool(unit: &UnitContext<'_, '_>) -> Option<Finding> {
    let takes =
        |resource: &Resource| matches!(resource.kind, ResourceKind::Mark(Mark::AdvisoryLock(_)));
    if unit.flow.resources.iter().any(takes) {
        return None;
    }
    let mut found = None;
    unit.flow.walk(|_, event, moment| {
        let effects = moment.happenings.iter().map(|happening| &happening.effect);
        if let Some(effect) = effects
            .filter(|effect| is_release(event, effect))
            .find(|effect| unit.role(effect) == Some(Role::Pool))
        {
            found.get_or_insert_with(|| report_release(unit, event, effect));
        }
    });
    found
}

/// An unlock sent here, not in a callee.
fn is_release(event: &Event, effect: &Effect) -> bool {
    matches!(event.kind, EventKind::Statement { .. })
        && calls(&effect.kind)
            .iter()
            .any(|call| matches!(call.op, AdvisoryOp::Unlock | AdvisoryOp::UnlockAll))
}

fn release(unit: &UnitContext<'_, '_>) -> Option<Label> {
    let mut found = None;
    unit.flow.walk(|_, event, moment| {
        if moment
            .happenings
            .iter()
            .any(|happening| is_release(event, &happening.effect))
        {
            found.get_or_insert(Label {
                span: unit.span(event),
                message: "released on any connection of the pool".to_owned(),
            });
        }
    });
    found
}

fn report_release(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "runs on any connection of the pool".to_owned(),
    };
    let message = "a session advisory lock is released through the pool: unless the pool happens to pick the connection that holds it, the lock stays";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.help = Some(help(effect.part));
    finding
}

/// Only Postgres and its kin have locks that end with the transaction.
fn help(part: Option<Part>) -> String {
    let own = "give the lock a connection of its own: detach it from the pool, and close it to release the lock";
    match part.and_then(|part| part.database) {
        Some(Database::MySql | Database::MariaDb | Database::MsSql) => own.to_owned(),
        _ => "take a transaction-level lock (`pg_advisory_xact_lock`) in the transaction that does the work, or detach the connection that holds the lock".to_owned(),
    }
}

fn report(
    unit: &UnitContext<'_, '_>,
    mark: &Resource,
    reason: Reason,
    way: Option<Label>,
) -> Finding {
    let (what, label) = match reason {
        Reason::Pool => (
            "taken through the pool: it stays with a connection that nobody here holds, and its release runs on any other",
            "runs on any connection of the pool",
        ),
        Reason::NeverReleased => (
            "not released here: its connection goes back to the pool with it",
            "taken here",
        ),
        Reason::Leaves => (
            "not released on every way out: its connection goes back to the pool with it",
            "taken here",
        ),
        Reason::HandedOut => (
            "handed out with a connection of the pool: dropped without a release, that goes back with it",
            "taken here",
        ),
        Reason::Cancelled => (
            "held across an await: when the future is dropped there, its connection goes back to the pool with it",
            "taken here",
        ),
    };
    let primary = Label {
        span: mark.span,
        message: label.to_owned(),
    };
    let message = format!("a session advisory lock is {what}");
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.extend(way);
    if reason == Reason::Pool {
        finding.related.extend(release(unit));
    }
    finding.help = Some(help(mark.on_part));
    finding
}
