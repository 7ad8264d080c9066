//! Types that can hold a handle, in a field however deep, behind a trait or by a bound.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalogue::Role;
use crate::defs::{AdtId, Defs, FnId, Scope, TraitId, ValueDef};
use crate::ir::Name;
use crate::ty::{Bound, TraitRef, Ty};

/// A type or trait of the workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Adt(AdtId),
    Trait(TraitId),
}

/// Those that can hold a handle.
pub(super) struct Carriers(FxHashSet<Holder>);

impl Carriers {
    /// Those whose parts hold one, then those that these are parts of, until nothing changes.
    pub(super) fn find(defs: &Defs<'_>) -> Self {
        let adts = (0..defs.adts.len() as u32).map(|id| Holder::Adt(AdtId(id)));
        let traits = (0..defs.traits.len() as u32).map(|id| Holder::Trait(TraitId(id)));
        let holders: Vec<Holder> = adts.chain(traits).collect();
        let parts = holders.into_par_iter().map(|whole| match whole {
            Holder::Adt(id) => (whole, of_adt(defs, id)),
            Holder::Trait(id) => (whole, of_trait(defs, id)),
        });
        let mut parts_of: FxHashMap<Holder, Vec<Holder>> = FxHashMap::default();
        let mut queue = Vec::new();
        for (whole, parts) in parts.collect::<Vec<_>>() {
            if parts.has_handle {
                queue.push(whole);
            }
            for part in parts.holders {
                parts_of.entry(part).or_default().push(whole);
            }
        }
        let mut found = FxHashSet::default();
        while let Some(holder) = queue.pop() {
            if found.insert(holder) {
                queue.extend(parts_of.get(&holder).into_iter().flatten());
            }
        }
        Self(found)
    }

    /// Whether a value of this type can hold a handle, or is a closure or future that is run for somebody.
    pub(super) fn carries_or_runs(&self, defs: &Defs<'_>, ty: &Ty, scope: &Scope<'_>) -> bool {
        let parts = Parts::of(defs, ty, scope);
        parts.has_code || self.has_any(&parts)
    }

    /// Whether a value of this type can hold a handle.
    pub(super) fn carries(&self, defs: &Defs<'_>, ty: &Ty, scope: &Scope<'_>) -> bool {
        self.has_any(&Parts::of(defs, ty, scope))
    }

    fn has_any(&self, parts: &Parts) -> bool {
        parts.has_handle || parts.holders.iter().any(|holder| self.0.contains(holder))
    }

    /// Whether a static or constant holds one.
    pub(super) fn is_kept_in(&self, defs: &Defs<'_>, value: &ValueDef<'_>) -> bool {
        let scope = Scope::plain(value.module);
        self.carries(defs, &defs.ty(value.ty, &scope), &scope)
    }

    /// Names of the statics that hold one.
    pub(super) fn statics(&self, defs: &Defs<'_>) -> FxHashSet<Name> {
        defs.values
            .iter()
            .filter(|value| self.is_kept_in(defs, value))
            .map(|value| value.name)
            .collect()
    }

    /// Names of the types and aliases, the clients' included.
    pub(super) fn names(&self, defs: &Defs<'_>) -> FxHashSet<Name> {
        let types = defs
            .catalogue
            .types()
            .filter(|ty| ty.role.is_some_and(is_clients) && defs.uses(ty.sheet));
        let mut names: FxHashSet<Name> = types.map(|ty| last(ty.path)).collect();
        for holder in &self.0 {
            names.insert(match holder {
                Holder::Adt(id) => defs.adt(*id).name,
                Holder::Trait(id) => defs.of_trait(*id).name,
            });
        }
        for alias in &defs.aliases {
            let scope = Scope::plain(alias.module);
            if self.carries(defs, &defs.ty(alias.ty, &scope), &scope) {
                names.insert(alias.name);
            }
        }
        names
    }
}

/// The name of the type or trait that a function is associated with.
pub(super) fn owner(defs: &Defs<'_>, id: FnId) -> Option<Name> {
    let function = defs.function(id);
    if let Some(of) = function.in_trait {
        return Some(defs.of_trait(of).name);
    }
    match defs.implementation(function.in_impl?).self_ty.peeled() {
        Ty::Adt(id, _) => Some(defs.adt(*id).name),
        _ => None,
    }
}

/// What a type is made of.
#[derive(Default)]
struct Parts {
    has_handle: bool,
    has_code: bool,
    holders: Vec<Holder>,
}

impl Parts {
    fn of(defs: &Defs<'_>, ty: &Ty, scope: &Scope<'_>) -> Self {
        let mut parts = Self::default();
        parts.add(defs, ty, scope, 0);
        parts
    }

    fn add(&mut self, defs: &Defs<'_>, ty: &Ty, scope: &Scope<'_>, depth: usize) {
        if depth > 8 {
            return;
        }
        match ty {
            Ty::Ext(id, _) => {
                let facts = defs.catalogue.ty(*id);
                self.has_handle |= facts.role.is_some_and(is_clients) || !facts.fields.is_empty();
            }
            Ty::Adt(id, _) => self.holders.push(Holder::Adt(*id)),
            Ty::Param(name) => {
                let bounds = defs.bounds_of(*name, scope);
                bounds
                    .iter()
                    .for_each(|bound| self.add_bound(defs, bound, scope, depth));
            }
            Ty::Bounded(bounds) => bounds
                .iter()
                .for_each(|bound| self.add_bound(defs, bound, scope, depth)),
            Ty::Ref(inner, _) | Ty::Slice(inner) | Ty::Future(inner) => {
                self.add(defs, inner, scope, depth + 1);
            }
            Ty::FnPointer(params, ret) => {
                self.has_code = true;
                for ty in params.iter().chain([&**ret]) {
                    self.add(defs, ty, scope, depth + 1);
                }
            }
            _ => {}
        }
        for arg in ty.args() {
            self.add(defs, arg, scope, depth + 1);
        }
    }

    fn add_bound(&mut self, defs: &Defs<'_>, bound: &Bound, scope: &Scope<'_>, depth: usize) {
        match bound.of {
            TraitRef::Own(id) => self.holders.push(Holder::Trait(id)),
            TraitRef::Ext(id) => {
                let facts = defs.catalogue.of_trait(id);
                self.has_handle |= facts.role.is_some();
                self.has_code |= is_code(facts.path);
            }
            TraitRef::Foreign(path) => self.has_code |= is_code(path),
        }
        let bindings = bound.bindings.iter().map(|(_, ty)| ty);
        for ty in bound.args.iter().chain(bindings) {
            self.add(defs, ty, scope, depth + 1);
        }
    }
}

fn of_adt(defs: &Defs<'_>, id: AdtId) -> Parts {
    let adt = defs.adt(id);
    let mut scope = Scope::plain(adt.module);
    scope.generics.push(adt.generics);
    let mut parts = Parts::default();
    let fields = adt.variants.iter().flat_map(|variant| &variant.fields);
    for field in adt.fields.iter().chain(fields) {
        parts.add(defs, &defs.ty(&field.ty, &scope), &scope, 0);
    }
    // What derefs to a handle, or is a client's executor, stands for one.
    for block in defs.impls_of(&Ty::Adt(id, crate::ty::no_args())) {
        let block = defs.implementation(block);
        if let Some(bound) = &block.of_trait {
            let scope = Scope::plain(block.module);
            if let TraitRef::Ext(_) = bound.of {
                parts.add_bound(defs, bound, &scope, 0);
            }
        }
        let scope = Scope::plain(block.module);
        for (_, written) in &block.ir.types {
            parts.add(defs, &defs.ty(written, &scope), &scope, 0);
        }
    }
    parts
}

/// A trait holds what its implementations hold, and what its methods take and give.
fn of_trait(defs: &Defs<'_>, id: TraitId) -> Parts {
    let of = defs.of_trait(id);
    let scope = Scope::plain(of.module);
    let mut parts = Parts::default();
    for bound in of
        .ir
        .supers
        .iter()
        .filter_map(|path| defs.bound(path, &scope))
    {
        parts.add_bound(defs, &bound, &scope, 0);
    }
    for block in defs.impls_of_trait(TraitRef::Own(id)) {
        let block = defs.implementation(*block);
        parts.add(defs, &block.self_ty, &Scope::plain(block.module), 0);
    }
    for function in &of.ir.fns {
        let mut scope = scope.clone();
        scope.generics.push(&function.generics);
        for written in function.params.iter().chain([&function.ret]) {
            parts.add(defs, &defs.ty(written, &scope), &scope, 0);
        }
    }
    parts
}

fn is_code(path: Name) -> bool {
    let last = path.rsplit("::").next().unwrap_or_default();
    matches!(
        last,
        "Fn" | "FnMut"
            | "FnOnce"
            | "AsyncFn"
            | "AsyncFnMut"
            | "AsyncFnOnce"
            | "Future"
            | "IntoFuture"
            | "Stream"
    )
}

/// The parts that only clients' types play.
pub(super) fn is_clients(role: Role) -> bool {
    !matches!(
        role,
        Role::Mutex
            | Role::MutexGuard
            | Role::Wrapper
            | Role::SharedState
            | Role::Once
            | Role::HashOrder
            | Role::Sorted
            | Role::List
            | Role::Futures
    )
}

/// The last segment of a path.
pub(super) fn last(path: Name) -> Name {
    path.rsplit_once("::")
        .map_or(path, |(_, last)| Name::from(last))
}
