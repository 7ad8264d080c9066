//! Calls by path to what they reach: functions, associated functions, constructors, closures, the catalogue's calls.

use std::sync::Arc;

use super::{Callee, Val, Walk, name, subst_of};
use crate::catalogue::{CallId, Effect, Operand, PathMeaning};
use crate::defs::{Def, FnId};
use crate::ir::{Expr, ExprId, Name, PathRef, TypeRef};
use crate::ty::{Subst, TraitRef, Ty, no_args};

impl Operand {
    /// The operand itself, the receiver not counted among `args`.
    #[must_use]
    pub fn of(self, receiver: Option<ExprId>, args: &[ExprId]) -> Option<ExprId> {
        match self {
            Self::Receiver => receiver,
            Self::Arg0 => args.first().copied(),
            Self::Arg1 => args.get(1).copied(),
            Self::Arg2 => args.get(2).copied(),
            Self::Arg3 => args.get(3).copied(),
        }
    }
}

impl<'a> Walk<'_, 'a> {
    /// A path as a value.
    pub(super) fn path(&mut self, id: ExprId, path: &'a PathRef) -> (Ty, Val) {
        for found in self.defs().resolve_path(self.module(), path) {
            let is_whole = found.used == path.segments.len();
            match found.def {
                Def::Value(value) if is_whole => {
                    let facts = self.defs().value(value);
                    let ty = self
                        .defs()
                        .ty(facts.ty, &crate::defs::Scope::plain(facts.module));
                    return (ty, Val::root(super::Root::Static(value)));
                }
                Def::Fn(function) if is_whole => return (Ty::Fn(function), Val::site(id)),
                Def::Adt(adt) if is_whole => return (Ty::Adt(adt, no_args()), Val::site(id)),
                Def::Variant(adt, _) => return (Ty::Adt(adt, no_args()), Val::site(id)),
                _ => {}
            }
        }
        if let Some((self_ty, member)) = self.member_path(path) {
            return self.member_value(id, &self_ty, member);
        }
        (Ty::Unknown, Val::site(id))
    }

    /// `Type::member`, `Self::member`, `<T as Trait>::member`.
    fn member_path(&self, path: &PathRef) -> Option<(Ty, Name)> {
        let (last, owner) = path.segments.split_last()?;
        if let Some(qself) = &path.qself {
            return Some((self.written(qself), last.name));
        }
        if owner.is_empty() {
            return None;
        }
        let owner = PathRef {
            qself: None,
            segments: owner.to_vec(),
        };
        Some((self.written(&TypeRef::Path(owner)), last.name))
    }

    fn member_value(&self, id: ExprId, self_ty: &Ty, member: Name) -> (Ty, Val) {
        for block in self.defs().impls_of(self_ty) {
            if let Some(value) = self.defs().implementation(block).consts.get(&member) {
                let facts = self.defs().value(*value);
                return (
                    self.defs().ty(facts.ty, &self.defs().impl_scope(block)),
                    Val::root(super::Root::Static(*value)),
                );
            }
        }
        match self.defs().methods_of(self_ty, member).first() {
            Some(function) => (Ty::Fn(*function), Val::site(id)),
            None => (Ty::Unknown, Val::site(id)),
        }
    }

    /// A call: arguments, then what it reaches, then closures, whose parameters the callee tells.
    pub(super) fn call(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) -> (Ty, Val) {
        self.open_args(args);
        let body = self.out.body;
        let Expr::Path(path) = body.expr(callee) else {
            self.expr(callee);
            return self.call_value(id, callee, args);
        };
        let turbofish: &[TypeRef] = path.segments.last().map_or(&[], |segment| &segment.args);
        match self.path_callee(path, args) {
            Some((Callee::Own(fns), self_ty)) => {
                self.own_result(id, fns, self_ty.as_ref(), args, turbofish, true)
            }
            Some((Callee::Ext(call), self_ty)) => {
                let mut subst = self_ty
                    .as_ref()
                    .map(|ty| self.ext_subst(ty))
                    .unwrap_or_default();
                self.bind_turbofish(&mut subst, path, self_ty.is_none());
                let (receiver, rest) = self.ufcs(call, args);
                self.ext_result(id, call, receiver, rest, &subst)
            }
            Some((Callee::Constructor, ty)) => {
                self.finish_closures(args, &[]);
                self.out.calls.insert(id, Callee::Constructor);
                (
                    self.constructed(ty.unwrap_or_default(), args),
                    Val::site(id),
                )
            }
            _ => {
                self.expr(callee);
                self.finish_closures(args, &[]);
                (Ty::Unknown, Val::site(id))
            }
        }
    }

    /// Arguments that are not closures.
    pub(super) fn open_args(&mut self, args: &[ExprId]) {
        for arg in args {
            if !matches!(self.out.body.expr(*arg), Expr::Closure(_)) {
                self.expr(*arg);
            }
        }
    }

    /// Closures among the arguments, with what is known of their parameters.
    pub(super) fn finish_closures(&mut self, args: &[ExprId], expected: &[Vec<Ty>]) {
        for (index, arg) in args.iter().enumerate() {
            if matches!(self.out.body.expr(*arg), Expr::Closure(_)) {
                self.closure(*arg, expected.get(index).map_or(&[], Vec::as_slice));
            }
        }
    }

    /// A call by `PgPool::begin(&pool)`: the first argument is the receiver.
    fn ufcs<'x>(&self, call: CallId, args: &'x [ExprId]) -> (Option<ExprId>, &'x [ExprId]) {
        let facts = self.defs().catalogue.call(call);
        let takes_self = facts.is_method
            && (facts.handle == Some(Operand::Receiver)
                || facts.same_as == Some(Operand::Receiver));
        match args.split_first() {
            Some((first, rest)) if takes_self => (Some(*first), rest),
            _ => (None, args),
        }
    }

    fn call_value(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) -> (Ty, Val) {
        self.finish_closures(args, &[]);
        match self.ty(callee).peeled().clone() {
            Ty::Closure(closure) => {
                self.out.calls.insert(id, Callee::Closure(closure));
                (self.closure_ret(closure), Val::site(id))
            }
            Ty::Fn(function) => self.own_result(id, vec![function], None, args, &[], true),
            Ty::FnPointer(_, ret) => ((*ret).clone(), Val::site(id)),
            ty @ (Ty::Param(_) | Ty::Bounded(_)) => (self.callable_ret(&ty), Val::site(id)),
            _ => (Ty::Unknown, Val::site(id)),
        }
    }

    /// The return type of a value bounded by `Fn(A) -> B`.
    fn callable_ret(&self, ty: &Ty) -> Ty {
        let bounds = self.types.bounds(ty, &self.out.scope);
        let signature = bounds.iter().find_map(|bound| match bound.args.first() {
            Some(Ty::FnPointer(_, ret)) => Some((**ret).clone()),
            _ => None,
        });
        signature.unwrap_or_default()
    }

    /// What a path in call position reaches, and the type it is called on.
    fn path_callee(&self, path: &'a PathRef, args: &[ExprId]) -> Option<(Callee, Option<Ty>)> {
        let (mut fns, mut constructor) = (Vec::new(), None);
        for found in self.defs().resolve_path(self.module(), path) {
            let is_whole = found.used == path.segments.len();
            match found.def {
                Def::Fn(function) if is_whole => fns.push(function),
                Def::Adt(adt) if is_whole => constructor = Some(Ty::Adt(adt, no_args())),
                Def::Variant(adt, _) if is_whole => constructor = Some(Ty::Adt(adt, no_args())),
                Def::Trait(of) if path.segments.len() == found.used + 1 => {
                    let member = path.segments[found.used].name;
                    let on_arg = args
                        .first()
                        .and_then(|arg| self.find_method(self.ty(*arg), member))
                        .map(|found| found.callee);
                    let (Callee::Own(found), _) = (
                        on_arg.unwrap_or_else(|| Callee::Own(self.defs().dispatch(of, member))),
                        (),
                    ) else {
                        continue;
                    };
                    fns.extend(found);
                }
                Def::Extern(extern_path) => {
                    if let Some(found) = self.extern_callee(extern_path, path) {
                        return Some(found);
                    }
                }
                _ => {}
            }
        }
        if !fns.is_empty() {
            return Some((Callee::Own(fns), None));
        }
        if let Some(ty) = constructor {
            return Some((Callee::Constructor, Some(ty)));
        }
        self.member_callee(path)
    }

    /// `sqlx::query`, `PgPool::connect`, `sqlx::PgPool::connect`.
    fn extern_callee(
        &self,
        extern_path: Name,
        written: &'a PathRef,
    ) -> Option<(Callee, Option<Ty>)> {
        let catalogue = self.defs().catalogue;
        if let Some(call) = catalogue.pick(catalogue.fns(&extern_path), self.versions()) {
            let owner = extern_path.rsplit_once("::").map(|(owner, _)| owner);
            let self_ty = owner.and_then(|owner| self.owner_ty(owner, written));
            return Some((Callee::Ext(call), self_ty));
        }
        let (owner, member) = extern_path.rsplit_once("::")?;
        let self_ty = self.owner_ty(owner, written)?;
        self.associated(&self_ty, Name::from(member))
            .map(|callee| (callee, Some(self_ty)))
    }

    fn owner_ty(&self, owner: &str, written: &'a PathRef) -> Option<Ty> {
        let args = written
            .segments
            .len()
            .checked_sub(2)
            .and_then(|index| written.segments.get(index));
        let args = args
            .map(|segment| segment.args.iter().map(|ty| self.written(ty)).collect())
            .unwrap_or_default();
        match self.defs().catalogue.path(owner)? {
            PathMeaning::Trait(_) => None,
            _ => Some(self.defs().extern_ty(Name::from(owner), args)),
        }
    }

    /// `Type::function` where the type is the workspace's, an alias, `Self` or a parameter.
    fn member_callee(&self, path: &'a PathRef) -> Option<(Callee, Option<Ty>)> {
        let (self_ty, member) = self.member_path(path)?;
        if path.segments.len() == 1 && path.qself.is_none() {
            return None;
        }
        let callee = self.associated(&self_ty, member)?;
        Some((callee, Some(self_ty)))
    }

    /// An associated function or method by its type.
    pub(super) fn associated(&self, self_ty: &Ty, member: Name) -> Option<Callee> {
        match self_ty {
            Ty::Ext(id, _) => {
                let catalogue = self.defs().catalogue;
                let path = format!("{}::{member}", catalogue.ty(*id).path);
                let calls = catalogue
                    .pick(catalogue.fns(&path), self.versions())
                    .or_else(|| catalogue.pick(catalogue.methods(*id, member), self.versions()));
                if let Some(call) = calls {
                    return Some(Callee::Ext(call));
                }
            }
            Ty::Param(_) | Ty::Bounded(_) => {
                return self.bound_method(self_ty, member).map(|found| found.callee);
            }
            _ => {}
        }
        let fns = self.defs().methods_of(self_ty, member);
        if fns.is_empty() {
            self.find_method(self_ty, member).map(|found| found.callee)
        } else {
            Some(Callee::Own(fns))
        }
    }

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
        (signature.ret.closed(&subst), Val::site(id))
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

    fn constructed(&self, ty: Ty, args: &[ExprId]) -> Ty {
        let Ty::Adt(adt, given) = &ty else { return ty };
        let facts = self.defs().adt(*adt);
        if !given.is_empty() || facts.generics.params.is_empty() {
            return ty;
        }
        let params: Vec<Ty> = facts
            .generics
            .params
            .iter()
            .map(|param| Ty::Param(param.name))
            .collect();
        let mut subst = Subst::default();
        for (field, arg) in facts.fields.iter().zip(args) {
            self.defs()
                .adt_member(*adt, &params, &field.ty)
                .unify(self.ty(*arg), &mut subst);
        }
        Ty::Adt(
            *adt,
            facts
                .generics
                .params
                .iter()
                .map(|param| subst.get(&param.name).cloned().unwrap_or_default())
                .collect(),
        )
    }

    fn bind_turbofish(&self, subst: &mut Subst, path: &'a PathRef, is_free: bool) {
        let Some(last) = path.segments.last() else {
            return;
        };
        if is_free {
            for (index, ty) in last.args.iter().enumerate() {
                subst.insert(name(&format!("T{index}")), self.written(ty));
            }
        }
    }

    /// What a catalogue type's parameters stand for.
    pub(super) fn ext_subst(&self, ty: &Ty) -> Subst {
        let mut subst = match ty.peeled() {
            Ty::Ext(id, args) => subst_of(&self.defs().catalogue.ty(*id).params, args),
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
            subst.insert(name(&format!("Arg{index}")), self.operand_ty(facts, *arg));
        }
        let params: Vec<Ty> = facts
            .closure_params
            .iter()
            .map(|ty| ty.closed(&subst))
            .collect();
        let closure = facts.closure.and_then(|operand| operand.of(receiver, args));
        let expected: Vec<Vec<Ty>> = args
            .iter()
            .map(|arg| {
                if Some(*arg) == closure {
                    params.clone()
                } else {
                    Vec::new()
                }
            })
            .collect();
        self.finish_closures(args, &expected);
        for (index, arg) in args.iter().enumerate() {
            if let Some(ret) = self.called_ret(*arg) {
                let ret = if facts.is_async {
                    self.types.await_output(&ret, &self.out.scope)
                } else {
                    ret
                };
                subst.insert(name(&format!("Closure{index}")), ret);
            }
        }
        self.out.calls.insert(id, Callee::Ext(call));
        let ret = facts.returns.closed(&subst);
        let ret = match facts.same_as.and_then(|operand| operand.of(receiver, args)) {
            Some(same) if facts.returns == Ty::Unknown => self.ty(same).clone(),
            _ => ret,
        };
        let ty = if facts.is_async {
            Ty::Future(ret.into())
        } else {
            ret
        };
        let val = match facts.same_as.and_then(|operand| operand.of(receiver, args)) {
            Some(same) => self.val(same).clone(),
            None => self
                .closure_value(facts, receiver, args)
                .unwrap_or_else(|| Val::site(id)),
        };
        (ty, val)
    }

    /// What the closure yields, where a call runs it and hands that on; its own parameters only where they are known to be the handle.
    fn closure_value(
        &self,
        facts: &crate::catalogue::ExtCall,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) -> Option<Val> {
        let handed_on = |ty: &Ty| matches!(ty, Ty::Param(name) if name.starts_with("Closure"));
        let is_handed_on = handed_on(&facts.returns) || facts.returns.args().iter().any(handed_on);
        let closure = facts.closure?.of(receiver, args)?;
        let Expr::Closure(facts_of) = self.out.body.expr(closure) else {
            return None;
        };
        let val = self.val(facts_of.body);
        let is_known = |root: super::Root| match root {
            super::Root::ClosureParam(of, _) => of != closure || facts.handle.is_some(),
            _ => true,
        };
        let known = !val.places().is_empty() && val.places().iter().all(|place| is_known(place.root));
        (facts.effect == Effect::CallClosure && is_handed_on && known).then(|| val.clone())
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

    /// The trait's own methods, where a bound is one of the catalogue's.
    pub(super) fn ext_trait_method(&self, of: TraitRef, member: Name) -> Option<CallId> {
        let TraitRef::Ext(id) = of else { return None };
        self.defs().catalogue.pick(
            self.defs().catalogue.trait_methods(id, member),
            self.versions(),
        )
    }
}
