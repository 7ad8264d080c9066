//! Method calls to what they reach: the type's own methods, its traits', those of bounds, each step of `Deref` in turn; last,
//! builders whose type nothing tells, known by name and by a handle among their operands.

use super::{Callee, Val, Walk};
use crate::catalogue::{CallId, Effect};
use crate::defs::Scope;
use crate::ir::{Expr, ExprId, Name, TypeRef};
use crate::ty::{Bound, TraitRef, Ty};

/// `Deref` chains longer than this are not followed.
const MAX_STEPS: usize = 12;

/// A method found on some step of `Deref`.
pub(super) struct Found {
    /// What it reaches.
    pub callee: Callee,
    /// The type it was found on.
    pub on: Ty,
}

impl Walk<'_, '_> {
    /// A chain's link (method call, field, `.await`, `?`), after what it hangs on.
    pub(super) fn chained(&mut self, id: ExprId, receiver: ExprId) -> (Ty, Val) {
        self.receiver_chain(receiver);
        self.link(id)
    }

    /// A method call whose receiver is done: arguments, what it reaches, closures.
    fn method(
        &mut self,
        id: ExprId,
        receiver: ExprId,
        method: Name,
        turbofish: &[TypeRef],
        args: &[ExprId],
    ) -> (Ty, Val) {
        self.open_args(args);
        self.note_mutation(id, receiver, method, args);
        let (call, on) = match self.find_method(self.ty(receiver), method) {
            Some(Found {
                callee: Callee::Own(fns),
                on,
            }) => {
                return self.own_result(id, fns, Some(&on), args, turbofish, false);
            }
            Some(Found {
                callee: Callee::Ext(call),
                on,
            }) => (Some(call), on),
            _ => (
                self.any_method(receiver, method, args),
                self.ty(receiver).clone(),
            ),
        };
        let Some(call) = call else {
            self.finish_closures(args, &[]);
            return (Ty::Unknown, Val::site(id));
        };
        self.sort(call, receiver);
        let mut subst = self.ext_subst(&on);
        self.bind_turbofish(&mut subst, turbofish);
        let (ty, val) = self.ext_result(id, call, Some(receiver), args, &subst);
        // `collect::<BTreeMap<_, _>>()` says what the sheet can't.
        match turbofish {
            [only] if method == "collect" => (self.written(only), val),
            _ => (ty, val),
        }
    }

    /// Receivers nest as deep as chains are long, so the chain is walked from its root up.
    fn receiver_chain(&mut self, receiver: ExprId) {
        let (root, links) = self.out.body.chain(receiver);
        self.expr(root);
        for link in links {
            let (ty, val) = self.link(link);
            self.out.tys[link.index()] = ty;
            self.out.vals[link.index()] = val;
        }
    }

    /// One link of a chain whose receiver is done.
    fn link(&mut self, id: ExprId) -> (Ty, Val) {
        let body = self.out.body;
        match body.expr(id) {
            Expr::Await(inner) => self.await_link(id, *inner),
            // `T` of `Option<T>`, `Result<T, E>`.
            Expr::Try(inner) => (
                self.ty(*inner)
                    .peeled()
                    .args()
                    .first()
                    .cloned()
                    .unwrap_or_default(),
                self.val(*inner).clone(),
            ),
            Expr::Field { base, name } => {
                (self.field_ty(*base, *name), self.field_val(*base, *name))
            }
            Expr::Method {
                receiver,
                name,
                turbofish,
                args,
                ..
            } => self.method(id, *receiver, *name, turbofish, args),
            _ => (Ty::Unknown, Val::None),
        }
    }

    /// `s.push_str(…)`, `builder.push(…)` on a local: what it adds, in order.
    fn note_mutation(&mut self, id: ExprId, receiver: ExprId, method: Name, args: &[ExprId]) {
        if let Expr::Local(local) = self.out.body.expr(receiver)
            && matches!(
                method.as_str(),
                "push"
                    | "push_str"
                    | "push_bind"
                    | "push_values"
                    | "extend"
                    | "insert"
                    | "write_str"
                    | "insert_str"
            )
            && !args.is_empty()
        {
            self.out.appended.entry(*local).or_default().push(id);
        }
    }

    fn sort(&mut self, call: CallId, receiver: ExprId) {
        if self.defs().catalogue.call(call).effect != Effect::Sort {
            return;
        }
        let body = self.out.body;
        let mut place = receiver;
        while let Expr::Ref(inner, _) | Expr::Deref(inner) | Expr::Index(inner, _) =
            body.expr(place)
        {
            place = *inner;
        }
        if let Expr::Local(local) = body.expr(place) {
            self.out.sorted.push(*local);
        }
    }

    /// The first step of `Deref` that has the method.
    pub(super) fn find_method(&self, ty: &Ty, method: Name) -> Option<Found> {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            if let Some(found) = self.method_on(&ty, method) {
                return Some(found);
            }
            ty = self.types.step(&ty, &self.out.scope)?;
        }
        None
    }

    fn method_on(&self, ty: &Ty, method: Name) -> Option<Found> {
        if matches!(ty, Ty::Param(_) | Ty::Bounded(_)) {
            return self.bound_method(ty, method);
        }
        if matches!(ty, Ty::Ref(..) | Ty::Unknown) {
            return None;
        }
        let fns = self.defs().methods_of(ty, method);
        if !fns.is_empty() {
            return Some(Found {
                callee: Callee::Own(fns),
                on: ty.clone(),
            });
        }
        let catalogue = self.defs().catalogue;
        let call = match ty {
            Ty::Ext(id, _) => catalogue.pick(catalogue.methods(*id, method), self.versions()),
            Ty::Slice(_) => self.slice_method(ty, method),
            Ty::Adt(..) => self.implemented_method(ty, method),
            Ty::Future(_) => return self.future_method(ty, method),
            _ => None,
        }?;
        Some(Found {
            callee: Callee::Ext(call),
            on: ty.clone(),
        })
    }

    /// Slices and arrays have what a list has.
    fn slice_method(&self, ty: &Ty, method: Name) -> Option<CallId> {
        let Ty::Slice(element) = ty else { return None };
        match self.std_ty("Vec", &[(**element).clone()]) {
            Ty::Ext(id, _) => self
                .defs()
                .catalogue
                .pick(self.defs().catalogue.methods(id, method), self.versions()),
            _ => None,
        }
    }

    /// A catalogue trait's method on a workspace type that implements it.
    fn implemented_method(&self, ty: &Ty, method: Name) -> Option<CallId> {
        let traits = self.defs().impls_of(ty).into_iter().filter_map(|block| {
            self.defs()
                .implementation(block)
                .of_trait
                .as_ref()
                .map(|bound| bound.of)
        });
        traits
            .chain(self.defs().derived_traits(ty))
            .find_map(|of| self.ext_trait_method(of, method))
    }

    /// Methods on a future (`.instrument(span)`, `.boxed()`) leave it the future it is.
    fn future_method(&self, ty: &Ty, method: Name) -> Option<Found> {
        let catalogue = self.defs().catalogue;
        let Some(crate::catalogue::PathMeaning::Type(id)) = catalogue.path("std::future::Future")
        else {
            return None;
        };
        let call = catalogue.pick(catalogue.methods(id, method), self.versions())?;
        Some(Found {
            callee: Callee::Ext(call),
            on: ty.clone(),
        })
    }

    /// A method of a parameter's or trait object's bounds, supertraits included.
    pub(super) fn bound_method(&self, ty: &Ty, method: Name) -> Option<Found> {
        let bounds = self.types.bounds(ty, &self.out.scope);
        bounds
            .iter()
            .find_map(|bound| self.method_of_bound(bound, method, 0))
            .map(|callee| Found {
                callee,
                on: ty.clone(),
            })
    }

    fn method_of_bound(&self, bound: &Bound, method: Name, depth: usize) -> Option<Callee> {
        match bound.of {
            TraitRef::Own(id) => {
                let fns = self.defs().dispatch(id, method);
                if !fns.is_empty() {
                    return Some(Callee::Own(fns));
                }
                let of = self.defs().of_trait(id);
                let scope = Scope::plain(of.module);
                let supers = of
                    .ir
                    .supers
                    .iter()
                    .filter_map(|path| self.defs().bound(path, &scope))
                    .collect::<Vec<_>>();
                if depth >= MAX_STEPS {
                    return None;
                }
                supers
                    .iter()
                    .find_map(|bound| self.method_of_bound(bound, method, depth + 1))
            }
            TraitRef::Ext(_) => self.ext_trait_method(bound.of, method).map(Callee::Ext),
            TraitRef::Foreign(_) => None,
        }
    }

    /// Builders of unknown type: the entry counts when its handle operand is a handle of the same client, when it changes nothing, or when
    /// nothing matters but what it is given.
    fn any_method(&self, receiver: ExprId, method: Name, args: &[ExprId]) -> Option<CallId> {
        let catalogue = self.defs().catalogue;
        let calls = catalogue.any_methods(method);
        let fits = |id: &&CallId| {
            let facts = catalogue.call(**id);
            match facts
                .handle
                .and_then(|operand| operand.of(Some(receiver), args))
            {
                Some(handle) => self
                    .types
                    .leads_to(self.ty(handle), &self.out.scope, facts.sheet),
                None => {
                    facts.handle.is_none()
                        && (facts.same_as.is_some()
                            || matches!(facts.effect, Effect::Build | Effect::Respond))
                }
            }
        };
        let in_force: Vec<CallId> = calls
            .iter()
            .filter(|id| catalogue.is_in_force(**id, self.versions()))
            .filter(fits)
            .copied()
            .collect();
        // A terminal with a handle beats a mere relay of the same name.
        in_force
            .iter()
            .find(|id| catalogue.call(**id).handle.is_some())
            .or_else(|| in_force.first())
            .copied()
    }

    /// `.await` of a future, or of an action of the catalogue (`collection.insert_one(…)`), which runs and yields something new.
    fn await_link(&mut self, id: ExprId, inner: ExprId) -> (Ty, Val) {
        let ty = self.types.await_output(self.ty(inner), &self.out.scope);
        let Some(call) = self.types.action(self.ty(inner)) else {
            return (ty, self.awaited(inner));
        };
        self.out.calls.insert(id, Callee::Ext(call));
        (ty, Val::site(id))
    }

    /// A future's value is that of the block it runs.
    pub(super) fn awaited(&self, inner: ExprId) -> Val {
        self.val(inner).map(|place| match place.root {
            super::Root::Site(site) => match self.out.body.expr(site) {
                Expr::Async { body, .. } => {
                    self.val(*body).map(|value| Val::One(place.rebased(value)))
                }
                _ => Val::One(place.clone()),
            },
            _ => Val::One(place.clone()),
        })
    }
}
