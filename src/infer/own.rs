//! Calls of the workspace's functions to their types: parameters learned from arguments, closures from bounds, returns from both.

use std::sync::Arc;

use super::{Callee, Val, Walk, name};
use crate::defs::FnId;
use crate::ir::{Expr, ExprId, TypeRef};
use crate::ty::{Subst, Ty};

impl<'a> Walk<'_, 'a> {
    /// Type and value of a call to functions of the workspace; `by_path` calls give the receiver as first argument.
    pub(super) fn own_result(
        &mut self,
        id: ExprId,
        fns: Vec<FnId>,
        self_ty: Option<&Ty>,
        args: &[ExprId],
        turbofish: &[TypeRef],
        by_path: bool,
    ) -> (Ty, Val) {
        let Some(first) = fns.first().copied() else {
            return (Ty::Unknown, Val::site(id));
        };
        let signature = self.types.signature(first).clone();
        let function = self.defs().function(first);
        let mut subst = Subst::default();
        let shift = usize::from(by_path && signature.receiver.is_some());
        let receiver_ty = self_ty.cloned().or_else(|| {
            (shift == 1)
                .then(|| args.first().map(|arg| self.ty(*arg).clone()))
                .flatten()
        });
        if let (Some(block), Some(ty)) = (function.in_impl, &receiver_ty) {
            subst = self.defs().impl_subst(block, ty);
        }
        if let Some(ty) = receiver_ty {
            subst.insert(name("Self"), ty.peeled().clone());
        }
        for (param, written) in function.ir.generics.params.iter().zip(turbofish) {
            subst.insert(param.name, self.written(written));
        }
        let given = args.get(shift..).unwrap_or_default();
        for (declared, arg) in signature.params.iter().zip(given) {
            declared.unify(self.ty(*arg), &mut subst);
        }
        let scope = self.defs().scope_of(first);
        let expected: Vec<Vec<Ty>> = signature
            .params
            .iter()
            .map(|declared| self.closure_expectation(declared, &scope, &subst))
            .collect();
        self.finish_closures(given, &expected);
        for (declared, arg) in signature.params.iter().zip(given) {
            self.learn_from_closure(declared, *arg, &scope, &mut subst);
        }
        self.out.calls.insert(id, Callee::Own(fns));
        if let Some(handed_on) = self.handed_on(id, &signature.ret, &subst) {
            return handed_on;
        }
        (signature.ret.closed(&subst), Val::site(id))
    }

    /// An extension method on a carrier (`result.context(…)`) that yields one of a bare parameter can only hand on what was carried.
    fn handed_on(&self, id: ExprId, ret: &Ty, subst: &Subst) -> Option<(Ty, Val)> {
        let Expr::Method { receiver, .. } = self.out.body.expr(id) else {
            return None;
        };
        let (Ty::Ext(carrier, carried), Ty::Ext(_, yielded)) = (self.ty(*receiver), ret) else {
            return None;
        };
        let is_carrier = self
            .defs()
            .catalogue
            .ty(*carrier)
            .path
            .ends_with("::Result");
        let Some(Ty::Param(param)) = yielded.first().filter(|_| is_carrier) else {
            return None;
        };
        let known = subst.get(param).filter(|known| known.is_known());
        if known.is_some_and(|known| Some(known) != carried.first()) {
            return None;
        }
        let ty = self.std_ty("Result", carried.get(..1)?);
        Some((ty, self.val(*receiver).clone()))
    }

    /// What a `F: FnOnce(A) -> B` parameter says of a closure's parameters.
    fn closure_expectation(
        &self,
        declared: &Ty,
        scope: &crate::defs::Scope<'a>,
        subst: &Subst,
    ) -> Vec<Ty> {
        match declared {
            Ty::FnPointer(params, _) => params.iter().map(|ty| ty.closed(subst)).collect(),
            Ty::Ext(_, args) => args
                .first()
                .map(|ty| self.closure_expectation(ty, scope, subst))
                .unwrap_or_default(),
            Ty::Ref(inner, _) => self.closure_expectation(inner, scope, subst),
            _ => {
                let bounds = self.types.bounds(declared, scope);
                let params = bounds.iter().find_map(|bound| match bound.args.first() {
                    Some(Ty::FnPointer(params, _)) => Some(Arc::clone(params)),
                    _ => None,
                });
                // A parameter bound by itself (`C: ConnectionTrait`) stays as what the bound says.
                params
                    .map(|params| {
                        params
                            .iter()
                            .map(|ty| self.keep_bounds(ty, scope, subst))
                            .collect()
                    })
                    .unwrap_or_default()
            }
        }
    }

    fn keep_bounds(&self, ty: &Ty, scope: &crate::defs::Scope<'a>, subst: &Subst) -> Ty {
        match ty {
            Ty::Param(param) if !subst.get(param).is_some_and(Ty::is_known) => {
                Ty::Bounded(self.types.bounds(ty, scope).into())
            }
            Ty::Ref(inner, mutable) => {
                Ty::Ref(self.keep_bounds(inner, scope, subst).into(), *mutable)
            }
            _ => ty.closed(subst),
        }
    }

    /// The return type of a closure argument tells the parameters in `F: FnOnce() -> Result<T, E>`.
    fn learn_from_closure(
        &self,
        declared: &Ty,
        arg: ExprId,
        scope: &crate::defs::Scope<'a>,
        subst: &mut Subst,
    ) {
        let Ty::Closure(closure) = self.ty(arg) else {
            return;
        };
        let ret = self.closure_ret(*closure);
        for bound in self.types.bounds(declared, scope) {
            let Some(Ty::FnPointer(_, declared_ret)) = bound.args.first() else {
                continue;
            };
            declared_ret.unify(&ret, subst);
            // `F: FnOnce() -> Fut, Fut: Future<Output = T>`
            for inner in self.types.bounds(declared_ret, scope) {
                if let Some(output) = inner.binding("Output") {
                    output.unify(&self.types.await_output(&ret, &self.out.scope), subst);
                }
            }
        }
    }
}
