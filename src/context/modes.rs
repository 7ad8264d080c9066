//! Transactions to the isolation level and access mode that they run with.

use super::UnitContext;
use crate::body::{BlockId, Event, EventKind, Mode};
use crate::flow::{Moment, State};
use crate::infer::Part;
use crate::sql::{Database, Statement, Verb, before_the_end};
use crate::summary::{Effect, EffectKind};

/// A place in a unit's graph: an event's block, and its position in it.
pub type Position = (BlockId, usize);

impl<'c> UnitContext<'c, '_> {
    /// What a transaction of this unit was begun with.
    #[must_use]
    pub fn begun_with(&self, transaction: usize) -> Mode {
        let at = self.flow.resources[transaction].at;
        let events = self.flow.unit.events().filter(|event| Some(event.at) == at);
        let mode = |event: &Event| match &event.kind {
            EventKind::Begin { mode, .. } => Some(*mode),
            EventKind::Statement { sql, .. } => {
                let begin = sql
                    .statements()
                    .find(|statement| statement.verb == Verb::Begin)?;
                Some(mode_of(begin))
            }
            _ => None,
        };
        let mut modes = events.filter_map(mode);
        modes.next().unwrap_or_default()
    }

    /// Every event with its place, what is open before it, and what happens there.
    pub fn walk_places(&self, mut each: impl FnMut(Position, State, &'c Event, &'c Moment)) {
        let (mut block, mut index) = (BlockId(0), 0);
        self.flow.walk_blocks(|here, state, event, moment| {
            index = if here == block { index + 1 } else { 0 };
            block = here;
            each((block, index), state, event, moment);
        });
    }

    /// Whether control gets from one place to another.
    #[must_use]
    pub fn leads_to(&self, from: Position, to: Position) -> bool {
        from.0 == to.0 && from.1 < to.1 || self.flow.leads(from.0, to.0)
    }

    /// Statements of an effect that runs on one of these databases only, and in the transaction that is open when it begins.
    pub fn statements_on<'e>(
        &self,
        effect: &'e Effect,
        databases: &[Database],
    ) -> impl Iterator<Item = &'e Statement> {
        let sql = match &effect.kind {
            EffectKind::Statement(sql, _) if self.is_only(effect.part, databases) => Some(sql),
            _ => None,
        };
        let texts = sql.into_iter().flat_map(|sql| sql.alternatives.iter());
        texts.flat_map(|text| before_the_end(text))
    }

    /// Whether a handle talks to one of these databases, and to no other.
    #[must_use]
    pub fn is_only(&self, part: Option<Part>, databases: &[Database]) -> bool {
        let known = self.databases(part);
        !known.is_empty() && known.iter().all(|database| databases.contains(database))
    }
}

/// What a statement begins a transaction with, or sets it to.
fn mode_of(statement: &Statement) -> Mode {
    Mode {
        isolation: statement.isolation,
        read_only: statement.read_only,
        immediate: Some(statement.immediate),
    }
}
