//! Ways on which a connection goes on, out of a unit or back to its pool, with something left open in its session.

use super::{Fate, UnitContext};
use crate::body::{Event, EventKind, Exit, Way};
use crate::flow::{Moment, Resource, ResourceKind, State};
use crate::ir::ExprId;
use crate::source::Span;
use crate::summary::EffectKind;

/// One way.
#[derive(Clone, Copy, Debug)]
pub struct WayOut {
    /// By `return`, `?`…; none at the end of the function, or of the connection's scope.
    pub way: Option<Way>,
    /// Where.
    pub span: Span,
    /// What becomes of the session.
    pub fate: Fate,
    /// The call whose failure leads this way.
    pub failed: Option<ExprId>,
}

impl UnitContext<'_, '_> {
    /// Ways with a mark that is certainly open on them and is taken back by no rollback: the end first, then `return`, then `?`.
    #[must_use]
    pub fn ways_out(&self, index: usize, mark: &Resource) -> Vec<WayOut> {
        let (mut found, mut failed) = (Vec::new(), None);
        self.flow.walk(|state, event, moment| {
            // Told just before control leaves, in the same block.
            failed = match event.kind {
                EventKind::Failed { call, .. } => Some(call),
                EventKind::Leave { .. } => failed,
                _ => None,
            };
            if state.must >> index & 1 == 1 {
                let way = self.way_at(mark, state, event, moment);
                found.extend(way.map(|way| WayOut { failed, ..way }));
            }
        });
        found.extend(self.way_at_end(index, mark));
        found.sort_by_key(|way| (way.way.is_some(), way.way == Some(Way::Question), way.span));
        found
    }

    fn way_at(
        &self,
        mark: &Resource,
        state: State,
        event: &Event,
        moment: &Moment,
    ) -> Option<WayOut> {
        let (way, fate) = match event.kind {
            _ if self.commits(mark, moment) => (None, self.fate(mark, state)),
            _ if self.is_in_transaction(mark, state) => return None,
            EventKind::Leave { way, .. } => (Some(way), self.fate(mark, state)),
            EventKind::Drop { .. } => (None, self.fate_at_drop(mark, state, event)?),
            _ => return None,
        };
        Some(WayOut {
            way,
            span: self.span(event),
            fate,
            failed: None,
        })
    }

    /// The end of the function, where the connection lives on.
    fn way_at_end(&self, index: usize, mark: &Resource) -> Option<WayOut> {
        let blocks = &self.flow.unit.graph.blocks;
        let returns = |block: usize| matches!(blocks[block].exit, Some(Exit::Return(_)));
        let exits = self.flow.exits().into_iter();
        let states = exits.filter(|(block, _)| returns(block.0 as usize));
        let state = states.map(|(_, state)| state).reduce(State::joined)?;
        let is_open = state.must >> index & 1 == 1 && !self.is_in_transaction(mark, state);
        is_open.then(|| WayOut {
            way: None,
            span: mark.span,
            fate: self.fate(mark, state),
            failed: None,
        })
    }

    /// Whether a transaction is open on the session: its rollback may take the mark back.
    fn is_in_transaction(&self, mark: &Resource, state: State) -> bool {
        self.flow
            .open(state.may)
            .filter(|open| open.is_transaction())
            .any(|open| self.flow.connection(&open.place) == mark.place)
    }

    /// Whether a guard is open on the session: its end ends what text has begun inside of it. A guard that was told to do nothing
    /// leaves a mark of no call.
    #[must_use]
    pub fn is_in_guard(&self, mark: &Resource, state: State) -> bool {
        let mut guards = self
            .flow
            .open(state.must)
            .filter(|open| open.kind == ResourceKind::Transaction);
        mark.call.is_some() && guards.any(|open| self.flow.connection(&open.place) == mark.place)
    }

    /// Whether an event commits the transaction that the mark's connection was taken for.
    fn commits(&self, mark: &Resource, moment: &Moment) -> bool {
        let is_guard = self.flow.resource(&mark.place).is_some_and(|index| {
            let held = &self.flow.resources[index];
            held.kind == ResourceKind::Transaction && held.takes_connection
        });
        is_guard
            && moment.happenings.iter().any(|happening| {
                let on = happening.effect.on.places();
                happening.effect.kind == EffectKind::Commit && on.contains(&mark.place)
            })
    }
}
