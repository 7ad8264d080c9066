//! What a call does outside of the database, whatever its caller holds meanwhile: what it waits for, and what no rollback takes back.

use std::sync::Arc;

use super::conditions::{self, Conditions};
use super::effect::MAX_STEPS;
use super::{Canon, Program, Step};
use crate::body::{Condition, Event, EventKind, Unit};
use crate::catalogue::Role;
use crate::infer::{Owner, Place, Root, Val};
use crate::ir::{ExprId, Name};

/// Deeds of one function beyond this are not told.
const MAX_DEEDS: usize = 12;

/// Something done outside of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Its kind (`http`, `mail`…).
    pub kind: Option<Name>,
    /// No rollback takes it back; else it only takes time.
    pub lasts: bool,
    /// Where it happens, something has been written before on a connection that the caller knows.
    pub after_write: bool,
    /// The pause of a loop that tries something again, and what that is.
    pub retries: Option<Tried>,
    /// What must hold of the function's own parameters for it to happen.
    pub only: Vec<Condition>,
    /// Where it happens, last, behind the calls that lead there.
    pub steps: Arc<[Step]>,
    /// The pool or connection of the transaction that a callee opened around a closure of this body.
    pub inside: Option<Val>,
}

/// What a loop tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// A statement on a connection that the caller knows.
    Statement,
    /// Anything else.
    Other,
}

/// What a unit has done to its caller's connections before some point, on some path.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that don't exclude each other"
)]
struct Done {
    reached: bool,
    wrote: bool,
    ended: bool,
    /// On every path a statement on such a connection has failed.
    failed: bool,
}

impl Program<'_> {
    /// What an event does outside of the database, callees' deeds included.
    #[must_use]
    pub fn outside_at(&self, unit: &Unit, canon: &Canon<'_>, event: &Event) -> Vec<Outside> {
        let step = self.step(unit, event);
        let (kind, lasts) = match &event.kind {
            EventKind::Slow { kind } => (*kind, false),
            EventKind::SideEffect { kind } => (*kind, true),
            EventKind::Call { fns, args } => {
                let is_run = |id: &&crate::defs::FnId| {
                    !self.types.defs.is_test(**id) || self.is_test_fn(unit)
                };
                let mut found = Vec::new();
                for id in fns.iter().filter(is_run) {
                    let Some(callee) = self.of_fn(*id) else {
                        continue;
                    };
                    let by_type = self.by_type(unit, *id, args);
                    for deed in &callee.outside {
                        if let Some(mut only) = conditions::at_call(&deed.only, args) {
                            only.extend(by_type);
                            let deed = lifted(deed, &step, None);
                            add(&mut found, Outside { only, ..deed });
                        }
                    }
                    for (inner, inside) in self.run_by(unit, canon, callee, args) {
                        // A closure that is given a transaction tells itself.
                        let mut params = self.units[inner].params.iter();
                        let is_given = params.any(|(_, part)| part.role == Role::Transaction);
                        let inside = inside.filter(|_| !is_given);
                        let deeds = self.summaries[inner].outside.iter();
                        found.extend(deeds.map(|deed| lifted(deed, &step, inside.clone())));
                    }
                }
                return found;
            }
            _ => return Vec::new(),
        };
        vec![Outside {
            kind,
            lasts,
            after_write: false,
            retries: None,
            only: Vec::new(),
            steps: [step].into(),
            inside: None,
        }]
    }

    /// What calling a unit does outside of the database, but for what comes after it has ended a transaction of its caller's.
    pub(super) fn outside(&self, unit: &Unit, canon: &Canon<'_>) -> Vec<Outside> {
        let deeds_of = |event| self.outside_at(unit, canon, event);
        if unit.events().all(|event| deeds_of(event).is_empty()) {
            return Vec::new();
        }
        let before = self.done_before_blocks(unit, canon);
        let fills = is_read_through(unit);
        let conditions = Conditions::of(&unit.graph);
        let mut found: Vec<Outside> = Vec::new();
        for (at, (block, mut done)) in unit.graph.blocks.iter().zip(before).enumerate() {
            let mut holds = conditions.before(at);
            for event in &block.events {
                conditions::learn(&mut holds, event);
                for deed in deeds_of(event) {
                    let is_fill = fills && deed.lasts && is_cache(deed.kind);
                    if done.reached && !done.ended && !is_fill {
                        let after_write = done.wrote || deed.after_write;
                        let tried = if done.failed {
                            Tried::Statement
                        } else {
                            Tried::Other
                        };
                        let here = self.is_pause(unit, event).then_some(tried);
                        let retries = deed.retries.or(here);
                        add(
                            &mut found,
                            Outside {
                                after_write,
                                retries,
                                only: conditions::both(deed.only.clone(), &holds),
                                inside: None,
                                ..deed
                            },
                        );
                    }
                }
                done = self.done_after(unit, canon, event, done);
            }
        }
        found
    }

    fn done_before_blocks(&self, unit: &Unit, canon: &Canon<'_>) -> Vec<Done> {
        let blocks = &unit.graph.blocks;
        let mut before = vec![Done::default(); blocks.len()];
        let Some(first) = before.first_mut() else {
            return before;
        };
        first.reached = true;
        let mut queue = vec![0];
        while let Some(index) = queue.pop() {
            let block = &blocks[index];
            let after = (block.events.iter()).fold(before[index], |done, event| {
                self.done_after(unit, canon, event, done)
            });
            for next in &block.next {
                let next = next.0 as usize;
                let joined = Done {
                    reached: true,
                    failed: after.failed && (before[next].failed || !before[next].reached),
                    wrote: before[next].wrote || after.wrote,
                    ended: before[next].ended || after.ended,
                };
                if joined != before[next] {
                    before[next] = joined;
                    queue.push(next);
                }
            }
        }
        before
    }

    /// Whether an event is a pause between two tries.
    fn is_pause(&self, unit: &Unit, event: &Event) -> bool {
        let Owner::Fn(id) = unit.id.owner else {
            return false;
        };
        let body = self.types.defs.body(id);
        matches!(event.kind, EventKind::Slow { kind: Some(kind) } if kind == "sleep")
            && body.is_some_and(|body| body.is_between_tries(event.at))
    }

    /// Whether a call runs something on a connection that the caller knows.
    fn is_on_known(&self, unit: &Unit, canon: &Canon<'_>, call: ExprId) -> bool {
        let mut calls = unit.events().filter(|event| event.at == call);
        calls.any(|event| {
            let effects = self.effects_at(unit, canon, event);
            let mut places = effects.iter().flat_map(|one| one.effect.on.places());
            places.any(|place| is_known(unit, place))
        })
    }

    fn done_after(&self, unit: &Unit, canon: &Canon<'_>, event: &Event, before: Done) -> Done {
        let mut done = before;
        if let EventKind::Failed { call, .. } = event.kind {
            done.failed |= self.is_on_known(unit, canon, call);
        }
        for happening in self.effects_at(unit, canon, event) {
            let effect = &happening.effect;
            if (effect.on.places().iter()).any(|place| is_known(unit, place)) {
                done.ended |= effect.ends_transaction();
                done.wrote |= effect.kind.writes();
            }
        }
        done
    }
}

/// Whether a unit's caller knows what a place stands for.
fn is_known(unit: &Unit, place: &Place) -> bool {
    unit.id.inner.is_some() || matches!(place.root, Root::Param(_) | Root::Static(_))
}

fn is_cache(kind: Option<Name>) -> bool {
    kind.is_some_and(|kind| kind == "cache")
}

/// A function that asks the cache and changes it as well: it fills the cache with what it didn't find there.
fn is_read_through(unit: &Unit) -> bool {
    let asks = |event: &Event| matches!(event.kind, EventKind::Slow { kind } if is_cache(kind));
    let changes =
        |event: &Event| matches!(event.kind, EventKind::SideEffect { kind } if is_cache(kind));
    unit.events().any(asks) && unit.events().any(changes)
}

/// A callee's deed as its caller sees it.
fn lifted(deed: &Outside, step: &Step, inside: Option<Val>) -> Outside {
    let steps = std::iter::once(step).chain(deed.steps.iter());
    let steps = if deed.steps.len() >= MAX_STEPS {
        deed.steps.clone()
    } else {
        steps.cloned().collect()
    };
    Outside {
        steps,
        inside,
        ..deed.clone()
    }
}

/// Each kind is told once, where it is nearest.
fn add(found: &mut Vec<Outside>, deed: Outside) {
    let is_like = |other: &Outside| {
        (other.kind, other.lasts, other.after_write) == (deed.kind, deed.lasts, deed.after_write)
            && other.retries == deed.retries
            && other.only == deed.only
            && other.inside == deed.inside
    };
    match found.iter().position(is_like) {
        Some(index) if found[index].steps.len() > deed.steps.len() => found[index] = deed,
        Some(_) => {}
        None if found.len() < MAX_DEEDS => found.push(deed),
        None => {}
    }
}
