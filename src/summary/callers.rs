//! Callees to callers: the events that call each function or spawn it, found once.

use rustc_hash::FxHashMap;

use super::Program;
use crate::body::{Event, EventKind, Unit};
use crate::defs::FnId;

/// Who calls each function, in the order of units.
#[derive(Debug, Default)]
pub struct Callers(FxHashMap<FnId, Vec<Site>>);

/// Where an event stands.
#[derive(Clone, Copy, Debug)]
struct Site {
    unit: u32,
    block: u32,
    event: u32,
}

impl Callers {
    pub(super) fn find(units: &[Unit]) -> Self {
        let mut found: FxHashMap<FnId, Vec<Site>> = FxHashMap::default();
        for (unit, of) in (0..).zip(units) {
            for (block, of) in (0..).zip(&of.graph.blocks) {
                for (event, of) in (0..).zip(&of.events) {
                    for id in called(of) {
                        let site = Site { unit, block, event };
                        found.entry(*id).or_default().push(site);
                    }
                }
            }
        }
        Self(found)
    }
}

fn called(event: &Event) -> &[FnId] {
    match &event.kind {
        EventKind::Call { fns, .. } | EventKind::Spawn { fns, .. } => fns,
        _ => &[],
    }
}

impl Program<'_> {
    /// Events that call a function, or hand a call of it to another task, each with its unit.
    pub fn calls_of(&self, id: FnId) -> impl Iterator<Item = (&Unit, &Event)> {
        let sites = self.callers.0.get(&id).into_iter().flatten();
        sites.map(|site| {
            let unit = &self.units[site.unit as usize];
            let block = &unit.graph.blocks[site.block as usize];
            (unit, &block.events[site.event as usize])
        })
    }
}
