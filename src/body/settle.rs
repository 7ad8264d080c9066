//! Finished blocks to what stays of them: half of all bodies do nothing that the analysis follows.

use rustc_hash::FxHashSet;

use super::event::{Block, BlockId, Event, EventKind};

/// Gives back what isn't needed; whether only the ways out are left.
pub(super) fn settle(blocks: &mut Vec<Block>) -> bool {
    let mut events = blocks.iter().flat_map(|block| &block.events);
    let is_idle = events.all(is_idle);
    if is_idle {
        *blocks = exits_only(std::mem::take(blocks));
    }
    for block in blocks.iter_mut() {
        block.events.shrink_to_fit();
        block.next.dedup();
        block.next.shrink_to_fit();
    }
    blocks.shrink_to_fit();
    is_idle
}

fn is_idle(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Leave { .. }
            | EventKind::Await
            | EventKind::Failed { .. }
            | EventKind::Refused { .. }
            | EventKind::Absent { .. }
            | EventKind::Ignored { .. }
            | EventKind::Assume(_)
    )
}

/// The entry, and after it all exits that it leads to.
fn exits_only(blocks: Vec<Block>) -> Vec<Block> {
    let reached = reached(&blocks);
    let all = blocks.into_iter().enumerate();
    let exits = all.filter(|(index, block)| reached.contains(index) && block.exit.is_some());
    let mut kept = vec![Block::default()];
    kept.extend(exits.map(|(_, block)| Block {
        exit: block.exit,
        ..Block::default()
    }));
    kept[0].next = (1..kept.len() as u32).map(BlockId).collect();
    kept
}

fn reached(blocks: &[Block]) -> FxHashSet<usize> {
    let mut reached = FxHashSet::default();
    let mut queue = vec![0];
    while let Some(index) = queue.pop() {
        if reached.insert(index) {
            let next = blocks.get(index).map_or(&[][..], |block| &block.next);
            queue.extend(next.iter().map(|next| next.0 as usize));
        }
    }
    reached
}
