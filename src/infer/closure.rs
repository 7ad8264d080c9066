//! Closures: what their parameters are, and what a call yields.

use super::expr::merge;
use super::{Root, Val, Walk};
use crate::ir::{Expr, ExprId};
use crate::ty::Ty;

impl Walk<'_, '_> {
    /// Walks a closure whose parameters are expected to be of these types.
    pub(super) fn closure(&mut self, id: ExprId, expected: &[Ty]) {
        let Expr::Closure(closure) = self.out.body.expr(id) else {
            return;
        };
        for (index, (pat, written)) in closure.params.iter().enumerate() {
            let declared = written
                .as_ref()
                .map(|ty| self.written(ty))
                .unwrap_or_default();
            let expected = expected.get(index).cloned().unwrap_or_default();
            let ty = if declared.is_known() {
                merge(declared, expected)
            } else {
                expected
            };
            let given = self
                .out
                .closure_vals
                .get(&id)
                .filter(|_| index == 0)
                .cloned();
            let val = given.unwrap_or_else(|| Val::root(Root::ClosureParam(id, index as u32)));
            self.bind_pat(*pat, &ty, &val);
        }
        self.expr(closure.body);
        self.out.tys[id.index()] = Ty::Closure(id);
        self.out.vals[id.index()] = Val::site(id);
    }

    /// What a closure's call yields.
    pub(super) fn closure_ret(&self, id: ExprId) -> Ty {
        let Expr::Closure(closure) = self.out.body.expr(id) else {
            return Ty::Unknown;
        };
        let body = self.ty(closure.body).clone();
        let written = closure
            .ret
            .as_ref()
            .map(|ty| self.written(ty))
            .unwrap_or_default();
        let ret = if written.is_known() {
            merge(written, body)
        } else {
            body
        };
        if closure.is_async {
            Ty::Future(ret.into())
        } else {
            ret
        }
    }
}
