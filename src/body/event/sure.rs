//! What lies on every way through a graph, and what lies ahead.

use rustc_hash::FxHashSet;

use super::{BlockId, EventKind, Exit, Graph};

impl Graph {
    /// Whether control can come from a block to where it gives back a value without passing another one, although nothing has failed and
    /// nothing is rolled back. A list that a loop goes over is taken to hold something: what every turn of the loop passes isn't avoided by
    /// a loop of no turns.
    #[must_use]
    pub fn avoids(&self, from: BlockId, without: BlockId) -> bool {
        let stands_for = self.heads_of(without, from);
        let is_passed = |block: BlockId| {
            block == without || stands_for.contains(&block) || self.is_refusal(block)
        };
        let reached = self.reached(&[from], |block| !is_passed(block));
        let mut exits = reached.iter().filter(|block| !is_passed(**block));
        exits.any(|block| matches!(self.block(*block).exit, Some(Exit::Return(_))))
    }

    fn is_refusal(&self, block: BlockId) -> bool {
        let mut events = self.block(block).events.iter();
        events.any(|event| {
            matches!(
                event.kind,
                EventKind::Failed { .. }
                    | EventKind::Rollback { .. }
                    | EventKind::EndScope { commits: false, .. }
            )
        })
    }

    /// Heads of the loops of which every turn passes a block, and that don't hold the other one.
    fn heads_of(&self, block: BlockId, other: BlockId) -> FxHashSet<BlockId> {
        let back = self.back_edges();
        let mut heads: Vec<BlockId> = back.iter().map(|(_, head)| *head).collect();
        heads.sort_unstable();
        heads.dedup();
        let turns_by = |head: BlockId| {
            let turn = self.turn(head, &back);
            let passes = |at: BlockId| at != head && at != block && turn.contains(&at);
            let first: Vec<BlockId> = self.block(head).next.clone();
            let avoiding = self.reached(&first, passes);
            turn.contains(&block)
                && !turn.contains(&other)
                && !(avoiding.iter()).any(|at| passes(*at) && back.contains(&(*at, head)))
        };
        heads.into_iter().filter(|head| turns_by(*head)).collect()
    }

    /// The blocks of the loop with a head: those that lead back to it without passing it.
    fn turn(&self, head: BlockId, back: &FxHashSet<(BlockId, BlockId)>) -> FxHashSet<BlockId> {
        let ends = back.iter().filter(|(_, to)| *to == head);
        let mut found = self.leading_to(ends.map(|(from, _)| *from), |block| block != head);
        found.insert(head);
        found
    }

    /// Blocks that control comes to from another, without another turn of a loop around both.
    #[must_use]
    pub fn ahead_of(&self, from: BlockId) -> FxHashSet<BlockId> {
        let back = self.back_edges();
        let (mut found, mut queue) = (FxHashSet::default(), vec![from]);
        while let Some(block) = queue.pop() {
            for next in &self.block(block).next {
                if !back.contains(&(block, *next)) && found.insert(*next) {
                    queue.push(*next);
                }
            }
        }
        // Out of a loop it goes by the loop's head.
        let turns = self.leading_to([from], |_| true);
        let reached = self.reached(&[from], |_| true);
        found.extend(reached.difference(&turns));
        found
    }

    /// Blocks that lead to some, themselves included, by those that it `passes`.
    fn leading_to(
        &self,
        to: impl IntoIterator<Item = BlockId>,
        passes: impl Fn(BlockId) -> bool,
    ) -> FxHashSet<BlockId> {
        let (mut found, mut queue) = (FxHashSet::default(), Vec::from_iter(to));
        while let Some(block) = queue.pop() {
            if found.insert(block) && passes(block) {
                let all = (0..self.blocks.len() as u32).map(BlockId);
                queue.extend(all.filter(|from| self.block(*from).next.contains(&block)));
            }
        }
        found
    }

    /// Blocks that control comes to from some, themselves included; it goes on from those that it `passes`.
    fn reached(&self, from: &[BlockId], passes: impl Fn(BlockId) -> bool) -> FxHashSet<BlockId> {
        let (mut found, mut queue) = (FxHashSet::default(), from.to_vec());
        while let Some(block) = queue.pop() {
            if found.insert(block) && passes(block) {
                queue.extend(&self.block(block).next);
            }
        }
        found
    }

    /// Edges that lead back to a block on the way from the start: the turns of loops.
    #[must_use]
    pub fn back_edges(&self) -> FxHashSet<(BlockId, BlockId)> {
        let mut found = FxHashSet::default();
        let (mut entered, mut left) = (FxHashSet::default(), FxHashSet::default());
        let mut stack = vec![(BlockId(0), 0)];
        while let Some((block, nth)) = stack.pop() {
            entered.insert(block);
            let next = self.blocks.get(block.0 as usize);
            let Some(next) = next.and_then(|of| of.next.get(nth)) else {
                left.insert(block);
                continue;
            };
            stack.push((block, nth + 1));
            if !entered.contains(next) {
                stack.push((*next, 0));
            } else if !left.contains(next) {
                found.insert((block, *next));
            }
        }
        found
    }

    fn block(&self, id: BlockId) -> &super::Block {
        &self.blocks[id.0 as usize]
    }
}
