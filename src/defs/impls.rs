//! `impl` blocks by the type they are for and by trait: methods, `Deref` targets, implementations behind `dyn`.

use rayon::prelude::*;

use super::{AdtId, Def, Defs, FnId, ImplId, TraitId};
use crate::catalogue::{ExtId, PathMeaning, Role};
use crate::ir::Name;
use crate::ty::{Bound, Subst, TraitRef, Ty};

/// What an `impl` is for, without arguments and references.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Head {
    /// A type of the workspace.
    Adt(AdtId),
    /// A type of the catalogue.
    Ext(ExtId),
    /// A type of another crate.
    Foreign(Name),
    /// `dyn Trait` of the workspace.
    Trait(TraitId),
    /// Any type: `impl<T> Trait for T`.
    Blanket,
    /// Tuples, slices, functions.
    Other,
}

/// Resolves the types and traits of all blocks and files them.
pub(super) fn index(defs: &mut Defs<'_>) {
    let ids: Vec<ImplId> = (0..defs.impls.len() as u32).map(ImplId).collect();
    let self_ty = |id: &ImplId| {
        let ir = defs.implementation(*id).ir;
        defs.ty(&ir.self_ty, &defs.impl_scope(*id))
    };
    let types: Vec<Ty> = ids.par_iter().map(self_ty).collect();
    for (id, self_ty) in ids.iter().zip(types) {
        if let Some(head) = head(&self_ty) {
            defs.by_head.entry(head).or_default().push(*id);
        }
        defs.impls[id.0 as usize].self_ty = self_ty;
    }
    // Traits may name `Self`, so all types come first.
    let bound = |id: &ImplId| {
        let path = defs.implementation(*id).ir.of_trait.as_ref()?;
        defs.bound(path, &defs.impl_scope(*id))
    };
    let bounds: Vec<Option<Bound>> = ids.par_iter().map(bound).collect();
    for (id, bound) in ids.iter().zip(bounds) {
        if let Some(bound) = &bound {
            defs.by_trait.entry(bound.of).or_default().push(*id);
        }
        defs.impls[id.0 as usize].of_trait = bound;
    }
}

/// The head of a type, references removed.
#[must_use]
pub fn head(ty: &Ty) -> Option<Head> {
    Some(match ty.peeled() {
        Ty::Adt(id, _) => Head::Adt(*id),
        Ty::Ext(id, _) => Head::Ext(*id),
        Ty::Foreign(name, _) => Head::Foreign(*name),
        Ty::Param(_) => Head::Blanket,
        Ty::Bounded(bounds) => match bounds.first()?.of {
            TraitRef::Own(id) => Head::Trait(id),
            _ => return None,
        },
        Ty::Unknown => return None,
        _ => Head::Other,
    })
}

impl Defs<'_> {
    /// Blocks for a type; blanket ones excluded.
    #[must_use]
    pub fn impls_of(&self, ty: &Ty) -> Vec<ImplId> {
        head(ty)
            .and_then(|head| self.by_head.get(&head))
            .cloned()
            .unwrap_or_default()
    }

    /// Blocks that implement a trait.
    #[must_use]
    pub fn impls_of_trait(&self, of: TraitRef) -> &[ImplId] {
        self.by_trait.get(&of).map_or(&[], Vec::as_slice)
    }

    /// Traits of the catalogue that a type derives, or that an attribute macro gives it.
    #[must_use]
    pub fn derived_traits(&self, ty: &Ty) -> Vec<TraitRef> {
        let Ty::Adt(id, _) = ty.peeled() else {
            return Vec::new();
        };
        let adt = self.adt(*id);
        let derives = adt.attrs.derives.iter();
        let derived = derives.flat_map(|name| self.lookup(adt.module, *name));
        let attributes = adt.attrs.paths.iter().flat_map(|path| {
            let segments: Vec<Name> = path.split("::").map(Name::from).collect();
            self.resolve(adt.module, &segments)
        });
        let found = derived.chain(attributes);
        let meant = found.filter_map(|def| match def {
            Def::Extern(path) => self.catalogue.path(&path),
            _ => None,
        });
        meant
            .filter_map(|meaning| match meaning {
                PathMeaning::Trait(id) => Some(TraitRef::Ext(id)),
                _ => None,
            })
            .collect()
    }

    /// A method or associated function of exactly this type: inherent ones, else those of its traits (declared there or by default), else blanket ones.
    #[must_use]
    pub fn methods_of(&self, ty: &Ty, name: Name) -> Vec<FnId> {
        let Some(head) = head(ty) else {
            return Vec::new();
        };
        let own = self.by_head.get(&head).map_or(&[][..], Vec::as_slice);
        let mut of_traits = Vec::new();
        for id in own.iter().filter(|id| self.applies(**id, ty)) {
            let block = self.implementation(*id);
            let Some(found) = block
                .fns
                .get(&name)
                .copied()
                .or_else(|| self.default_method(*id, name))
            else {
                continue;
            };
            if block.of_trait.is_none() {
                return vec![found];
            }
            of_traits.push(found);
        }
        if of_traits.is_empty() && head != Head::Blanket {
            return self.blanket_methods(ty, name);
        }
        of_traits
    }

    /// `impl Repo for Db<Postgres>` isn't for `Db<Sqlite>`.
    fn applies(&self, id: ImplId, ty: &Ty) -> bool {
        let declared = self.implementation(id).self_ty.peeled();
        declared
            .args()
            .iter()
            .zip(ty.peeled().args())
            .all(|(one, other)| may_be(one, other))
    }

    fn default_method(&self, id: ImplId, name: Name) -> Option<FnId> {
        match self.implementation(id).of_trait.as_ref()?.of {
            TraitRef::Own(of) => self
                .of_trait(of)
                .fns
                .get(&name)
                .copied()
                .filter(|id| self.function(*id).ir.body.is_some()),
            _ => None,
        }
    }

    /// A method of the client's own comes before those of traits.
    fn blanket_methods(&self, ty: &Ty, name: Name) -> Vec<FnId> {
        if let Ty::Ext(id, _) = ty.peeled()
            && !self.catalogue.methods(*id, name).is_empty()
        {
            return Vec::new();
        }
        let blanket = self
            .by_head
            .get(&Head::Blanket)
            .map_or(&[][..], Vec::as_slice);
        let method = |id: &ImplId| {
            let own = self.implementation(*id).fns.get(&name).copied();
            own.or_else(|| self.default_method(*id, name))
                .filter(|_| self.blanket_holds(*id, ty))
        };
        blanket.iter().filter_map(method).collect()
    }

    /// Whether a type satisfies a blanket block's bounds, as far as the workspace's own traits tell.
    fn blanket_holds(&self, id: ImplId, ty: &Ty) -> bool {
        let block = self.implementation(id);
        let Ty::Param(name) = block.self_ty.peeled() else {
            return false;
        };
        let bounds = self.bounds_of(*name, &self.impl_scope(id));
        !bounds.is_empty()
            && bounds.iter().all(|bound| match bound.of {
                TraitRef::Own(_) => self.impls_of(ty).iter().any(|id| {
                    self.implementation(*id)
                        .of_trait
                        .as_ref()
                        .is_some_and(|of| of.of == bound.of)
                }),
                TraitRef::Ext(of) => self.implements_ext(ty, of),
                TraitRef::Foreign(path) => self.may_implement(ty, &path, &bound.of),
            })
    }

    /// Whether a type may implement a trait that nobody knows: any may one of the language's, and one of another crate only by a block.
    fn may_implement(&self, ty: &Ty, path: &str, of: &TraitRef) -> bool {
        let is_it = |id: &ImplId| {
            let bound = self.implementation(*id).of_trait.as_ref();
            bound.is_some_and(|bound| bound.of == *of)
        };
        !path.contains("::") || path.starts_with("std::") || self.impls_of(ty).iter().any(is_it)
    }

    /// Whether a type implements a trait of the catalogue, there or in the workspace.
    #[must_use]
    pub fn implements_ext(&self, ty: &Ty, of: crate::catalogue::TraitExtId) -> bool {
        if let Ty::Ext(id, _) = ty.peeled()
            && self.catalogue.ty(*id).implements.contains(&of)
        {
            return true;
        }
        self.impls_of(ty).iter().any(|id| {
            self.implementation(*id)
                .of_trait
                .as_ref()
                .is_some_and(|bound| bound.of == TraitRef::Ext(of))
        })
    }

    /// All methods that a call through a trait of the workspace may reach: implementations, and the default where it isn't replaced.
    #[must_use]
    pub fn dispatch(&self, of: TraitId, name: Name) -> Vec<FnId> {
        let mut found: Vec<FnId> = self
            .impls_of_trait(TraitRef::Own(of))
            .iter()
            .filter_map(|id| self.implementation(*id).fns.get(&name).copied())
            .collect();
        if let Some(declared) = self.of_trait(of).fns.get(&name)
            && (self.function(*declared).ir.body.is_some() || found.is_empty())
        {
            found.push(*declared);
        }
        found
    }

    /// What `impl`'s parameters stand for when its type is `actual`.
    #[must_use]
    pub fn impl_subst(&self, id: ImplId, actual: &Ty) -> Subst {
        let mut subst = Subst::default();
        self.implementation(id)
            .self_ty
            .peeled()
            .unify(actual.peeled(), &mut subst);
        subst
    }

    /// One step of `Deref`: the catalogue's, an `impl Deref`, or a derived one.
    #[must_use]
    pub fn deref(&self, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Ref(inner, _) => Some((**inner).clone()),
            Ty::Ext(id, args) => {
                let facts = self.catalogue.ty(*id);
                let subst: Subst = facts
                    .params
                    .iter()
                    .copied()
                    .zip(args.iter().cloned())
                    .collect();
                let target = facts.deref.as_ref()?.closed(&subst);
                let target = match facts.role {
                    Some(Role::Checkout) => self.handed_out(&target).unwrap_or(target),
                    _ => target,
                };
                target.is_known().then_some(target)
            }
            Ty::Adt(id, args) => self.deref_adt(*id, args, ty),
            _ => None,
        }
    }

    /// What a pool hands out, where a type is, or leads to, one: the target of a checkout that is told by its pool (`Connection<Db>`).
    fn handed_out(&self, ty: &Ty) -> Option<Ty> {
        const MAX_STEPS: usize = 4;
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            if let Ty::Ext(id, args) = &ty
                && self.catalogue.ty(*id).role == Some(Role::Pool)
            {
                let params = self.catalogue.ty(*id).params.iter().copied();
                let subst: Subst = params.zip(args.iter().cloned()).collect();
                let checkout = self.catalogue.checkout(*id)?.returns.closed(&subst);
                return checkout.args().first().cloned();
            }
            ty = self.deref(&ty)?;
        }
        None
    }

    fn deref_adt(&self, id: AdtId, args: &[Ty], ty: &Ty) -> Option<Ty> {
        for block in self.impls_of(ty) {
            let target = self
                .implementation(block)
                .ir
                .types
                .iter()
                .find(|(name, _)| *name == "Target");
            if let Some((_, target)) = target
                && self.is_deref(block)
            {
                return Some(
                    self.ty(target, &self.impl_scope(block))
                        .subst(&self.impl_subst(block, ty)),
                );
            }
        }
        let field = self.derefs_to(id, ty)?;
        Some(self.adt_member(id, args, &field.ty))
    }

    fn is_deref(&self, id: ImplId) -> bool {
        let of_trait = self.implementation(id).ir.of_trait.as_ref();
        of_trait
            .and_then(|path| path.segments.last())
            .is_some_and(|segment| segment.name == "Deref")
    }
}

/// Whether two types may be one, unknown parts included.
fn may_be(one: &Ty, other: &Ty) -> bool {
    match (one, other) {
        (Ty::Adt(a, _), Ty::Adt(b, _)) => a == b,
        (Ty::Ext(a, _), Ty::Ext(b, _)) => a == b,
        (Ty::Adt(..), Ty::Ext(..)) | (Ty::Ext(..), Ty::Adt(..)) => false,
        _ => true,
    }
}
