//! Prepared statements: what a body prepares and executes runs where it is executed, on what it was prepared on.

use super::build::Builder;
use super::event::Handle;
use crate::catalogue::{Effect, ExtCall};
use crate::infer::{Callee, Root};
use crate::ir::{Expr, ExprId};

/// A call that prepares a statement.
#[derive(Clone, Copy)]
struct Prepared<'x> {
    facts: &'x ExtCall,
    receiver: ExprId,
    args: &'x [ExprId],
}

impl<'t> Builder<'t, '_> {
    /// What a prepared statement runs on: the connections that it may have been prepared on; none where it comes from elsewhere.
    pub(super) fn prepared_on(&self, statement: ExprId) -> Option<Handle> {
        let mut on: Option<Handle> = None;
        for site in self.prepared_at(statement) {
            let Prepared {
                facts,
                receiver,
                args,
            } = self.prepare(site)?;
            let handle = self.handle(facts.handle?.of(Some(receiver), args));
            on = Some(match on {
                Some(known) => Handle {
                    val: known.val.or(handle.val),
                    shared: known.shared || handle.shared,
                    ..known
                },
                None => handle,
            });
        }
        on
    }

    /// The text of a prepared statement: what is handed to the call that prepares it; itself, to be read on, where there are several.
    pub(super) fn prepared_text(&self, statement: ExprId) -> Option<ExprId> {
        let mut texts = self.prepared_at(statement).map(|site| {
            let prepared = self.prepare(site)?;
            let Prepared {
                facts,
                receiver,
                args,
            } = prepared;
            facts.sql?.of(Some(receiver), args)
        });
        let first = texts.next()??;
        let others: Option<Vec<ExprId>> = texts.collect();
        Some(if others?.is_empty() { first } else { statement })
    }

    /// Whether what a call prepares is executed in this body: then it runs there, and to prepare it changes and locks nothing.
    pub(super) fn is_executed_here(&self, prepare: ExprId) -> bool {
        let catalogue = self.types.defs.catalogue;
        let is_it = |operand: ExprId| self.prepared_at(operand).any(|site| site == prepare);
        let executes = |(id, callee): (&ExprId, &Callee)| {
            let (Callee::Ext(call), Expr::Method { receiver, args, .. }) =
                (callee, self.typed.body.expr(*id))
            else {
                return false;
            };
            let facts = catalogue.call(*call);
            let operands = [facts.handle, facts.sql].into_iter().flatten();
            let mut operands = operands.filter_map(|operand| operand.of(Some(*receiver), args));
            runs(facts.effect) && operands.any(is_it)
        };
        self.prepare(prepare).is_some() && self.typed.calls.iter().any(executes)
    }

    fn prepared_at(&self, statement: ExprId) -> impl Iterator<Item = ExprId> {
        let places = self.typed.val(statement).places().iter();
        places.filter_map(|place| match place.root {
            Root::Site(site) if place.path.is_none() => Some(site),
            _ => None,
        })
    }

    fn prepare(&self, site: ExprId) -> Option<Prepared<'t>> {
        let facts = self.types.defs.catalogue.call(self.typed.ext(site)?);
        match self.typed.body.expr(site) {
            Expr::Method { receiver, args, .. } if facts.effect == Effect::Prepare => {
                Some(Prepared {
                    facts,
                    receiver: *receiver,
                    args,
                })
            }
            _ => None,
        }
    }
}

fn runs(effect: Effect) -> bool {
    matches!(effect, Effect::Run | Effect::Write | Effect::Stream)
}
