//! How transactions end: which are dropped with what they wrote, where, and who else may end them.

use super::UnitContext;
use crate::body::{BlockId, Event, EventKind, Exit, Way};
use crate::catalogue::{self, Dropped};
use crate::flow::{Moment, Resource, ResourceKind};
use crate::infer::Val;
use crate::sql::Verb;
use crate::summary::{Effect, EffectKind};

/// A write that a transaction's drop takes back.
#[derive(Debug)]
pub struct Lost<'f> {
    /// The write.
    pub write: &'f Effect,
    /// The event that does it.
    pub at: &'f Event,
}

impl UnitContext<'_, '_> {
    /// Transactions whose guard is made here, and whose drop rolls back: not those of tests.
    pub fn guards(&self) -> impl Iterator<Item = (usize, &Resource)> {
        let is_it = |resource: &Resource| {
            let Some(call) = resource.call else {
                return false;
            };
            let behaviour = self.cx.behaviour(self.cx.client_of(call));
            self.cx.catalogue().call(call).effect != catalogue::Effect::BeginTest
                && matches!(
                    behaviour.dropped_transaction,
                    Some(Dropped::RollsBack | Dropped::ClosureOnly)
                )
        };
        let all = self.flow.resources.iter().enumerate();
        all.filter(move |(_, resource)| {
            resource.kind == ResourceKind::Transaction && !resource.given && is_it(resource)
        })
    }

    /// Whether a transaction may end by something else than a rollback or its drop: it is committed, goes elsewhere, or something that
    /// nothing is known of gets hold of it.
    #[must_use]
    pub fn may_be_kept(&self, index: usize) -> bool {
        self.is_lent(index) || self.any(|event, moment| self.is_end(event, moment, index, |_| true))
    }

    /// Whether a transaction that begins here can only be rolled back or dropped: what is moved into it would be lost.
    #[must_use]
    pub fn is_never_committed(&self, transaction: &Resource) -> bool {
        let mut guards = self.guards();
        let found = guards.find(|(_, guard)| std::ptr::eq(*guard, transaction));
        found.is_some_and(|(index, _)| !self.may_be_kept(index))
    }

    /// Whether some path commits it.
    #[must_use]
    pub fn is_committed(&self, index: usize) -> bool {
        self.any(|event, moment| self.is_end(event, moment, index, commits))
    }

    /// Whether something that nothing is known of gets hold of it, or of a reference to it, and may commit it there.
    #[must_use]
    pub fn is_lent(&self, index: usize) -> bool {
        let leads = |val: &Val| self.flow.leads_to(val, index);
        self.any(|event, _| match &event.kind {
            EventKind::Lend { val } => leads(val),
            EventKind::CommitOnDrop { on } => leads(&on.val),
            EventKind::Call { fns, args } => {
                let mut fns = fns.iter();
                let is_open = fns.any(|id| self.cx.defs().body(*id).is_none());
                is_open && args.iter().any(|arg| leads(&arg.val))
            }
            _ => false,
        })
    }

    fn any(&self, is_it: impl Fn(&Event, &Moment) -> bool) -> bool {
        let mut found = false;
        self.flow
            .walk(|_, event, moment| found = found || is_it(event, moment));
        found
    }

    /// Whether an event ends a transaction, and not by rolling it back.
    fn is_end(
        &self,
        event: &Event,
        moment: &Moment,
        index: usize,
        how: impl Fn(&Moment) -> bool,
    ) -> bool {
        let is_drop = matches!(event.kind, EventKind::Drop { .. });
        let closes = !is_drop && self.flow.closes(event, moment, index);
        closes && (commits(moment) || !rolls_back(moment)) && how(moment)
    }

    /// The first write in a transaction that is dropped on a way to success.
    #[must_use]
    pub fn lost_write(&self, index: usize) -> Option<Lost<'_>> {
        let flow = self.flow;
        let (mut first, mut is_lost) = (None, false);
        flow.walk_blocks(|block, state, event, moment| {
            if first.is_none() && flow.writes(moment, index) {
                first = Some((event, moment));
            }
            let is_death = matches!(event.kind, EventKind::Drop { asked: false, .. });
            let dying = state.written & !flow.past(state, moment).may;
            is_lost |= is_death && dying >> index & 1 == 1 && !state.failed && self.succeeds(block);
        });
        let (at, moment) = first.filter(|_| is_lost)?;
        self.written(index, moment).map(|write| Lost { write, at })
    }

    /// Ways out with `Ok(…)` on which a transaction is sure to have written, and dies uncommitted.
    #[must_use]
    pub fn forgetful_returns(&self, index: usize) -> Vec<&Event> {
        let mut found = Vec::new();
        self.flow.walk(|state, event, _| {
            let is_ok = matches!(event.kind, EventKind::Leave { ok: true, .. });
            let is_written = state.surely_written >> index & 1 == 1;
            if is_ok && is_written && !state.failed && !self.flow.has_moved(state, index) {
                found.push(event);
            }
        });
        found
    }

    /// The first write in a transaction after which every way out is an error of the function's own making, and drops it.
    #[must_use]
    pub fn doomed_write(&self, index: usize) -> Option<Lost<'_>> {
        let (flow, mut found) = (self.flow, None);
        flow.walk_blocks(|block, state, event, moment| {
            let is_open = state.must >> index & 1 == 1;
            if found.is_none() && is_open && flow.writes(moment, index) && !self.succeeds(block) {
                found = Some((event, moment)).filter(|_| self.is_doomed(index, event));
            }
        });
        let (at, moment) = found?;
        self.written(index, moment).map(|write| Lost { write, at })
    }

    /// Whether nothing after an event ends a transaction but its drop, and control leaves by `Err(…)`.
    fn is_doomed(&self, index: usize, event: &Event) -> bool {
        let after = self.flow.following(event);
        let leaves = |(_, event, _): &(BlockId, &Event, &Moment)| {
            matches!(
                event.kind,
                EventKind::Leave {
                    way: Way::Return | Way::End,
                    ..
                }
            )
        };
        let ends = |(_, event, moment): &(BlockId, &Event, &Moment)| {
            let is_asked = matches!(event.kind, EventKind::Drop { asked, .. } if asked);
            let is_drop = matches!(event.kind, EventKind::Drop { .. }) && !is_asked;
            !is_drop && self.flow.closes(event, moment, index)
        };
        after.iter().any(leaves) && !after.iter().any(ends)
    }

    /// What an event writes in a transaction.
    fn written<'m>(&self, index: usize, moment: &'m Moment) -> Option<&'m Effect> {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        effects.find(|effect| self.flow.writes_in(effect, index))
    }

    /// Whether control gets from a block to where the unit returns a value.
    #[must_use]
    pub fn succeeds(&self, block: BlockId) -> bool {
        let blocks = &self.flow.unit.graph.blocks;
        let returns = |(index, block): (usize, &crate::body::Block)| {
            matches!(block.exit, Some(Exit::Return(_))).then_some(BlockId(index as u32))
        };
        let mut exits = blocks.iter().enumerate().filter_map(returns);
        exits.any(|exit| exit == block || self.flow.leads(block, exit))
    }
}

/// Whether one of an event's effects is a commit.
fn commits(moment: &Moment) -> bool {
    has(moment, &EffectKind::Commit, Verb::Commit)
}

/// Whether one of an event's effects is a rollback.
fn rolls_back(moment: &Moment) -> bool {
    has(moment, &EffectKind::Rollback, Verb::Rollback)
}

fn has(moment: &Moment, kind: &EffectKind, verb: Verb) -> bool {
    let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
    effects.any(|effect| is(effect, kind, verb))
}

/// Whether an effect is of a kind, or a statement that does the same.
pub(super) fn is(effect: &Effect, kind: &EffectKind, verb: Verb) -> bool {
    match &effect.kind {
        EffectKind::Statement(sql, _) => sql.statements().any(|statement| statement.verb == verb),
        other => other == kind,
    }
}
