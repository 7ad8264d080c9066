//! What is done only where control then comes back by an error: to whom it comes back by a value, it hasn't happened. What is done only
//! once the caller's transaction has ended: it isn't done in it.

use super::{Effect, Happening};
use crate::body::{Event, EventKind, Exit, Graph, Unit};
use crate::infer::Root;

/// Blocks of a unit from which control comes back by an error alone.
pub(super) struct Refusals<'g> {
    graph: &'g Graph,
    blocks: Vec<bool>,
}

impl<'g> Refusals<'g> {
    pub(super) fn of(graph: &'g Graph) -> Self {
        let errors = leading(graph, |exit| matches!(exit, Exit::Error));
        let returns = leading(graph, |exit| matches!(exit, Exit::Return(_)));
        let both = errors.into_iter().zip(returns);
        Self {
            graph,
            blocks: both.map(|(errs, returns)| errs && !returns).collect(),
        }
    }

    /// Whether an effect of a block's event is followed by an error, the unit's own or its callee's that is passed on.
    pub(super) fn follow(&self, block: usize, event: &Event, effect: &Effect) -> bool {
        self.blocks[block] || effect.refused && self.is_passed_on(event)
    }

    fn is_passed_on(&self, call: &Event) -> bool {
        let mut is_told = false;
        for (block, is_refusing) in self.graph.blocks.iter().zip(&self.blocks) {
            for event in &block.events {
                if event.follows_failure_of(call.at) {
                    let is_failed = matches!(event.kind, EventKind::Failed { .. });
                    if !is_failed || !*is_refusing {
                        return false;
                    }
                    is_told = true;
                }
            }
        }
        is_told
    }
}

/// Blocks from which control may come to an end of some kind.
fn leading(graph: &Graph, is_end: impl Fn(&Exit) -> bool) -> Vec<bool> {
    let mut leads: Vec<bool> = graph
        .blocks
        .iter()
        .map(|block| block.exit.as_ref().is_some_and(&is_end))
        .collect();
    loop {
        let mut changed = false;
        for (at, block) in graph.blocks.iter().enumerate().rev() {
            let is_new = !leads[at] && block.next.iter().any(|next| leads[next.0 as usize]);
            leads[at] |= is_new;
            changed |= is_new;
        }
        if !changed {
            return leads;
        }
    }
}

/// Blocks that control comes to only once a transaction of the caller's has ended.
pub(super) fn ended_before(unit: &Unit, happenings: &[Vec<Vec<Happening>>]) -> Vec<bool> {
    let blocks = &unit.graph.blocks;
    // What a callee ends it may end on some of its ways alone.
    let ends = |at: usize| {
        let mut events = blocks[at].events.iter().zip(&happenings[at]);
        events.any(|(event, happenings)| {
            !matches!(event.kind, EventKind::Call { .. })
                && happenings.iter().any(|one| ends_callers(unit, one))
        })
    };
    let ends: Vec<bool> = (0..blocks.len()).map(ends).collect();
    let mut before = vec![None; blocks.len()];
    let mut queue = Vec::new();
    if let Some(first) = before.first_mut()
        && ends.contains(&true)
    {
        *first = Some(false);
        queue.push(0);
    }
    while let Some(at) = queue.pop() {
        let after = before[at] == Some(true) || ends[at];
        for next in blocks[at].next.iter().map(|next| next.0 as usize) {
            let joined = Some(before[next].is_none_or(|before| before) && after);
            if joined != before[next] {
                before[next] = joined;
                queue.push(next);
            }
        }
    }
    before.iter().map(|before| *before == Some(true)).collect()
}

/// Whether a transaction ends that a unit's caller has given to it.
pub(super) fn ends_callers(unit: &Unit, happening: &Happening) -> bool {
    let effect = &happening.effect;
    let mut places = effect.on.places().iter();
    unit.id.inner.is_none()
        && effect.ends_transaction()
        && places.any(|place| matches!(place.root, Root::Param(_)))
}
