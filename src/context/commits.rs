//! Commits of whose failure nobody hears, and those that are blind to how a request is answered.

use super::endings::is;
use super::{Next, UnitContext};
use crate::body::{BlockId, Event, EventKind, Exit, Unheard, Way};
use crate::flow::{Moment, Resource, State};
use crate::ir::ExprId;
use crate::sql::{Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// A commit whose answer is thrown away.
#[derive(Debug)]
pub struct UnheardCommit<'f> {
    /// The commit, or the call of a function that does it.
    pub event: &'f Event,
    /// The commit.
    pub effect: &'f Effect,
    /// How.
    pub how: Unheard,
}

/// A transaction around a request, the event that serves it, and the commit behind.
pub type BlindCommit<'f> = (&'f Resource, &'f Event, &'f Event);

impl UnitContext<'_, '_> {
    /// Transactions around the rest of a request that are committed whatever its response is.
    #[must_use]
    pub fn blind_commits(&self) -> Vec<BlindCommit<'_>> {
        let flow = self.flow;
        let served = flow
            .unit
            .events()
            .filter(|event| matches!(event.kind, EventKind::Serve));
        let mut found = Vec::new();
        for serve in served {
            let before = flow.before(serve);
            for (index, begun) in self.guards() {
                if before.iter().any(|(event, _)| Some(event.at) == begun.at) {
                    let commit = self.blind_commit(serve, index);
                    found.extend(commit.map(|commit| (begun, serve, commit)));
                }
            }
        }
        found
    }

    /// The commit of a transaction that each way out passes behind an event, but those of calls that have failed.
    fn blind_commit(&self, serve: &Event, index: usize) -> Option<&Event> {
        let (mut commit, mut passes_by) = (None, false);
        self.flow.follow(Some(serve.at), (), |(), event, _| {
            match &event.kind {
                EventKind::Commit { on } if self.flow.leads_to(&on.val, index) => {
                    commit = Some(event);
                    return None;
                }
                EventKind::Failed { .. } => return None,
                EventKind::Leave { way, .. } => {
                    passes_by |= matches!(way, Way::Return | Way::End);
                }
                _ => {}
            }
            Some(())
        });
        commit.filter(|_| !passes_by)
    }

    /// Commits whose answer is thrown away, but those of transactions that are known to read only, or of which no statement is heard of.
    #[must_use]
    pub fn unheard_commits(&self) -> Vec<UnheardCommit<'_>> {
        let ignored = |event: &Event| match event.kind {
            EventKind::Ignored { call, how } => Some((call, how)),
            _ => None,
        };
        let ignored: Vec<(ExprId, Unheard)> = self.flow.unit.events().filter_map(ignored).collect();
        let mut found = Vec::new();
        if ignored.is_empty() {
            return found;
        }
        let ignored_calls: Vec<ExprId> = ignored.iter().map(|(call, _)| *call).collect();
        self.flow.walk_blocks(|_, state, event, moment| {
            let ignored = ignored.iter().find(|(call, _)| *call == event.at);
            let effects = moment.happenings.iter().map(|happening| &happening.effect);
            let mut commits =
                effects.filter(|effect| is(effect, &EffectKind::Commit, Verb::Commit));
            if let (Some((_, how)), Some(effect)) = (ignored, commits.next())
                && self.ends_more_than_reads(state, event, moment, &ignored_calls)
            {
                let how = *how;
                found.push(UnheardCommit { event, effect, how });
            }
        });
        found
    }

    /// Whether a commit, or a call that commits, ends a transaction that may have written, and not by ignored calls alone.
    fn ends_more_than_reads(
        &self,
        state: State,
        event: &Event,
        moment: &Moment,
        ignored: &[ExprId],
    ) -> bool {
        let all = self.flow.resources.iter().enumerate();
        let ended = all.filter(|(index, resource)| {
            let is_open = state.may >> index & 1 == 1 && resource.is_transaction();
            is_open && self.flow.closes(event, moment, *index)
        });
        let mut ended = ended.map(|(index, _)| index).peekable();
        match ended.peek() {
            Some(_) => {
                ended.any(|index| !self.only_reads(index) && !self.is_unheard(index, ignored))
            }
            // What a callee commits that isn't open here is its own.
            None => !matches!(event.kind, EventKind::Call { .. }),
        }
    }

    /// Whether a transaction that begins here is for reading alone: it writes nothing, and nobody commits it.
    #[must_use]
    pub fn is_for_reading(&self, transaction: &Resource) -> bool {
        let index = self.flow.index_of(transaction);
        index.is_some_and(|index| self.only_reads(index) && !self.flow.is_ended(index))
    }

    /// Whether the answers to all that runs in a transaction are thrown away, or at most the function is left for one, without a word:
    /// nobody goes on as if any of it were kept.
    fn is_unheard(&self, index: usize, ignored: &[ExprId]) -> bool {
        let (mut some, mut all) = (false, true);
        let mut unheeded = self.unheeded();
        unheeded.retain(|one| {
            let mut next = one.next.iter();
            let ends = next.all(|next| matches!(next, Next::Return | Next::Nothing));
            one.quiet && ends && !self.tells_failure_of(one.event.at)
        });
        let is_left = |event: &Event| unheeded.iter().any(|one| one.event.at == event.at);
        self.flow.walk(|state, event, moment| {
            let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
            let runs = |effect: &Effect| {
                matches!(effect.kind, EffectKind::Statement(..)) && !effect.ends_transaction()
            };
            if state.may >> index & 1 == 1 && effects.any(runs) {
                some = true;
                let is_unheard = ignored.contains(&event.at) || is_left(event);
                all &= is_unheard && !matches!(event.kind, EventKind::Call { .. });
            }
        });
        some && all
    }

    /// Whether an error is answered on some way behind a call that has failed.
    fn tells_failure_of(&self, call: ExprId) -> bool {
        let graph = &self.flow.unit.graph;
        let blocks = (0..).map(BlockId).zip(&graph.blocks);
        let mut failed = blocks.filter(|(_, block)| {
            let mut events = block.events.iter();
            events.any(|event| event.follows_failure_of(call))
        });
        failed.any(|(id, _)| {
            let ahead = graph.ahead_of(id);
            let mut all = ahead.iter().chain([&id]);
            all.any(|id| graph.blocks[id.0 as usize].exit == Some(Exit::Error))
        })
    }

    /// Whether all that runs in a transaction is known, and none of it writes.
    fn only_reads(&self, index: usize) -> bool {
        let connection = self.flow.connection(&self.flow.resources[index].place);
        let is_elsewhere = |effect: &Effect| {
            let mut on = effect.on.places().iter().peekable();
            on.peek().is_some() && on.all(|place| self.flow.connection(place) != connection)
        };
        let (mut some, mut all) = (false, true);
        self.flow.walk(|state, _, moment| {
            if state.may >> index & 1 == 0 {
                return;
            }
            let effects = moment.happenings.iter().map(|happening| &happening.effect);
            for effect in effects.filter(|effect| !is_elsewhere(effect)) {
                if let EffectKind::Statement(sql, _) = &effect.kind {
                    let mut known = sql.statements().peekable();
                    some = true;
                    all &= known.peek().is_some() && known.all(reads);
                }
            }
        });
        some && all && !self.flow.resources[index].given && !self.is_lent(index)
    }
}

/// Whether a statement changes no rows, as far as it says.
fn reads(statement: &Statement) -> bool {
    let is_plain = matches!(
        statement.verb,
        Verb::Begin | Verb::Select | Verb::Session | Verb::SetTransaction | Verb::Commit
    );
    is_plain && !statement.is_write()
}
