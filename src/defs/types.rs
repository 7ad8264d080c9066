//! Types as written to types: paths resolved, aliases expanded, parameters kept by name.

use rustc_hash::FxHashMap;

use super::{AdtId, AliasId, Def, Defs, FnId, ImplId, ModuleId};
use crate::catalogue::PathMeaning;
use crate::ir::{Generics, Name, PathRef, Segment, TypeRef};
use crate::ty::{Args, Bound, Subst, TraitRef, Ty, no_args};

/// Aliases expand no deeper than this.
const MAX_ALIASES: u32 = 16;
/// An impl's associated type counts for as many: arithmetic on types names several others in each.
const PROJECTION: u32 = 4;

/// Where a type is written.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The module or block scope.
    pub module: ModuleId,
    /// Type parameters in scope, innermost first.
    pub generics: Vec<&'a Generics>,
    /// What `Self` is.
    pub self_ty: Option<Ty>,
    /// The `impl` whose associated types `Self::X` names.
    pub in_impl: Option<ImplId>,
    depth: u32,
}

impl Scope<'_> {
    /// A scope without type parameters.
    #[must_use]
    pub fn plain(module: ModuleId) -> Self {
        Self {
            module,
            generics: Vec::new(),
            self_ty: None,
            in_impl: None,
            depth: 0,
        }
    }

    fn has_param(&self, name: Name) -> bool {
        self.generics
            .iter()
            .any(|generics| generics.params.iter().any(|param| param.name == name))
    }
}

impl<'a> Defs<'a> {
    /// Where a function's signature and body are written.
    #[must_use]
    pub fn scope_of(&self, id: FnId) -> Scope<'a> {
        let function = self.function(id);
        let mut scope = Scope::plain(function.block.unwrap_or(function.module));
        scope.generics.push(&function.ir.generics);
        if let Some(id) = function.in_impl {
            let block = self.implementation(id);
            scope.generics.push(&block.ir.generics);
            scope.self_ty = Some(block.self_ty.clone());
            scope.in_impl = Some(id);
        }
        if let Some(id) = function.in_trait {
            scope.generics.push(&self.of_trait(id).ir.generics);
            scope.self_ty = Some(Ty::Param(Name::from("Self")));
        }
        scope
    }

    /// The type a written one means.
    #[must_use]
    pub fn ty(&self, written: &TypeRef, scope: &Scope<'a>) -> Ty {
        match written {
            TypeRef::Path(path) => self.path_ty(path, scope),
            TypeRef::Ref(inner, mutable) => Ty::Ref(self.ty(inner, scope).into(), *mutable),
            TypeRef::Ptr(inner) => Ty::Ref(self.ty(inner, scope).into(), true),
            TypeRef::Tuple(types) => Ty::Tuple(self.tys(types, scope)),
            TypeRef::Slice(inner) => Ty::Slice(self.ty(inner, scope).into()),
            TypeRef::Impl(bounds) | TypeRef::Dyn(bounds) => self.bounded(bounds, scope),
            TypeRef::Fn(params, ret) => {
                Ty::FnPointer(self.tys(params, scope), self.ty(ret, scope).into())
            }
            TypeRef::Never => Ty::Never,
            TypeRef::Unknown => Ty::Unknown,
        }
    }

    fn tys(&self, written: &[TypeRef], scope: &Scope<'a>) -> Args {
        written.iter().map(|ty| self.ty(ty, scope)).collect()
    }

    fn bounded(&self, bounds: &[PathRef], scope: &Scope<'a>) -> Ty {
        Ty::Bounded(
            bounds
                .iter()
                .filter_map(|path| self.bound(path, scope))
                .collect(),
        )
    }

    /// A trait bound; `Fn(A) -> B` keeps its signature as the one argument.
    #[must_use]
    pub fn bound(&self, path: &PathRef, scope: &Scope<'a>) -> Option<Bound> {
        let last = path.segments.last()?;
        let of = match self.trait_of(path, scope) {
            Some(of) => of,
            None => TraitRef::Foreign(last.name),
        };
        let bindings = last
            .bindings
            .iter()
            .map(|(name, ty)| (*name, self.ty(ty, scope)))
            .collect();
        Some(Bound {
            of,
            args: self.tys(&last.args, scope),
            bindings,
        })
    }

    fn trait_of(&self, path: &PathRef, scope: &Scope<'a>) -> Option<TraitRef> {
        self.resolve_path(scope.module, path)
            .into_iter()
            .find_map(|found| match found.def {
                Def::Trait(id) => Some(TraitRef::Own(id)),
                Def::Extern(path) => match self.catalogue.path(&path) {
                    Some(PathMeaning::Trait(id)) => Some(TraitRef::Ext(id)),
                    _ => Some(TraitRef::Foreign(path)),
                },
                _ => None,
            })
    }

    fn path_ty(&self, path: &PathRef, scope: &Scope<'a>) -> Ty {
        if let Some(qself) = &path.qself {
            return self.projected(&self.ty(qself, scope), path.segments.last(), scope);
        }
        let Some(first) = path.segments.first() else {
            return Ty::Unknown;
        };
        if first.name == "Self" {
            let self_ty = scope.self_ty.clone().unwrap_or_default();
            return if path.segments.len() == 1 {
                self_ty
            } else {
                self.projected(&self_ty, path.segments.get(1), scope)
            };
        }
        if scope.has_param(first.name) {
            return if path.segments.len() == 1 {
                Ty::Param(first.name)
            } else {
                Ty::Unknown
            };
        }
        for found in self.resolve_path(scope.module, path) {
            let args = |used: usize| {
                path.segments
                    .get(used - 1)
                    .map_or_else(no_args, |segment| self.tys(&segment.args, scope))
            };
            let ty = match found.def {
                Def::Adt(id) => Ty::Adt(id, args(found.used)),
                Def::Alias(id) => self.alias_ty(id, &args(found.used), scope),
                Def::Extern(name) => self.extern_ty(name, args(found.used)),
                _ => continue,
            };
            if ty.is_known() {
                return ty;
            }
        }
        Ty::Unknown
    }

    /// `<T>::Name`, `Self::Name`: an associated type of the impl at hand, or of the type's impls.
    fn projected(&self, self_ty: &Ty, segment: Option<&Segment>, scope: &Scope<'a>) -> Ty {
        let Some(segment) = segment else {
            return Ty::Unknown;
        };
        let within = scope.in_impl.map(|id| vec![id]).unwrap_or_default();
        for id in within.into_iter().chain(self.impls_of(self_ty)) {
            if let Some((_, ty)) = self
                .implementation(id)
                .ir
                .types
                .iter()
                .find(|(name, _)| *name == segment.name)
                && scope.depth < MAX_ALIASES
            {
                let mut inner = self.impl_scope(id);
                inner.depth = scope.depth + PROJECTION;
                return self.ty(ty, &inner);
            }
        }
        Ty::Unknown
    }

    /// Where the items of an `impl` block are written.
    #[must_use]
    pub fn impl_scope(&self, id: ImplId) -> Scope<'a> {
        let block = self.implementation(id);
        let mut scope = Scope::plain(block.module);
        scope.generics.push(&block.ir.generics);
        scope.self_ty = Some(block.self_ty.clone());
        scope.in_impl = Some(id);
        scope
    }

    fn alias_ty(&self, id: AliasId, args: &[Ty], from: &Scope<'a>) -> Ty {
        if from.depth >= MAX_ALIASES {
            return Ty::Unknown;
        }
        let alias = &self.aliases[id.0 as usize];
        let scope = Scope {
            depth: from.depth + 1,
            generics: vec![alias.generics],
            ..Scope::plain(alias.module)
        };
        let mut subst = Subst::default();
        for (index, param) in alias.generics.params.iter().enumerate() {
            let given = args.get(index).cloned();
            let ty = given
                .or_else(|| param.default.as_ref().map(|ty| self.ty(ty, &scope)))
                .unwrap_or_default();
            subst.insert(param.name, ty);
        }
        self.ty(alias.ty, &scope).subst(&subst)
    }

    /// A type of another crate, by its path.
    #[must_use]
    pub fn extern_ty(&self, path: Name, args: Args) -> Ty {
        match self.catalogue.path(&path) {
            Some(PathMeaning::Type(id)) => Ty::Ext(id, args),
            Some(PathMeaning::Alias(index)) => {
                let alias = self.catalogue.alias(index);
                let subst: Subst = alias
                    .params
                    .iter()
                    .copied()
                    .zip(args.iter().cloned())
                    .collect();
                alias.ty.subst(&subst)
            }
            Some(PathMeaning::Trait(_)) => Ty::Unknown,
            None => Ty::Foreign(path, args),
        }
    }

    /// A field's type, the struct's parameters replaced.
    #[must_use]
    pub fn field_ty(&self, id: AdtId, args: &[Ty], field: Name) -> Option<Ty> {
        let adt = self.adt(id);
        let field = adt.fields.iter().find(|known| known.name == field)?;
        Some(self.adt_member(id, args, &field.ty))
    }

    /// A type written inside a struct or enum, seen with its arguments.
    #[must_use]
    pub fn adt_member(&self, id: AdtId, args: &[Ty], written: &TypeRef) -> Ty {
        let adt = self.adt(id);
        let mut scope = Scope::plain(adt.module);
        scope.generics.push(adt.generics);
        scope.self_ty = Some(Ty::Adt(
            id,
            adt.generics
                .params
                .iter()
                .map(|param| Ty::Param(param.name))
                .collect(),
        ));
        let mut subst: Subst = FxHashMap::default();
        for (index, param) in adt.generics.params.iter().enumerate() {
            let default = || param.default.as_ref().map(|ty| self.ty(ty, &scope));
            if let Some(ty) = args.get(index).cloned().or_else(default) {
                subst.insert(param.name, ty);
            }
        }
        self.ty(written, &scope).subst(&subst)
    }

    /// Bounds of a type parameter in scope, `where` clauses included.
    #[must_use]
    pub fn bounds_of(&self, name: Name, scope: &Scope<'a>) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for generics in &scope.generics {
            let own = generics
                .params
                .iter()
                .filter(|param| param.name == name)
                .flat_map(|param| &param.bounds);
            let wheres = generics
                .wheres
                .iter()
                .filter(|(ty, _)| is_param(ty, name))
                .flat_map(|(_, bounds)| bounds);
            bounds.extend(own.chain(wheres).filter_map(|path| self.bound(path, scope)));
        }
        bounds
    }
}

fn is_param(ty: &TypeRef, name: Name) -> bool {
    match ty {
        TypeRef::Path(path) => path.segments.len() == 1 && path.segments[0].name == name,
        TypeRef::Ref(inner, _) => is_param(inner, name),
        _ => false,
    }
}
