//! Rollbacks that a client keeps back until the connection is used again, and what is waited for before that.

use rustc_hash::FxHashSet;

use super::{Deed, UnitContext};
use crate::body::{Event, EventKind};
use crate::flow::{Moment, Resource, ResourceKind};
use crate::infer::Place;
use crate::lint::Label;
use crate::source::Span;

/// A wait behind a dropped transaction whose rollback hasn't been sent.
#[derive(Debug)]
pub struct Unsent<'f> {
    /// The transaction.
    pub transaction: &'f Resource,
    /// Where it is dropped, if that is written out.
    pub dropped: Option<Span>,
    /// What waits meanwhile.
    pub event: &'f Event,
    /// In words, as a verb phrase.
    pub words: String,
    /// The calls that lead to the wait.
    pub chain: Vec<Label>,
}

impl UnitContext<'_, '_> {
    /// Waits between the drop of a transaction that has written and the next use of its connection, which sends the rollback: the
    /// first for each transaction.
    #[must_use]
    pub fn unsent_rollbacks(&self) -> Vec<Unsent<'_>> {
        let flow = self.flow;
        let mut found: Vec<Unsent<'_>> = Vec::new();
        for (index, transaction) in self.guards().filter(|(_, guard)| self.keeps_back(guard)) {
            let mut drops = Vec::new();
            flow.walk(|state, event, moment| {
                let asked = matches!(event.kind, EventKind::Drop { asked: true, .. });
                let dies = state.written & !flow.past(state, moment).may;
                if matches!(event.kind, EventKind::Drop { .. }) && dies >> index & 1 == 1 {
                    drops.push((event, asked));
                }
            });
            let waits = drops.iter().filter_map(|(drop, asked)| {
                let dropped = asked.then(|| self.span(drop));
                self.wait_after(transaction, drop, dropped)
            });
            found.extend(waits.min_by_key(|unsent| unsent.event.range.start));
        }
        found
    }

    /// Whether a guard's drop only tells the client, which sends the rollback with the next use of a connection that lives on.
    fn keeps_back(&self, guard: &Resource) -> bool {
        let Some(call) = guard.call else {
            return false;
        };
        let databases = &self.cx.behaviour(self.cx.client_of(call)).queues_rollback;
        let is_nested = guard.on.one().is_some_and(|on| {
            let outer = self.flow.resource(on);
            outer.is_some_and(|index| self.flow.resources[index].kind == ResourceKind::Transaction)
        });
        !guard.takes_connection && !is_nested && self.is_only(guard.on_part, databases)
    }

    fn wait_after<'f>(
        &'f self,
        transaction: &'f Resource,
        drop: &Event,
        dropped: Option<Span>,
    ) -> Option<Unsent<'f>> {
        let connection = self.flow.connection(&transaction.place);
        let mut waits: Vec<&Event> = Vec::new();
        let mut known = FxHashSet::default();
        self.flow.follow_after(drop, (), |(), event, moment| {
            if self.sends(&connection, event, moment) {
                return None;
            }
            if self.wait_at(event, moment).is_some() && known.insert(event.at) {
                waits.push(event);
                return None;
            }
            Some(())
        });
        let event = waits.into_iter().min_by_key(|event| event.range.start)?;
        let mut first = None;
        self.flow.walk(|_, other, moment| {
            if std::ptr::eq(other, event) {
                first = self.wait_at(event, moment);
            }
        });
        let (words, chain) = first?;
        Some(Unsent {
            transaction,
            dropped,
            event,
            words,
            chain,
        })
    }

    /// Whether an event uses a connection, or gives it out of hand: what was kept back goes out.
    fn sends(&self, connection: &Place, event: &Event, moment: &Moment) -> bool {
        let is_it = |place: &Place| self.flow.connection(place) == *connection;
        let on = |val: &crate::infer::Val| val.places().iter().any(is_it);
        let owner = self.flow.resource(connection);
        let owns = |local| owner.is_some_and(|index| self.flow.is_owned_by(index, local));
        let mut happenings = moment.happenings.iter();
        happenings.any(|happening| on(&happening.effect.on))
            || match &event.kind {
                EventKind::Drop {
                    local: Some(local), ..
                }
                | EventKind::Move { local, .. } => owns(*local),
                EventKind::Drop {
                    made: Some(made), ..
                } => connection.root == crate::infer::Root::Site(*made),
                EventKind::Lend { val } => on(val),
                EventKind::Call { args, .. } | EventKind::Spawn { args, .. } => {
                    args.iter().any(|arg| on(&arg.val))
                }
                EventKind::Leave { .. } => true,
                _ => false,
            }
    }

    /// What an event waits for, outside of the database or in it, in words, and the calls that lead there.
    fn wait_at(&self, event: &Event, moment: &Moment) -> Option<(String, Vec<Label>)> {
        let mut outside = self.outside(event).into_iter();
        let outside = outside.find_map(|outside| {
            let deed = Deed { event, outside };
            deed.takes_time().then(|| {
                let steps = deed.outside.steps.get(1..).unwrap_or(&[]);
                (
                    deed.words().to_owned(),
                    self.cx.chain_to(steps, deed.words()),
                )
            })
        });
        outside.or_else(|| {
            let mut happenings = moment.happenings.iter();
            let other = happenings.find(|one| self.pool_use(&one.effect).is_some())?;
            Some((self.deed(&other.effect), self.chain(&other.effect)))
        })
    }
}
