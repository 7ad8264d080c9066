//! Calls of the catalogue to their types and values: parameters, operands, closures.

use super::{Callee, Val, Walk, name, subst_of};
use crate::catalogue::{CallId, Effect, ExtCall};
use crate::ir::{Expr, ExprId, TypeRef};
use crate::ty::{Subst, Ty};

impl Walk<'_, '_> {
    /// `f::<A, B>()`: what the sheets call `Turbo0`, `Turbo1`.
    pub(super) fn bind_turbofish(&self, subst: &mut Subst, written: &[TypeRef]) {
        for (index, ty) in written.iter().enumerate() {
            subst.insert(name(&format!("Turbo{index}")), self.written(ty));
        }
    }

    /// What a catalogue type's parameters stand for.
    pub(super) fn ext_subst(&self, ty: &Ty) -> Subst {
        let mut subst = match ty.peeled() {
            Ty::Ext(id, args) => subst_of(&self.defs().catalogue.ty(*id).params, args),
            Ty::Future(output) => Subst::from_iter([(name("T"), (**output).clone())]),
            Ty::Slice(element) => Subst::from_iter([(name("T"), (**element).clone())]),
            _ => Subst::default(),
        };
        subst.insert(name("Self"), ty.peeled().clone());
        subst
    }

    /// Type and value of a call of the catalogue.
    pub(super) fn ext_result(
        &mut self,
        id: ExprId,
        call: CallId,
        receiver: Option<ExprId>,
        args: &[ExprId],
        subst: &Subst,
    ) -> (Ty, Val) {
        let catalogue = self.defs().catalogue;
        let facts = catalogue.call(call);
        let mut subst = subst.clone();
        for (index, arg) in args.iter().enumerate() {
            let ty = self.operand_ty(facts, *arg);
            if let Ty::Ref(inner, _) = &ty {
                subst.insert(name(&format!("Inner{index}")), (**inner).clone());
            }
            subst.insert(name(&format!("Arg{index}")), ty);
        }
        self.ext_closures(facts, receiver, args, &mut subst);
        self.out.calls.insert(id, Callee::Ext(call));
        let same = facts.same_as.and_then(|operand| operand.of(receiver, args));
        let ret = match same {
            Some(same) if facts.returns == Ty::Unknown => self.ty(same).clone(),
            _ => facts.returns.closed(&subst),
        };
        let ty = if facts.is_async {
            Ty::Future(ret.into())
        } else {
            ret
        };
        let val = match (same, self.mapped(facts, receiver, args)) {
            (Some(same), _) => self.val(same).clone(),
            (None, Some(mapped)) => mapped,
            (None, None) => Val::site(id),
        };
        (ty, val)
    }

    /// Walks the closures with what the entry says of their parameters, and learns what they return.
    fn ext_closures(
        &mut self,
        facts: &ExtCall,
        receiver: Option<ExprId>,
        args: &[ExprId],
        subst: &mut Subst,
    ) {
        let params: Vec<Ty> = facts
            .closure_params
            .iter()
            .map(|ty| ty.closed(subst))
            .collect();
        let closure = facts.closure.and_then(|operand| operand.of(receiver, args));
        if let Some(closure) = closure
            && let Some(val) = self.element_given(facts, receiver)
        {
            self.out.closure_vals.insert(closure, val);
        }
        let given = |arg: &ExprId| {
            if Some(*arg) == closure {
                params.clone()
            } else {
                Vec::new()
            }
        };
        let expected: Vec<Vec<Ty>> = args.iter().map(given).collect();
        self.finish_closures(args, &expected);
        for (index, arg) in args.iter().enumerate() {
            if let Some(ret) = self.called_ret(*arg) {
                let output = if facts.is_async {
                    self.types.await_output(&ret, &self.out.scope)
                } else {
                    ret
                };
                subst.insert(name(&format!("Closure{index}")), output);
            }
        }
    }

    /// What a carrier's closure is given: what it carries, or an element of it.
    fn element_given(&self, facts: &ExtCall, receiver: Option<ExprId>) -> Option<Val> {
        let receiver =
            receiver.filter(|_| facts.handle.is_none() && !facts.closure_params.is_empty())?;
        if self.is_given_another(facts, receiver) {
            return None;
        }
        match facts.value.as_ref().map(crate::ir::Name::as_str) {
            // `fold`'s closure is given what has been gathered so far.
            Some("each") if facts.closure_params.first() == Some(&Ty::Param(name("Arg0"))) => None,
            Some("each") => Some(self.project(self.val(receiver), name("[]"))),
            _ => Some(self.val(receiver).clone()),
        }
    }

    /// `map_err`'s closure is given the error, not what is carried.
    fn is_given_another(&self, facts: &ExtCall, receiver: ExprId) -> bool {
        let (Some(Ty::Param(given)), Ty::Ext(id, _)) =
            (facts.closure_params.first(), self.ty(receiver).peeled())
        else {
            return false;
        };
        let params = &self.defs().catalogue.ty(*id).params;
        params.iter().skip(1).any(|other| other == given)
    }

    /// `carrier.map(|x| …)` is what its closure makes.
    fn mapped(&self, facts: &ExtCall, receiver: Option<ExprId>, args: &[ExprId]) -> Option<Val> {
        let operand = facts
            .closure
            .and_then(|operand| operand.of(receiver, args))?;
        let is_run = matches!(facts.effect, Effect::CallClosure | Effect::OnceInit);
        let Ty::Closure(closure) = self.ty(operand) else {
            return None;
        };
        let Expr::Closure(closure) = self.out.body.expr(*closure) else {
            return None;
        };
        let is_each = facts.value.is_some_and(|value| value == "each");
        let val = self.val(closure.body);
        (is_run && !is_each && facts.returns.mentions_closure()).then(|| val.clone())
    }

    /// An operand's type; of a future that the call runs, its output.
    fn operand_ty(&self, facts: &crate::catalogue::ExtCall, arg: ExprId) -> Ty {
        let runs = matches!(
            facts.effect,
            Effect::Timeout
                | Effect::BlockOn
                | Effect::Spawn
                | Effect::Join
                | Effect::TryJoin
                | Effect::CallClosure
        );
        let output = if runs || facts.is_async {
            self.types.await_output(self.ty(arg), &self.out.scope)
        } else {
            Ty::Unknown
        };
        if output.is_known() {
            output
        } else {
            self.ty(arg).clone()
        }
    }

    /// What calling an argument would yield: a closure, or a function given by name.
    fn called_ret(&self, arg: ExprId) -> Option<Ty> {
        match self.ty(arg) {
            Ty::Closure(closure) => Some(self.closure_ret(*closure)),
            Ty::Fn(function) => Some(
                self.types
                    .signature(*function)
                    .ret
                    .closed(&Subst::default()),
            ),
            _ => None,
        }
    }
}
