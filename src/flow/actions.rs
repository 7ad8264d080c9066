//! Events to what they open and close.

use super::{Bits, Flow, Moment, ResourceKind, State};
use crate::body::{Event, EventKind, Sink};
use crate::flow::marks::{Mark, marks, undoes};
use crate::infer::{Place, Val};
use crate::ir::{ExprId, LocalId};
use crate::sql::{AdvisoryOp, Verb};
use crate::summary::{Effect, EffectKind, Happening};

/// One thing an event does to what is open.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// Opens these.
    Open(Bits),
    /// Closes these.
    Close(Bits),
    /// Changes rows in these.
    Write(Bits),
    /// Has changed no rows in these.
    Unwrite(Bits),
    /// A call has failed.
    Fail,
    /// Closes what a local owns, unless it has moved on.
    Drop(usize, Bits),
    /// A local's value moves on.
    Move(usize),
}

impl Flow<'_, '_> {
    pub(super) fn find_owner_bits(&mut self) {
        for (site, local) in &self.unit.owners {
            let roots = self.canon.owns(self.program, &Val::site(*site));
            let owned = self.held(|place| roots.contains(&place.root));
            let next = self.owner_bits.len();
            if owned != 0 && next < Bits::BITS as usize {
                self.owner_bits.entry(*local).or_insert((next, 0)).1 |= owned;
            }
        }
    }

    pub(super) fn act(state: State, action: Action) -> State {
        match action {
            Action::Open(bits) => State {
                must: state.must | bits,
                may: state.may | bits,
                ..state.unwritten(bits)
            },
            Action::Close(bits) => state.without(bits),
            Action::Write(bits) => State {
                written: state.written | bits & state.may,
                surely_written: state.surely_written | bits & state.must,
                ..state
            },
            Action::Unwrite(bits) => state.unwritten(bits),
            Action::Fail => State {
                failed: true,
                ..state
            },
            Action::Move(local) => State {
                moved: state.moved | 1 << local,
                ..state
            },
            Action::Drop(local, bits) => {
                let kept = state.moved & 1 << local != 0;
                let state = if kept { state } else { state.without(bits) };
                State {
                    moved: state.moved & !(1 << local),
                    ..state
                }
            }
        }
    }

    pub(super) fn find_actions(&self, happenings: Vec<Vec<Vec<Happening>>>) -> Vec<Vec<Moment>> {
        let blocks = self.unit.graph.blocks.iter().zip(happenings);
        let moments = |(block, effects): (&crate::body::Block, Vec<Vec<Happening>>)| {
            block
                .events
                .iter()
                .zip(effects)
                .map(|(event, happenings)| Moment {
                    actions: self.actions(event, &happenings),
                    happenings,
                })
                .collect()
        };
        blocks.map(moments).collect()
    }

    /// Where a statement has changed no rows, a transaction that nothing else has written in is as if it had just begun.
    pub(super) fn take_back(&mut self) {
        let blocks = self.unit.graph.blocks.iter().enumerate();
        let events = blocks.flat_map(|(block, all)| {
            let events = all.events.iter().enumerate();
            events.map(move |(index, event)| (block, index, event))
        });
        for (block, index, event) in events {
            if let EventKind::Refused { call } = event.kind {
                let action = Action::Unwrite(self.written_alone_by(call, event));
                self.moments[block][index].actions.push(action);
            }
        }
    }

    /// Transactions in which nothing but a call has changed rows on the ways to an event.
    fn written_alone_by(&self, call: ExprId, to: &Event) -> Bits {
        let (mut own, mut others) = (0, 0);
        for (event, happenings) in self.before(to) {
            let bits = if event.at == call {
                &mut own
            } else {
                &mut others
            };
            for happening in happenings {
                *bits |= self.written_by(&happening.effect);
            }
        }
        own & !others
    }

    fn actions(&self, event: &Event, happenings: &[Happening]) -> Vec<Action> {
        let mut found = Vec::new();
        for happening in happenings {
            found.push(Action::Write(self.written_by(&happening.effect)));
            self.closed_by(&happening.effect, &mut found);
        }
        match &event.kind {
            EventKind::EndScope { begun, .. } => found.push(Action::Close(self.held_at(*begun))),
            EventKind::Drop {
                local: Some(local), ..
            } => {
                if let Some((bit, owned)) = self.owner_bits.get(local) {
                    found.push(Action::Drop(*bit, *owned));
                }
            }
            EventKind::Drop {
                made: Some(made), ..
            } => found.push(Action::Close(self.held_at(*made))),
            EventKind::Absent { made } => found.push(Action::Close(self.held_at(*made))),
            EventKind::SessionReset { on } => {
                let on = self.canon.val(self.program, &on.val);
                found.push(Action::Close(self.marks_on(on.places(), |_| true)));
            }
            EventKind::Move { local, sink } => self.moved(*local, *sink, &mut found),
            EventKind::Call { args, .. } | EventKind::Spawn { args, .. } => {
                for arg in args.iter().filter(|arg| arg.by_value) {
                    found.push(Action::Close(self.given_away(event, &arg.val)));
                }
            }
            _ => {}
        }
        let opened = self.made_at(event.at);
        if let EventKind::Failed { call, .. } = event.kind {
            found.push(Action::Fail);
            found.push(Action::Close(self.made_at(call)));
            found.push(Action::Open(self.half_made_at(call)));
        }
        if let EventKind::Refused { call } = event.kind {
            found.push(Action::Close(self.tried_at(call)));
        }
        if opened != 0 && opens(&event.kind) {
            found.push(Action::Open(opened));
        }
        found.retain(|action| {
            !matches!(
                action,
                Action::Open(0) | Action::Close(0) | Action::Write(0)
            )
        });
        found
    }

    fn moved(&self, local: LocalId, sink: Sink, found: &mut Vec<Action>) {
        let Some((bit, owned)) = self.owner_bits.get(&local) else {
            return;
        };
        if sink == Sink::Unknown {
            found.push(Action::Close(*owned));
        }
        found.push(Action::Move(*bit));
    }

    /// What an event's expression makes, marks included.
    fn made_at(&self, at: ExprId) -> Bits {
        self.made_if(at, false)
    }

    /// What dies with its value: marks don't.
    fn held_at(&self, at: ExprId) -> Bits {
        self.made_at(at) & self.held(|_| true)
    }

    /// What it leaves where it has failed midway.
    fn half_made_at(&self, at: ExprId) -> Bits {
        self.made_if(at, true)
    }

    /// Session locks that it tries to take.
    fn tried_at(&self, at: ExprId) -> Bits {
        let tried = |(index, resource): (usize, &super::Resource)| match &resource.kind {
            ResourceKind::Mark(mark) if mark.is_tried_lock() && resource.at == Some(at) => {
                1 << index
            }
            _ => 0,
        };
        let bits = self.resources.iter().enumerate().map(tried);
        bits.fold(0, |bits, bit: Bits| bits | bit)
    }

    fn made_if(&self, at: ExprId, on_failure: bool) -> Bits {
        let made = |(index, resource): (usize, &super::Resource)| {
            if resource.at == Some(at) && resource.on_failure == on_failure {
                1 << index
            } else {
                0
            }
        };
        self.resources
            .iter()
            .enumerate()
            .map(made)
            .fold(0, |bits, bit: Bits| bits | bit)
    }

    fn held(&self, is_it: impl Fn(&Place) -> bool) -> Bits {
        let held = self
            .resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| resource.is_held() && is_it(&resource.place));
        held.fold(0, |bits, (index, _)| bits | 1 << index)
    }

    /// Resources moved into a callee that doesn't hand them back.
    fn given_away(&self, event: &Event, val: &Val) -> Bits {
        let given = self.canon.owns(self.program, val);
        let kept = self.canon.holds(self.program, &Val::site(event.at));
        self.held(|place| given.contains(&place.root) && !kept.contains(&place.root))
    }

    /// Whether an effect changes rows in a transaction.
    #[must_use]
    pub fn writes_in(&self, effect: &Effect, resource: usize) -> bool {
        self.written_by(effect) >> resource & 1 == 1
    }

    fn written_by(&self, effect: &Effect) -> Bits {
        let EffectKind::Statement(sql, _) = &effect.kind else {
            return 0;
        };
        if !sql.statements().any(crate::sql::Statement::is_write) {
            return 0;
        }
        self.transactions_on(effect.on.places())
    }

    /// The transaction whose guard a place is.
    fn guard(&self, place: &Place) -> Option<usize> {
        self.resource(place)
            .filter(|index| self.resources[*index].kind == ResourceKind::Transaction)
    }

    fn closed_by(&self, effect: &Effect, found: &mut Vec<Action>) {
        let places = effect.on.places();
        match &effect.kind {
            EffectKind::Commit | EffectKind::Rollback => {
                found.push(Action::Close(self.transactions_on(places)));
            }
            EffectKind::Detach => {
                let bits = self
                    .held(|held| places.iter().any(|place| self.connection(place) == *held))
                    | self.marks_on(places, |_| true);
                found.push(Action::Close(bits));
            }
            EffectKind::Autocommit(Some(true)) => {
                found.push(Action::Close(self.marks_on(places, |mark| {
                    matches!(mark, Mark::AutocommitOff | Mark::Transaction)
                })));
            }
            EffectKind::Statement(sql, _) => {
                for statement in sql.statements() {
                    self.closed_by_statement(statement, places, found);
                }
                // Marks that the text itself leaves open stay so.
                if !marks(effect).is_empty() {
                    found.retain(|action| !matches!(action, Action::Close(0)));
                }
            }
            _ => {}
        }
    }

    fn closed_by_statement(
        &self,
        statement: &crate::sql::Statement,
        places: &[Place],
        found: &mut Vec<Action>,
    ) {
        let mut close = |bits: Bits| found.push(Action::Close(bits));
        if matches!(statement.verb, Verb::Commit | Verb::Rollback) {
            close(self.transactions_on(places));
        }
        if statement.autocommit == Some(true) {
            close(self.marks_on(places, |mark| matches!(mark, Mark::AutocommitOff)));
        }
        for call in &statement.advisory {
            match call.op {
                AdvisoryOp::Unlock => close(self.marks_on(places, |mark| matches!(mark, Mark::AdvisoryLock { key, .. } if key.is_none() || call.key.is_none() || *key == call.key))),
                AdvisoryOp::UnlockAll => close(self.marks_on(places, |mark| matches!(mark, Mark::AdvisoryLock { .. }))),
                _ => {}
            }
        }
        for state in &statement.session {
            close(self.marks_on(places, |mark| undoes(state, mark)));
        }
    }

    /// Transactions that these places are, or that are open on their connection by text.
    fn transactions_on(&self, places: &[Place]) -> Bits {
        let guards = places
            .iter()
            .filter_map(|place| self.guard(place))
            .fold(0, |bits: Bits, index| bits | 1 << index);
        let on_connection = self.held(|held| {
            let is_open = |place: &Place| {
                self.guard(place).is_none()
                    && self.connection(held) == self.connection(place)
                    && held != &self.connection(place)
            };
            places.iter().any(is_open)
        });
        guards | on_connection | self.marks_on(places, |mark| *mark == Mark::Transaction)
    }

    fn marks_on(&self, places: &[Place], which: impl Fn(&Mark) -> bool) -> Bits {
        let connections: Vec<Place> = places.iter().map(|place| self.connection(place)).collect();
        let is_it = |resource: &super::Resource| matches!(&resource.kind, ResourceKind::Mark(mark) if which(mark) && connections.contains(&resource.place));
        self.resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| is_it(resource))
            .fold(0, |bits, (index, _)| bits | 1 << index)
    }
}

/// Events whose expression stands for what they make.
fn opens(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Checkout { .. }
            | EventKind::Begin { .. }
            | EventKind::Statement { .. }
            | EventKind::MutexLock { .. }
            | EventKind::Call { .. }
            | EventKind::Autocommit { .. }
            | EventKind::Unguard { .. }
    )
}
