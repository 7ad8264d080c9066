//! Which thread code runs on: one of an async runtime, which other tasks need, or one that may block.

use super::UnitContext;
use crate::body::{Event, EventKind};
use crate::catalogue::{CallId, Effect as Deed};
use crate::defs::FnId;
use crate::infer::Owner;
use crate::ir::Expr;
use crate::summary::{Effect, EffectKind, Step};

impl UnitContext<'_, '_> {
    /// Whether this unit is the body of an async function or block.
    #[must_use]
    pub fn is_async(&self) -> bool {
        let unit = self.flow.unit;
        let Owner::Fn(id) = unit.id.owner else {
            return false;
        };
        match unit.id.inner {
            None => self.cx.defs().function(id).ir.is_async,
            Some(inner) => {
                let body = self.cx.defs().body(id);
                body.is_some_and(|body| matches!(body.expr(inner), Expr::Async { .. }))
            }
        }
    }

    /// Whether an effect keeps the thread of an async function until the database answers: a call that is no future, here or in
    /// functions that aren't async.
    #[must_use]
    pub fn blocks_thread(&self, event: &Event, effect: &Effect) -> bool {
        let call = match &effect.kind {
            EffectKind::Checkout(false, call)
            | EffectKind::Begin(call)
            | EffectKind::Statement(_, call) => *call,
            _ => return false,
        };
        let is_async = |id: &FnId| self.cx.defs().function(*id).ir.is_async;
        let elsewhere = match &event.kind {
            EventKind::Call { fns, .. } => fns.iter().any(is_async),
            _ => false,
        };
        self.is_blocking(call)
            && !elsewhere
            && !effect.steps.iter().any(|step| self.may_block(step))
    }

    fn is_blocking(&self, call: CallId) -> bool {
        let facts = self.cx.catalogue().call(call);
        // A stream waits for nothing before it is read.
        !facts.is_async && !matches!(facts.effect, Deed::Stream | Deed::Prepare)
    }

    /// Whether a step lies in a closure that is given to a thread that may block, or in an async function that its caller runs.
    fn may_block(&self, step: &Step) -> bool {
        let Some(id) = step.within else { return false };
        let owner = Owner::Fn(id);
        let units = &self.cx.program.units;
        let from = units.partition_point(|unit| unit.id.owner < owner);
        let mut all = units
            .iter()
            .skip(from)
            .take_while(|unit| unit.id.owner == owner);
        all.any(|unit| {
            unit.blocking
                .iter()
                .any(|range| range.holds(step.span.range))
        })
    }
}
