//! The end of a closure: what it was given dies, and what it had captured when it is used up.

use super::build::Builder;
use super::event::EventKind;
use super::owners::made_in;
use crate::ir::{Closure, Expr, ExprId, LocalId};
use crate::ty::Ty;

/// Values in values are looked into this deep.
const MAX_DEPTH: usize = 8;

impl Builder<'_, '_> {
    /// A closure has run: the values of its parameters die, but for what it returns.
    pub(super) fn end_call(&mut self, id: ExprId) {
        let Expr::Closure(closure) = self.typed.body.expr(id) else {
            return;
        };
        let pats = closure.params.iter().map(|(pat, _)| *pat);
        let bound = pats.flat_map(|pat| self.owners.bound_by(self.typed, pat));
        let bound: Vec<LocalId> = bound.collect();
        self.drop_with(id, closure, &bound);
    }

    /// A closure that was given away by value is not called again: what it has moved into itself dies with it.
    pub(super) fn used_up(&mut self, operand: ExprId) {
        let Ty::Closure(id) = self.typed.ty(operand) else {
            return;
        };
        let (id, body) = (*id, self.typed.body);
        let is_given = operand == id || matches!(body.expr(operand), Expr::Local(_));
        let Expr::Closure(closure) = body.expr(id) else {
            return;
        };
        if is_given && closure.is_move {
            let captured = self.captured(id);
            self.drop_with(id, closure, &captured);
        }
    }

    fn drop_with(&mut self, id: ExprId, closure: &Closure, locals: &[LocalId]) {
        for local in locals.iter().rev() {
            if self.dies_in(id, closure, *local) {
                self.emit(
                    id,
                    EventKind::Drop {
                        local: Some(*local),
                        made: None,
                        asked: false,
                    },
                );
            }
        }
    }

    /// Whether a local that a closure owns is all that holds its value: no reference, shared with nobody, not returned.
    fn dies_in(&self, id: ExprId, closure: &Closure, local: LocalId) -> bool {
        let ty = &self.typed.local_tys[local.index()];
        let made = self.owners.owned_by(local);
        !ty.is_ref()
            && !self.types.is_shared(ty, &self.typed.scope)
            && !self.is_held_after(id, local, &made)
            && !self.is_returned(closure.body, local, &made, 0)
    }

    /// Whether something else that leads to the same value, bound before a closure, is used behind it: what the closure owned was a view of it.
    fn is_held_after(&self, id: ExprId, local: LocalId, made: &[ExprId]) -> bool {
        let body = self.typed.body;
        let end = body.range(id).end;
        let mut all = body.exprs.iter().zip(&body.ranges);
        all.any(|(expr, range)| match expr {
            Expr::Local(other) if *other != local && range.start >= end => {
                let is_older = body.locals[other.index()].range.start < end;
                let held = &self.typed.local_vals[other.index()];
                is_older
                    && made_in(self.typed, held, 0)
                        .iter()
                        .any(|site| made.contains(site))
            }
            _ => false,
        })
    }

    /// Whether a closure's value may hold what it owns: the value itself, a part of it, or what a method that nothing is known of made of it.
    fn is_returned(&self, value: ExprId, local: LocalId, made: &[ExprId], depth: usize) -> bool {
        let body = self.typed.body;
        let mut tails = super::tails::tails(body, value).into_iter();
        tails.any(|tail| {
            let held = made_in(self.typed, self.typed.val(tail), 0);
            held.iter().any(|site| made.contains(site))
                || depth < MAX_DEPTH && self.is_made_of(tail, local, made, depth + 1)
        })
    }

    fn is_made_of(&self, tail: ExprId, local: LocalId, made: &[ExprId], depth: usize) -> bool {
        let body = self.typed.body;
        match body.expr(tail) {
            Expr::Async { body, .. } => self.is_returned(*body, local, made, depth),
            Expr::Method { receiver, .. } if self.typed.callee(tail).is_none() => {
                matches!(body.expr(*receiver), Expr::Local(known) if *known == local)
            }
            _ => {
                let sites = super::futures::async_sites(self.typed, tail).into_iter();
                sites
                    .filter(|site| *site != tail)
                    .any(|site| self.is_made_of(site, local, made, depth))
            }
        }
    }
}
