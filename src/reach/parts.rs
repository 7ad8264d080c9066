//! What types are made of, as they are declared.

use std::ops::BitOr;

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
        parts.add((defs, meanings), ty, scope, Place::TOP);
        parts
    }

    fn side(&mut self, place: Place) -> &mut Side {
        if place.in_code {
            &mut self.given
        } else {
            &mut self.held
        }
    }

    fn add<'a>(&mut self, known: Known<'_, 'a>, ty: &Ty, scope: &Scope<'a>, place: Place) {
        if place.depth > 8 {
            return;
        }
        let (defs, meanings) = known;
        match ty {
            Ty::Ext(id, _) => self.side(place).kinds |= meanings.of_type(*id),
            Ty::Adt(id, _) => self.side(place).holders.push(Holder::Adt(*id)),
            Ty::Param(name) => {
                let bounds = defs.bounds_of(*name, scope);
                let mut bounds = bounds.iter();
                bounds
                    .by_ref()
                    .for_each(|bound| self.add_bound(known, bound, scope, place));
            }
            Ty::Bounded(bounds) => {
                let mut bounds = bounds.iter();
                bounds
                    .by_ref()
                    .for_each(|bound| self.add_bound(known, bound, scope, place));
            }
            Ty::Ref(inner, _) => self.add(known, inner, scope, place.below()),
            Ty::Slice(inner) => {
                self.side(place).kinds |= meanings.named_type(Name::from("Vec"));
                self.add(known, inner, scope, place.below());
            }
            Ty::Future(inner) => {
                self.side(place).kinds |= meanings.named_type(Name::from("Future"));
                self.add(known, inner, scope, place.below());
            }
            Ty::FnPointer(params, ret) => {
                self.has_code = true;
                for ty in params.iter().chain([&**ret]) {
                    self.add(known, ty, scope, place.below().in_code(true));
                }
            }
            _ => {}
        }
        for arg in ty.args() {
            self.add(known, arg, scope, place.below());
        }
    }

    fn add_bound<'a>(
        &mut self,
        known: Known<'_, 'a>,
        bound: &Bound,
        scope: &Scope<'a>,
        place: Place,
    ) {
        let (defs, meanings) = known;
        let code = match bound.of {
            TraitRef::Own(id) => {
                self.side(place).holders.push(Holder::Trait(id));
                false
            }
            TraitRef::Ext(id) => {
                self.side(place).kinds |= meanings.of_trait(id);
                is_code(&defs.catalogue.of_trait(id).path)
            }
            // Nobody knows what the methods of other crates' traits give.
            TraitRef::Foreign(path) if path.contains("::") && !path.starts_with("std::") => return,
            TraitRef::Foreign(path) => is_code(&path),
        };
        self.has_code |= code;
        let bindings = bound.bindings.iter().map(|(_, ty)| ty);
        for ty in bound.args.iter().chain(bindings) {
            self.add(known, ty, scope, place.below().in_code(code));
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
        parts.add(known, &defs.ty(&field.ty, &scope), &scope, Place::TOP);
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
                parts.add_bound(known, bound, &scope, Place::TOP);
            }
        }
        let scope = Scope::plain(block.module);
        for (_, written) in &block.ir.types {
            parts.add(known, &defs.ty(written, &scope), &scope, Place::TOP);
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
        parts.add_bound(known, &bound, &scope, Place::TOP);
    }
    for block in defs.impls_of_trait(TraitRef::Own(id)) {
        let block = defs.implementation(*block);
        parts.add(
            known,
            &block.self_ty,
            &Scope::plain(block.module),
            Place::TOP,
        );
    }
    for function in &of.ir.fns {
        let mut scope = scope.clone();
        scope.generics.push(&function.generics);
        for written in function.params.iter().chain([&function.ret]) {
            parts.add(known, &defs.ty(written, &scope), &scope, Place::TOP);
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
