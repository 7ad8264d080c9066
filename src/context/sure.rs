//! What certainly happens once a function has begun, unless it comes back by an error.

use super::Context;
use crate::body::{BlockId, Event, Unit};
use crate::infer::Owner;
use crate::source::Span;
use crate::summary::Step;

impl Context<'_> {
    /// Whether every call that leads to an effect, and what it leads to, lies on every way through the function that it stands in; in the
    /// first one on every way from the place `since`, where that is known. Loops are taken to turn.
    #[must_use]
    pub fn is_sure(&self, steps: &[Step], since: Option<Span>) -> bool {
        let mut steps = steps.iter().enumerate();
        steps.all(|(nth, step)| {
            let since = since.filter(|_| nth == 0);
            step.within
                .is_some_and(|id| self.is_passed(Owner::Fn(id), step.span, since))
        })
    }

    /// Whether control always comes by a place of a body, in the body itself or in a closure of it.
    fn is_passed(&self, owner: Owner, place: Span, since: Option<Span>) -> bool {
        let units = self.program.units_of(owner).iter();
        let mut found = units.filter_map(|unit| Some((unit, self.block_of(unit, place)?)));
        found.next().is_some_and(|(unit, block)| {
            let from = since.and_then(|since| self.block_of(unit, since));
            let from = from.unwrap_or(BlockId(0));
            from == block || !unit.graph.avoids(from, block)
        })
    }

    fn block_of(&self, unit: &Unit, place: Span) -> Option<BlockId> {
        let mut blocks = unit.graph.blocks.iter();
        let stands = |event: &Event| self.program.step(unit, event).span == place;
        let at = blocks.position(|block| block.events.iter().any(stands))?;
        Some(BlockId(at as u32))
    }
}
