//! Whether something that fails is done again: by a loop that its failure stays in, here or around a call that leads here; and what
//! such a loop looks for.

use rustc_hash::FxHashSet;

use super::{Context, UnitContext};
use crate::body::{BlockId, Event, EventKind, Graph, Unit, UnitId, UnitKind};
use crate::flow::Resource;
use crate::handlers::HandlerKind;
use crate::infer::Owner;
use crate::ir::Expr;
use crate::source::{Span, TextRange};

/// Callers of callers are asked this deep.
const MAX_CALLERS: usize = 4;

/// What a server answers when a transaction that did nothing wrong is to be run again.
const SERIALIZATION: [&str; 4] = [
    "40001",
    "serializationfailure",
    "serialization_failure",
    "is_serialization",
];
/// The same after a deadlock.
const DEADLOCK: [&str; 3] = ["40p01", "deadlock", "1213"];

/// A loop, or a call of a retry helper, that looks for such answers.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// All of it.
    pub range: TextRange,
    /// Where it names a serialization failure.
    pub serialization: Option<Span>,
    /// Where it names a deadlock.
    pub deadlock: Option<Span>,
}

impl UnitContext<'_, '_> {
    /// Loops, and calls of retry helpers, that look for a serialization failure or a deadlock; inner ones alone.
    #[must_use]
    pub fn retries(&self) -> Vec<Retry> {
        let Some(body) = self.body() else {
            return Vec::new();
        };
        let repeats = |expr: &Expr| match expr {
            Expr::Method { name, .. } => *name == "retry" || *name == "when",
            _ => expr.is_loop(),
        };
        let all = body.exprs.iter().zip(&body.ranges);
        let mut found: Vec<Retry> = all
            .filter(|(expr, _)| repeats(expr))
            .map(|(_, range)| Retry {
                range: *range,
                serialization: self.named_in(*range, &SERIALIZATION),
                deadlock: self.named_in(*range, &DEADLOCK),
            })
            .filter(|retry| retry.serialization.is_some() || retry.deadlock.is_some())
            .collect();
        let ranges: Vec<TextRange> = found.iter().map(|retry| retry.range).collect();
        found.retain(|retry| {
            let inside = |other: &&TextRange| retry.range != **other && retry.range.holds(**other);
            !ranges.iter().any(|other| inside(&other))
        });
        found
    }

    /// Where one of these words stands.
    fn named_in(&self, range: TextRange, words: &[&str]) -> Option<Span> {
        let file = self.file();
        let text = self.cx.text(Span { file, range }).to_ascii_lowercase();
        let first = |word: &&str| text.find(*word).map(|at| (at, word.len()));
        let (at, length) = words.iter().filter_map(first).min()?;
        let start = range.start + at as u32;
        Some(Span {
            file,
            range: TextRange {
                start,
                end: start + length as u32,
            },
        })
    }

    /// Whether the call that runs a closure in a transaction runs it again when the transaction is refused.
    #[must_use]
    pub fn is_run_again(&self, begun: &Resource) -> bool {
        let value = begun
            .call
            .and_then(|call| self.cx.catalogue().call(call).value);
        value.is_some_and(|value| value == "retry")
    }
}

impl Context<'_> {
    /// Whether what an event does may be done again when it fails, as far as callers in the workspace tell.
    #[must_use]
    pub fn may_be_retried(&self, unit: &Unit, event: &Event) -> bool {
        self.retried(unit, event, &mut Vec::new())
    }

    /// Whether whoever calls a function calls it again when it fails; not so where nobody is known to call it.
    #[must_use]
    pub fn is_repeated_by_callers(&self, owner: Owner) -> bool {
        let Owner::Fn(id) = owner else {
            return false;
        };
        let calls = self.program.calls_of(id);
        let mut calls = calls.filter(|(unit, _)| !self.in_test(unit)).peekable();
        let again = |(unit, event): (&Unit, &Event)| {
            failures_around(&unit.graph, event).is_some_and(|stay| stay.contains(&true))
        };
        calls.peek().is_some() && calls.all(again)
    }

    fn retried(&self, unit: &Unit, event: &Event, above: &mut Vec<UnitId>) -> bool {
        let depth = above.len();
        let mut jobs = (self.handlers.iter()).filter(|one| one.kind == HandlerKind::Job);
        // A queue delivers a job again that has failed.
        if jobs.any(|job| job.unit.owner == unit.id.owner)
            || above.contains(&unit.id)
            || goes_round(&unit.graph, event)
        {
            return true;
        }
        if depth >= MAX_CALLERS {
            return false;
        }
        let id = match (unit.id.owner, unit.id.inner, unit.kind) {
            (_, Some(_), UnitKind::Detached) => return depth < 2,
            (_, Some(_), _) => return true,
            (Owner::Fn(id), None, _) => id,
            (Owner::Value(_), ..) => return false,
        };
        let calls = self.program.calls_of(id);
        let calls: Vec<_> = calls.filter(|(unit, _)| !self.in_test(unit)).collect();
        if calls.is_empty() {
            let is_handler = self.handlers.iter().any(|handler| handler.unit == unit.id);
            return depth == 0 && !is_handler;
        }
        above.push(unit.id);
        let is_retried = calls
            .iter()
            .any(|(unit, event)| self.retried(unit, event, above));
        above.pop();
        is_retried
    }
}

/// Whether an event is in a loop, and not each failure in that loop leaves it.
fn goes_round(graph: &Graph, event: &Event) -> bool {
    failures_around(graph, event).is_some_and(|stay| stay.is_empty() || stay.contains(&true))
}

/// Failures in the loop that an event is in: whether each leads back to the event. None where there is no loop.
fn failures_around(graph: &Graph, event: &Event) -> Option<Vec<bool>> {
    let holds = |(index, block): (usize, &crate::body::Block)| {
        let mut events = block.events.iter();
        events
            .any(|other| std::ptr::eq(other, event))
            .then_some(index)
    };
    let at = graph.blocks.iter().enumerate().find_map(holds)?;
    let after = reached(graph, at);
    let fail = |(index, block): &(usize, &crate::body::Block)| {
        after.contains(index) && block.events.iter().any(fails)
    };
    let failures = graph.blocks.iter().enumerate().filter(fail);
    let stay = failures.map(|(index, _)| reached(graph, index).contains(&at));
    after.contains(&at).then(|| stay.collect())
}

fn fails(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Failed { .. } | EventKind::Ignored { .. }
    )
}

/// Blocks that control gets to from one, by at least one edge.
fn reached(graph: &Graph, from: usize) -> FxHashSet<usize> {
    let (mut found, mut queue) = (FxHashSet::default(), vec![BlockId(from as u32)]);
    while let Some(block) = queue.pop() {
        for next in &graph.blocks[block.0 as usize].next {
            if found.insert(next.0 as usize) {
                queue.push(*next);
            }
        }
    }
    found
}
