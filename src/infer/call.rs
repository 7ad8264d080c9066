//! Calls by path to what they reach: functions, associated functions, constructors, closures, the catalogue's calls.

use super::{Callee, Val, Walk};
use crate::catalogue::{CallId, Operand, PathMeaning};
use crate::defs::Def;
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
        (
            Ty::Unknown,
            Val::site(self.macro_names.first(self.out.body, id)),
        )
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
            segments: owner.into(),
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
                let written = path.segments.last().map_or(&[][..], |last| &last.args);
                self.bind_turbofish(&mut subst, written);
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
                if let Some(call) = self.generated_callee(path) {
                    self.ext_result(id, call, None, args, &Subst::default())
                } else {
                    self.expr(callee);
                    self.finish_closures(args, &[]);
                    (Ty::Unknown, Val::site(id))
                }
            }
        }
    }

    /// `Entity::find(…)` of a type that a derive makes: sheets list such functions as `*::find`.
    fn generated_callee(&self, path: &PathRef) -> Option<CallId> {
        let last = path.segments.last().filter(|_| path.segments.len() > 1)?;
        let catalogue = self.defs().catalogue;
        catalogue.pick(catalogue.fns(&format!("*::{}", last.name)), self.versions())
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
                    let (Callee::Own(found), ()) = (
                        on_arg.unwrap_or_else(|| Callee::Own(self.defs().dispatch(of, member))),
                        (),
                    ) else {
                        continue;
                    };
                    fns.extend(found);
                }
                Def::Extern(extern_path) => {
                    if let Some(found) = self.extern_callee(extern_path, path, args) {
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
        args: &[ExprId],
    ) -> Option<(Callee, Option<Ty>)> {
        let catalogue = self.defs().catalogue;
        let calls = catalogue.fns(&extern_path);
        let call = match args.first().map(|arg| self.out.body.expr(*arg)) {
            Some(Expr::Str(text)) => catalogue.pick_given(calls, text, self.versions()),
            _ => catalogue.pick(calls, self.versions()),
        };
        if let Some(call) = call {
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
        if let [only] = &*path.segments
            && only.name == "Self"
        {
            let ty = self.written(&TypeRef::Path(path.clone()));
            return Some((Callee::Constructor, Some(ty)));
        }
        let (self_ty, member) = self.member_path(path)?;
        if self.is_variant(&self_ty, member) {
            return Some((Callee::Constructor, Some(self_ty)));
        }
        let callee = self.associated(&self_ty, member)?;
        Some((callee, Some(self_ty)))
    }

    /// `Self::Variant`
    fn is_variant(&self, ty: &Ty, member: Name) -> bool {
        let Ty::Adt(id, _) = ty else { return false };
        let mut variants = self.defs().adt(*id).variants.iter();
        variants.any(|variant| variant.name == member)
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

    /// The trait's own methods, where a bound is one of the catalogue's.
    pub(super) fn ext_trait_method(&self, of: TraitRef, member: Name) -> Option<CallId> {
        let TraitRef::Ext(id) = of else { return None };
        self.defs().catalogue.pick(
            self.defs().catalogue.trait_methods(id, member),
            self.versions(),
        )
    }
}
