//! Paths through a unit, asked for when a finding is told.

use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Flow, Moment};
use crate::body::{Block, BlockId, Event, EventKind};
use crate::ir::ExprId;
use crate::summary::Happening;

impl<'p> Flow<'p, '_> {
    /// What happens on some path from the event at `from` to the one at `to`, both left out; a path may come by `to` before it ends
    /// there, but not by `from` again.
    #[must_use]
    pub fn between(&self, from: ExprId, to: &Event) -> Vec<(&'p Event, &[Happening])> {
        let backward = self.leading_to(Some(from), to);
        let mut found = Vec::new();
        for (block, first) in self.reachable(from) {
            let Some(end) = backward.get(&block) else {
                continue;
            };
            let events = self.unit.graph.blocks[block].events.iter();
            let events = events.zip(&self.moments[block]).take(*end).skip(first);
            let others = events.filter(|(event, _)| !std::ptr::eq(*event, to));
            found.extend(others.map(|(event, moment)| (event, moment.happenings.as_slice())));
        }
        found
    }

    /// Whether the statement at `from` has changed no rows wherever control comes from it to another event.
    #[must_use]
    pub fn is_idle_before(&self, from: ExprId, to: &Event) -> bool {
        let is_idle =
            |event: &Event| matches!(event.kind, EventKind::Refused { call } if call == from);
        if !self.unit.events().any(is_idle) {
            return false;
        }
        let mut comes = false;
        self.follow(Some(from), (), |(), event, _| {
            comes |= std::ptr::eq(event, to);
            (!is_idle(event)).then_some(())
        });
        !comes
    }

    /// Follows all paths from the event at `from` on, from the start if there is none. What is known of a path starts as `known`; each
    /// event changes it, or ends the path.
    pub fn follow<K: Copy + Eq + Hash>(
        &self,
        from: Option<ExprId>,
        known: K,
        step: impl FnMut(K, &'p Event, &Moment) -> Option<K>,
    ) {
        if let Some(start) = self.start(from) {
            self.follow_from(start, known, step);
        }
    }

    /// As `follow`, from right behind an event of whatever kind.
    pub fn follow_after<K: Copy + Eq + Hash>(
        &self,
        event: &Event,
        known: K,
        step: impl FnMut(K, &'p Event, &Moment) -> Option<K>,
    ) {
        let mut blocks = self.unit.graph.blocks.iter().enumerate();
        let start = blocks.find_map(|(index, block)| {
            let mut events = block.events.iter();
            let at = events.position(|other| std::ptr::eq(other, event))?;
            Some((index, at + 1))
        });
        if let Some(start) = start {
            self.follow_from(start, known, step);
        }
    }

    fn follow_from<K: Copy + Eq + Hash>(
        &self,
        start: (usize, usize),
        known: K,
        mut step: impl FnMut(K, &'p Event, &Moment) -> Option<K>,
    ) {
        let mut seen = FxHashSet::from_iter([(start.0, known)]);
        let mut queue = vec![(start, known)];
        while let Some(((block, first), mut known)) = queue.pop() {
            let events = self.unit.graph.blocks[block].events.iter();
            let mut events = events.zip(&self.moments[block]).skip(first);
            let goes_on = events.all(|(event, moment)| match step(known, event, moment) {
                Some(next) => {
                    known = next;
                    true
                }
                None => false,
            });
            let next = self.unit.graph.blocks[block].next.iter();
            for next in next.filter(|_| goes_on).map(|next| next.0 as usize) {
                if seen.insert((next, known)) {
                    queue.push(((next, 0), known));
                }
            }
        }
    }

    /// Where an event is, by its block, and what comes after it there.
    fn start(&self, from: Option<ExprId>) -> Option<(usize, usize)> {
        let blocks = &self.unit.graph.blocks;
        let Some(from) = from else {
            return (!blocks.is_empty()).then_some((0, 0));
        };
        blocks.iter().enumerate().find_map(|(index, block)| {
            let at = block.events.iter().position(|event| makes(event, from));
            at.map(|at| (index, at + 1))
        })
    }

    /// What happens on some path from the start to an event, which is left out.
    #[must_use]
    pub fn before(&self, to: &Event) -> Vec<(&'p Event, &[Happening])> {
        let leading: BTreeMap<usize, usize> = self.leading_to(None, to).into_iter().collect();
        let mut found = Vec::new();
        for (block, end) in leading {
            let events = self.unit.graph.blocks[block].events.iter();
            let events = events.zip(&self.moments[block]).take(end);
            let others = events.filter(|(event, _)| !std::ptr::eq(*event, to));
            found.extend(others.map(|(event, moment)| (event, moment.happenings.as_slice())));
        }
        found
    }

    /// What may happen after an event, with the block that it happens in; blocks without events are left out.
    #[must_use]
    pub fn following(&self, event: &Event) -> Vec<(BlockId, &'p Event, &Moment)> {
        let mut found = Vec::new();
        for (block, first) in self.reachable(event.at) {
            let events = self.unit.graph.blocks[block].events.iter();
            let events = events.zip(&self.moments[block]).skip(first);
            found.extend(events.map(|(event, moment)| (BlockId(block as u32), event, moment)));
        }
        found
    }

    /// Blocks from which control gets to an event without passing the one at `from`, with the number of events that count.
    fn leading_to(&self, from: Option<ExprId>, to: &Event) -> FxHashMap<usize, usize> {
        let blocks = &self.unit.graph.blocks;
        let place = |block: &Block| {
            block
                .events
                .iter()
                .position(|event| std::ptr::eq(event, to))
        };
        let Some((last, end)) = (blocks.iter().enumerate())
            .find_map(|(index, block)| place(block).map(|end| (index, end)))
        else {
            return FxHashMap::default();
        };
        let begins = |block: usize, end: usize| {
            let mut events = blocks[block].events.iter().take(end);
            from.is_some_and(|from| events.any(|event| makes(event, from)))
        };
        let before = predecessors(blocks);
        let (mut found, mut queue) = (FxHashMap::from_iter([(last, end)]), vec![(last, end)]);
        while let Some((block, end)) = queue.pop() {
            if begins(block, end) {
                continue;
            }
            for &before in &before[block] {
                let all = blocks[before].events.len();
                if found.get(&before).is_none_or(|end| *end < all) {
                    found.insert(before, all);
                    queue.push((before, all));
                }
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

    /// As `leads`, without another turn of a loop around both.
    #[must_use]
    pub fn leads_on(&self, from: BlockId, to: BlockId) -> bool {
        self.unit.graph.ahead_of(from).contains(&to)
    }

    /// Blocks that can be reached after an event, with the first event of each that counts.
    fn reachable(&self, from: ExprId) -> Vec<(usize, usize)> {
        let blocks = &self.unit.graph.blocks;
        let Some(start) = self.start(Some(from)) else {
            return Vec::new();
        };
        let mut known = FxHashSet::from_iter([start.0 as u32]);
        let (mut found, mut queue) = (Vec::new(), vec![start]);
        while let Some((block, first)) = queue.pop() {
            found.push((block, first));
            for next in &blocks[block].next {
                if known.insert(next.0) {
                    queue.push((next.0 as usize, 0));
                }
            }
        }
        found
    }
}

/// The event that made what an expression stands for, not one of its end.
fn makes(event: &Event, at: ExprId) -> bool {
    event.at == at && !matches!(event.kind, EventKind::Drop { .. } | EventKind::Move { .. })
}

/// From which blocks control comes to each, in their order.
fn predecessors(blocks: &[Block]) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); blocks.len()];
    for (index, block) in blocks.iter().enumerate() {
        for next in &block.next {
            found[next.0 as usize].push(index);
        }
    }
    found
}
