//! Expressions to types and values, in evaluation order.

use super::{Root, Val, Walk, name};
use crate::defs::Def;
use crate::ir::{Block, Expr, ExprId, Name, PathRef, Stmt, TypeRef};
use crate::ty::{Subst, Ty};

impl<'a> Walk<'_, 'a> {
    /// Finds an expression's type and value, after those of its parts.
    pub(super) fn expr(&mut self, id: ExprId) {
        let (ty, val) = self.eval(id);
        self.out.tys[id.index()] = ty;
        self.out.vals[id.index()] = val;
    }

    fn eval(&mut self, id: ExprId) -> (Ty, Val) {
        let body = self.out.body;
        match body.expr(id) {
            Expr::Local(local) => {
                let val = self.out.local_vals[local.index()]
                    .clone()
                    .or_else(|| Val::root(Root::Local(*local)));
                (self.out.local_tys[local.index()].clone(), val)
            }
            Expr::Path(path) => self.path(id, path),
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Method { receiver, .. }
            | Expr::Await(receiver)
            | Expr::Try(receiver)
            | Expr::Field { base: receiver, .. } => self.chained(id, *receiver),
            Expr::Ref(inner, mutable) => {
                self.expr(*inner);
                (
                    Ty::Ref(self.ty(*inner).clone().into(), *mutable),
                    self.val(*inner).clone(),
                )
            }
            Expr::Deref(inner) => {
                self.expr(*inner);
                (
                    self.types
                        .step(self.ty(*inner), &self.out.scope)
                        .unwrap_or_default(),
                    self.types.behind(self.ty(*inner), self.val(*inner)),
                )
            }
            Expr::Cast(inner, ty) => {
                self.expr(*inner);
                (self.written(ty), self.val(*inner).clone())
            }
            Expr::Block(block) => self.block(block),
            Expr::Async { body, .. } => {
                self.expr(*body);
                (Ty::Future(self.ty(*body).clone().into()), Val::site(id))
            }
            Expr::If { .. } | Expr::Match { .. } | Expr::Let { .. } | Expr::Logic { .. } => {
                self.branch(id)
            }
            Expr::Loop { .. } | Expr::While { .. } | Expr::For { .. } => self.looped(id),
            Expr::Closure(_) => {
                self.closure(id, &[]);
                (Ty::Closure(id), Val::site(id))
            }
            Expr::Struct { path, fields, rest } => self.literal(id, path, fields, *rest),
            Expr::Macro(call) => self.macro_call(id, call),
            _ => self.plain(id),
        }
    }

    /// Expressions that only hold others.
    fn plain(&mut self, id: ExprId) -> (Ty, Val) {
        let body = self.out.body;
        match body.expr(id) {
            Expr::Tuple(parts) => {
                self.exprs(parts);
                (
                    Ty::Tuple(parts.iter().map(|part| self.ty(*part).clone()).collect()),
                    Val::site(id),
                )
            }
            Expr::Array(parts) => {
                self.exprs(parts);
                let element = parts
                    .first()
                    .map(|part| self.ty(*part).clone())
                    .unwrap_or_default();
                (Ty::Slice(element.into()), Val::site(id))
            }
            Expr::Index(base, index) => {
                self.exprs(&[*base, *index]);
                (
                    self.types.element(self.ty(*base), &self.out.scope),
                    self.field_val(*base, name("[]")),
                )
            }
            Expr::Assign { place, value, op } => {
                self.exprs(&[*place, *value]);
                self.assign(*place, *value, *op);
                (Ty::unit(), Val::None)
            }
            Expr::Binary(left, right) | Expr::Compare(_, left, right) => {
                self.exprs(&[*left, *right]);
                (Ty::Unknown, Val::site(id))
            }
            Expr::Unary(inner) => {
                self.expr(*inner);
                (Ty::Unknown, Val::site(id))
            }
            Expr::Range(from, to) => {
                self.maybe(*from);
                self.maybe(*to);
                (Ty::Unknown, Val::site(id))
            }
            Expr::Return(value) | Expr::Break(_, value) => {
                self.maybe(*value);
                (Ty::Never, Val::None)
            }
            Expr::Continue(_) => (Ty::Never, Val::None),
            _ => (Ty::Unknown, Val::site(id)),
        }
    }

    pub(super) fn exprs(&mut self, ids: &[ExprId]) {
        for id in ids {
            self.expr(*id);
        }
    }

    pub(super) fn maybe(&mut self, id: Option<ExprId>) {
        if let Some(id) = id {
            self.expr(id);
        }
    }

    fn assign(&mut self, place: ExprId, value: ExprId, op: bool) {
        let Expr::Local(local) = self.out.body.expr(place) else {
            return;
        };
        if op {
            self.out.appended.entry(*local).or_default().push(value);
        } else {
            self.bind(*local, self.ty(value).clone(), self.val(value).clone());
        }
    }

    fn block(&mut self, block: &'a Block) -> (Ty, Val) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let {
                    pat,
                    ty,
                    init,
                    or_else,
                } => self.let_stmt(*pat, ty.as_ref(), *init, *or_else),
                Stmt::Semi(id) => self.expr(*id),
            }
        }
        match block.tail {
            Some(tail) => {
                self.expr(tail);
                (self.ty(tail).clone(), self.val(tail).clone())
            }
            None => (Ty::unit(), Val::None),
        }
    }

    fn let_stmt(
        &mut self,
        pat: crate::ir::PatId,
        ty: Option<&'a TypeRef>,
        init: Option<ExprId>,
        or_else: Option<ExprId>,
    ) {
        self.maybe(init);
        self.maybe(or_else);
        let inferred = init.map(|id| self.ty(id).clone()).unwrap_or_default();
        let declared = ty.map(|ty| self.written(ty)).unwrap_or_default();
        let ty = if declared.is_known() {
            merge(declared, inferred)
        } else {
            inferred
        };
        let val = init.map(|id| self.val(id).clone()).unwrap_or_default();
        self.bind_pat(pat, &ty, &val);
    }

    fn branch(&mut self, id: ExprId) -> (Ty, Val) {
        let body = self.out.body;
        match body.expr(id) {
            Expr::If {
                cond,
                then,
                or_else,
            } => {
                self.exprs(&[*cond, *then]);
                self.maybe(*or_else);
                self.either(
                    &[Some(*then), *or_else]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>(),
                )
            }
            Expr::Let { pat, value } => {
                self.expr(*value);
                self.bind_pat(*pat, &self.ty(*value).clone(), &self.val(*value).clone());
                (Ty::Unknown, Val::None)
            }
            Expr::Logic { left, right, .. } => {
                self.exprs(&[*left, *right]);
                (Ty::Unknown, Val::None)
            }
            Expr::Match { value, arms } => {
                self.expr(*value);
                let (ty, val) = (self.ty(*value).clone(), self.val(*value).clone());
                for arm in arms {
                    self.bind_pat(arm.pat, &ty, &val);
                    self.maybe(arm.guard);
                    self.expr(arm.body);
                }
                self.either(&arms.iter().map(|arm| arm.body).collect::<Vec<_>>())
            }
            _ => (Ty::Unknown, Val::None),
        }
    }

    /// What one of several branches yields.
    pub(super) fn either(&self, branches: &[ExprId]) -> (Ty, Val) {
        let known = |id: &&ExprId| self.ty(**id).is_known() && *self.ty(**id) != Ty::Never;
        let ty = branches
            .iter()
            .find(known)
            .map(|id| self.ty(*id).clone())
            .unwrap_or_default();
        let yields = branches.iter().filter(|id| *self.ty(**id) != Ty::Never);
        (
            ty,
            yields
                .map(|id| self.val(*id).clone())
                .fold(Val::None, Val::or),
        )
    }

    fn looped(&mut self, id: ExprId) -> (Ty, Val) {
        let body = self.out.body;
        match body.expr(id) {
            Expr::Loop { body: inner, .. } => {
                self.expr(*inner);
                let breaks = breaks_of(body, *inner);
                self.either(&breaks)
            }
            Expr::While {
                cond, body: inner, ..
            } => {
                self.exprs(&[*cond, *inner]);
                (Ty::unit(), Val::None)
            }
            Expr::For {
                pat,
                iter,
                body: inner,
                ..
            } => {
                self.expr(*iter);
                let element = self.types.element(self.ty(*iter), &self.out.scope);
                let val = self.field_val(*iter, name("[]"));
                self.bind_pat(*pat, &element, &val);
                self.expr(*inner);
                (Ty::unit(), Val::None)
            }
            _ => (Ty::Unknown, Val::None),
        }
    }

    fn literal(
        &mut self,
        id: ExprId,
        path: &'a PathRef,
        fields: &[(Name, ExprId)],
        rest: Option<ExprId>,
    ) -> (Ty, Val) {
        for (_, value) in fields {
            self.expr(*value);
        }
        self.maybe(rest);
        let written = self.written(&TypeRef::Path(path.clone()));
        let ty = match written {
            Ty::Adt(adt, args) if args.is_empty() => {
                let generics = self.defs().adt(adt).generics;
                let mut subst = Subst::default();
                for (field, value) in fields {
                    let params: Vec<Ty> = generics
                        .params
                        .iter()
                        .map(|param| Ty::Param(param.name))
                        .collect();
                    if let Some(declared) = self.defs().field_ty(adt, &params, *field) {
                        declared.unify(self.ty(*value), &mut subst);
                    }
                }
                Ty::Adt(
                    adt,
                    generics
                        .params
                        .iter()
                        .map(|param| subst.get(&param.name).cloned().unwrap_or_default())
                        .collect(),
                )
            }
            Ty::Unknown => self.variant_ty(path).unwrap_or_default(),
            known => known,
        };
        (ty, Val::site(id))
    }

    fn variant_ty(&self, path: &PathRef) -> Option<Ty> {
        self.defs()
            .resolve_path(self.module(), path)
            .into_iter()
            .find_map(|found| match found.def {
                Def::Variant(adt, _) => Some(Ty::Adt(adt, crate::ty::no_args())),
                _ => None,
            })
    }

    /// A type of the standard library, as sheets name it for short.
    pub(super) fn std_ty(&self, short: &str, args: &[Ty]) -> Ty {
        match self.defs().catalogue.std_path(name(short)) {
            Some(path) => self.defs().extern_ty(path, args.into()),
            None => Ty::Unknown,
        }
    }
}

impl Val {
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::None { other() } else { self }
    }
}

/// `Vec<_>` said, `Vec<Pool>` known: the declared head with the inferred parts.
pub(super) fn merge(declared: Ty, inferred: Ty) -> Ty {
    let unsaid = declared.args().iter().any(|arg| !arg.is_known());
    match (&declared, &inferred) {
        (Ty::Ext(a, _), Ty::Ext(b, _)) if unsaid && a == b => inferred,
        (Ty::Adt(a, _), Ty::Adt(b, _)) if unsaid && a == b => inferred,
        _ => declared,
    }
}

/// Values of the `break`s that leave a loop; those of inner loops without label are theirs.
fn breaks_of(body: &crate::ir::Body, inside: ExprId) -> Vec<ExprId> {
    let range = body.range(inside);
    let mut found = Vec::new();
    for (index, expr) in body.exprs.iter().enumerate() {
        if let Expr::Break(_, Some(value)) = expr {
            let at = body.ranges[index];
            if at.start >= range.start && at.end <= range.end {
                found.push(*value);
            }
        }
    }
    found
}
