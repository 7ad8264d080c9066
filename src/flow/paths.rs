//! Paths through a unit, asked for when a finding is told.

use rustc_hash::FxHashSet;

use super::Flow;
use crate::body::{BlockId, Event, EventKind};
use crate::summary::Happening;

impl<'p> Flow<'p, '_> {
    /// Events on some path from the event at `from` to the one at `to`, both left out, while `stops` doesn't hold.
    #[must_use]
    pub fn between(
        &self,
        from: crate::ir::ExprId,
        to: &Event,
        stops: impl Fn(&Event) -> bool,
    ) -> Vec<(&'p Event, &[Happening])> {
        let forward = self.reachable(from, &stops);
        let blocks = &self.unit.graph.blocks;
        let mut found = Vec::new();
        for (block, first) in forward {
            for (event, moment) in blocks[block]
                .events
                .iter()
                .zip(&self.moments[block])
                .skip(first)
            {
                if std::ptr::eq(event, to) || stops(event) {
                    break;
                }
                found.push((event, moment.happenings.as_slice()));
            }
        }
        found
    }

    /// Whether control gets from one block to another, by at least one edge.
    #[must_use]
    pub fn leads(&self, from: BlockId, to: BlockId) -> bool {
        let blocks = &self.unit.graph.blocks;
        let (mut known, mut queue) = (FxHashSet::default(), vec![from]);
        while let Some(block) = queue.pop() {
            for next in &blocks[block.0 as usize].next {
                if *next == to {
                    return true;
                }
                if known.insert(*next) {
                    queue.push(*next);
                }
            }
        }
        false
    }

    /// Blocks that can be reached after an event, with the first event of each that counts.
    fn reachable(
        &self,
        from: crate::ir::ExprId,
        stops: &impl Fn(&Event) -> bool,
    ) -> Vec<(usize, usize)> {
        let blocks = &self.unit.graph.blocks;
        let start = blocks.iter().enumerate().find_map(|(index, block)| {
            block
                .events
                .iter()
                .position(|event| {
                    event.at == from
                        && !matches!(event.kind, EventKind::Drop { .. } | EventKind::Move { .. })
                })
                .map(|at| (index, at + 1))
        });
        let Some(start) = start else {
            return Vec::new();
        };
        let (mut found, mut known, mut queue) = (Vec::new(), FxHashSet::default(), vec![start]);
        while let Some((block, first)) = queue.pop() {
            found.push((block, first));
            if blocks[block].events.iter().skip(first).any(stops) {
                continue;
            }
            for next in &blocks[block].next {
                if known.insert(next.0) {
                    queue.push((next.0 as usize, 0));
                }
            }
        }
        found
    }
}
