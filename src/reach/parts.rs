//! What types are made of, as they are declared.

use std::ops::BitOr;

use rustc_hash::FxHashSet;

use super::carriers::Holder;
use super::kinds::{Kinds, Meanings};
use crate::defs::{AdtId, Defs, Scope, TraitId};
use crate::ir::Name;
use crate::ty::{Bound, TraitRef, Ty};

/// What a type is made of.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) held: Side,
    /// What its code is given or returns.
    pub(super) given: Side,
    pub(super) has_code: bool,
}

/// Kinds that are told, and types of the workspace that tell others.
#[derive(Default)]
pub(super) struct Side {
    pub(super) kinds: Kinds,
    pub(super) holders: Vec<Holder>,
}

/// Where a part of a type stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    in_code: bool,
}

impl Place {
    const TOP: Self = Self {
        depth: 0,
        in_code: false,
    };

    fn below(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    fn in_code(self, is: bool) -> Self {
        Self {
            in_code: self.in_code || is,
            ..self
        }
    }
}

impl Parts {
    pub(super) fn of<'a>(
        defs: &Defs<'a>,
        meanings: &Meanings<'a>,
        ty: &Ty,
        scope: &Scope<'a>,
    ) -> Self {
        let mut parts = Self::default();
        parts.walk((defs, meanings), scope).add(ty, Place::TOP);
        parts
    }

    fn walk<'p, 'a>(&'p mut self, known: Known<'p, 'a>, scope: &'p Scope<'a>) -> Walk<'p, 'a> {
        Walk {
            known,
            scope,
            params: FxHashSet::default(),
            parts: self,
        }
    }

    fn side(&mut self, place: Place) -> &mut Side {
        if place.in_code {
            &mut self.given
        } else {
            &mut self.held
        }
    }
}

/// Adds types that are written in one scope.
struct Walk<'p, 'a> {
    known: Known<'p, 'a>,
    scope: &'p Scope<'a>,
    /// Type parameters that were seen, in code or not: bounds name other parameters, whose bounds name these again.
    params: FxHashSet<(Name, bool)>,
    parts: &'p mut Parts,
}

impl Walk<'_, '_> {
    fn add(&mut self, ty: &Ty, place: Place) {
        if place.depth > 8 {
            return;
        }
        let (defs, meanings) = self.known;
        match ty {
            Ty::Ext(id, _) => self.parts.side(place).kinds |= meanings.of_type(*id),
            Ty::Adt(id, _) => self.parts.side(place).holders.push(Holder::Adt(*id)),
            Ty::Param(name) if self.params.insert((*name, place.in_code)) => {
                for bound in &defs.bounds_of(*name, self.scope) {
                    self.add_bound(bound, place);
                }
            }
            Ty::Bounded(bounds) => bounds.iter().for_each(|bound| self.add_bound(bound, place)),
            Ty::Ref(inner, _) => self.add(inner, place.below()),
            Ty::Slice(inner) => {
                self.parts.side(place).kinds |= meanings.named_type(Name::from("Vec"));
                self.add(inner, place.below());
            }
            Ty::Future(inner) => {
                self.parts.side(place).kinds |= meanings.named_type(Name::from("Future"));
                self.add(inner, place.below());
            }
            Ty::FnPointer(params, ret) => {
                self.parts.has_code = true;
                for ty in params.iter().chain([&**ret]) {
                    self.add(ty, place.below().in_code(true));
                }
            }
            _ => {}
        }
        for arg in ty.args() {
            self.add(arg, place.below());
        }
    }

    fn add_bound(&mut self, bound: &Bound, place: Place) {
        let (defs, meanings) = self.known;
        let side = self.parts.side(place);
        let code = match bound.of {
            TraitRef::Own(id) => {
                side.holders.push(Holder::Trait(id));
                false
            }
            TraitRef::Ext(id) => {
                side.kinds |= meanings.of_trait(id);
                is_code(&defs.catalogue.of_trait(id).path)
            }
            // Nobody knows what the methods of other crates' traits give.
            TraitRef::Foreign(path) if path.contains("::") && !path.starts_with("std::") => return,
            TraitRef::Foreign(path) => is_code(&path),
        };
        self.parts.has_code |= code;
        let bindings = bound.bindings.iter().map(|(_, ty)| ty);
        for ty in bound.args.iter().chain(bindings) {
            self.add(ty, place.below().in_code(code));
        }
    }
}

/// What types are told by.
type Known<'d, 'a> = (&'d Defs<'a>, &'d Meanings<'a>);

/// Of a struct, enum or union.
pub(super) fn of_adt<'a>(defs: &Defs<'a>, meanings: &Meanings<'a>, id: AdtId) -> Parts {
    let known = (defs, meanings);
    let adt = defs.adt(id);
    let mut scope = Scope::plain(adt.module);
    scope.generics.push(adt.generics);
    let mut parts = Parts::default();
    let fields = adt.variants.iter().flat_map(|variant| &variant.fields);
    for field in adt.fields.iter().chain(fields) {
        let ty = defs.ty(&field.ty, &scope);
        parts.walk(known, &scope).add(&ty, Place::TOP);
    }
    let attributes = adt.attrs.paths.iter();
    let attributes = attributes.map(|path| Name::from(path.rsplit("::").next().unwrap_or(path)));
    let derived = adt.attrs.derives.iter().copied().chain(attributes);
    let derived = derived.map(|name| meanings.named_type(name).without(Kinds::HANDLE));
    parts.held.kinds = derived.fold(parts.held.kinds, BitOr::bitor);
    // What derefs to a handle, or is a client's executor, stands for one.
    for block in defs.impls_of(&Ty::Adt(id, crate::ty::no_args())) {
        let block = defs.implementation(block);
        if let Some(bound) = &block.of_trait {
            let scope = Scope::plain(block.module);
            if let TraitRef::Ext(_) = bound.of {
                parts.walk(known, &scope).add_bound(bound, Place::TOP);
            }
        }
        let scope = Scope::plain(block.module);
        for (_, written) in &block.ir.types {
            let ty = defs.ty(written, &scope);
            parts.walk(known, &scope).add(&ty, Place::TOP);
        }
    }
    parts
}

/// A trait's: it holds what its implementations hold, and what its methods take and give.
pub(super) fn of_trait<'a>(defs: &Defs<'a>, meanings: &Meanings<'a>, id: TraitId) -> Parts {
    let known = (defs, meanings);
    let of = defs.of_trait(id);
    let scope = Scope::plain(of.module);
    let mut parts = Parts::default();
    for bound in of
        .ir
        .supers
        .iter()
        .filter_map(|path| defs.bound(path, &scope))
    {
        parts.walk(known, &scope).add_bound(&bound, Place::TOP);
    }
    for block in defs.impls_of_trait(TraitRef::Own(id)) {
        let block = defs.implementation(*block);
        let scope = Scope::plain(block.module);
        parts.walk(known, &scope).add(&block.self_ty, Place::TOP);
    }
    for function in &of.ir.fns {
        let mut scope = scope.clone();
        scope.generics.push(&function.generics);
        for written in function.params.iter().chain([&function.ret]) {
            let ty = defs.ty(written, &scope);
            parts.walk(known, &scope).add(&ty, Place::TOP);
        }
    }
    parts
}

fn is_code(path: &str) -> bool {
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
