//! Session advisory locks taken through a pool, or left on a connection that goes back to one.

use crate::body::{Event, EventKind, Way};
use crate::catalogue::Role;
use crate::context::{Fate, PoolReturnOf, UnitContext};
use crate::flow::{Mark, Resource, ResourceKind, State};
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
        if !matches!(mark.kind, ResourceKind::Mark(Mark::AdvisoryLock { .. })) {
            continue;
        }
        let split = if unit.is_pool(mark) {
            is_own_statement(unit, mark).then_some((Reason::Pool, None))
        } else if unit.is_left_to_callers(mark) || unit.flow.is_guarded(mark) {
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
    unit.flow
        .unit
        .events()
        .any(|event| Some(event.at) == mark.at && matches!(event.kind, EventKind::Statement { .. }))
}

/// How a lock gets back to the pool with its connection.
fn kept(
    unit: &UnitContext<'_, '_>,
    index: usize,
    mark: &Resource,
) -> Option<(Reason, Option<Label>)> {
    let lock = Lock {
        unit,
        mark,
        is_tried: is_tried(mark),
        is_released: unit.flow.is_ended(index),
    };
    let mut found: Vec<(Reason, Option<Label>)> = Vec::new();
    let mut last: Option<&Event> = None;
    unit.flow.walk(|state, event, _| {
        let before = last.replace(event).map(|event| event.at);
        if state.must >> index & 1 == 0 {
            return;
        }
        found.extend(match event.kind {
            EventKind::Leave { way, .. } => lock.left(state, event, way),
            EventKind::Drop { .. } => lock.dropped(state, event),
            // The lock's own await comes right behind it.
            EventKind::Await if before != mark.at => lock.awaited(state, event),
            _ => None,
        });
    });
    let place = |label: &Option<Label>| label.as_ref().map(|label| label.span);
    found
        .into_iter()
        .min_by_key(|(reason, label)| (*reason, place(label)))
}

/// A lock on a connection of the function's.
struct Lock<'u, 'c, 'a> {
    unit: &'u UnitContext<'c, 'a>,
    mark: &'u Resource,
    is_tried: bool,
    is_released: bool,
}

impl Lock<'_, '_, '_> {
    fn left(&self, state: State, event: &Event, way: Way) -> Option<(Reason, Option<Label>)> {
        let fate = self.unit.fate(self.mark, state);
        match fate {
            Fate::HandedOut if way != Way::Question && self.is_left_to_drop() => {
                Some((Reason::HandedOut, None))
            }
            // Whether it was taken is what such a `return` asks.
            _ if way == Way::Return && self.is_tried && self.is_released => None,
            _ if !keeps(fate) => None,
            _ if way == Way::End && !self.is_released => Some((Reason::NeverReleased, None)),
            _ => Some((
                Reason::Leaves,
                Some(self.label(event, "leaves with the lock")),
            )),
        }
    }

    /// In a struct without a drop of its own, or as it is: a future can be dropped with it.
    fn is_left_to_drop(&self) -> bool {
        let mut events = self.unit.flow.unit.events();
        self.unit.flow.is_left_to_drop(self.mark)
            || events.any(|event| matches!(event.kind, EventKind::Await))
    }

    fn dropped(&self, state: State, event: &Event) -> Option<(Reason, Option<Label>)> {
        let fate = self.unit.fate_at_drop(self.mark, state, event)?;
        let may_be_free = self.is_tried && self.is_released;
        (keeps(fate) && !may_be_free).then(|| {
            let label = Some(self.label(event, "goes back to the pool with the lock"));
            (Reason::Leaves, label)
        })
    }

    fn awaited(&self, state: State, event: &Event) -> Option<(Reason, Option<Label>)> {
        keeps(self.unit.fate(self.mark, state)).then(|| {
            let label = Some(self.label(event, "a future dropped here never releases it"));
            (Reason::Cancelled, label)
        })
    }

    fn label(&self, event: &Event, message: &str) -> Label {
        Label {
            span: self.unit.span(event),
            message: message.to_owned(),
        }
    }
}

/// Back to a pool that doesn't reset the session.
fn keeps(fate: Fate) -> bool {
    matches!(
        fate,
        Fate::GoesBack(PoolReturnOf::Keeps | PoolReturnOf::RollsBack, _)
    )
}

/// `pg_try_advisory_lock`: it may not have been taken.
fn is_tried(mark: &Resource) -> bool {
    matches!(&mark.kind, ResourceKind::Mark(mark) if mark.is_tried_lock())
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
    let takes = |resource: &Resource| {
        matches!(resource.kind, ResourceKind::Mark(Mark::AdvisoryLock { .. }))
    };
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
    finding.pedantic = ends_soon(unit, mark, reason);
    finding.related.extend(way);
    if reason == Reason::Pool {
        finding.related.extend(release(unit));
    }
    finding.help = Some(help(mark.on_part));
    finding
}

/// The lock ends with a pool that is made and closed here; what `main` awaits is dropped with the program, and its connections with it;
/// and of what nothing drops, nothing is left behind.
fn ends_soon(unit: &UnitContext<'_, '_>, mark: &Resource, reason: Reason) -> bool {
    match reason {
        Reason::Pool => unit.closes_own_pool(mark),
        Reason::Cancelled => {
            unit.cx.runs_alone(unit.flow.unit.id.owner)
                || !mark.at.is_none_or(|at| unit.may_drop(at))
        }
        _ => false,
    }
}
