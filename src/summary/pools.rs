//! Functions that make a pool whenever they are called.

use super::effect::MAX_STEPS;
use super::{Program, Step};
use crate::body::{BlockId, Event, EventKind, Unit};
use crate::infer::Owner;
use crate::ir::Expr;

impl Program<'_> {
    /// Where an event makes a pool, behind the calls that lead there. Closures are left out: they mostly fill what found nothing.
    #[must_use]
    pub fn pool_made_at(&self, unit: &Unit, event: &Event) -> Option<Vec<Step>> {
        let steps = match &event.kind {
            EventKind::PoolCreate {
                once: false,
                part: Some(_),
                ..
            } => Vec::new(),
            EventKind::Call { fns, .. } => match &**fns {
                [callee] => self.of_fn(*callee)?.makes_pool.clone()?,
                _ => return None,
            },
            _ => return None,
        };
        let is_short = steps.len() < MAX_STEPS && !self.is_in_closure(unit, event);
        is_short.then(|| [vec![self.step(unit, event)], steps].concat())
    }

    /// Where a unit makes a pool, if no way back comes by without.
    pub(super) fn makes_pool(&self, unit: &Unit) -> Option<Vec<Step>> {
        let mut blocks = unit.graph.blocks.iter().enumerate();
        blocks.find_map(|(index, block)| {
            let steps = (block.events.iter()).find_map(|event| self.pool_made_at(unit, event))?;
            let block = BlockId(index as u32);
            (!unit.graph.avoids(BlockId(0), block)).then_some(steps)
        })
    }

    /// Whether an event lies in a closure or async block of its unit.
    fn is_in_closure(&self, unit: &Unit, event: &Event) -> bool {
        let Owner::Fn(id) = unit.id.owner else {
            return true;
        };
        let Some(body) = self.types.defs.body(id) else {
            return true;
        };
        let own = unit.id.inner.map(|inner| body.range(inner));
        let mut exprs = body.exprs.iter().zip(&body.ranges);
        exprs.any(|(expr, range)| {
            matches!(expr, Expr::Closure(_) | Expr::Async { .. })
                && range.holds(event.range)
                && !own.is_some_and(|own| range.holds(own))
        })
    }
}
