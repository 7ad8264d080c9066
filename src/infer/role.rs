//! Types to the parts they play: pool, checkout, connection, transaction… found by looking through carriers, `Deref`, bounds, and
//! workspace types that stand in for a client's (`impl Executor for &Db`).

use std::sync::RwLock;

use rustc_hash::FxHashMap;

use super::{Place, Types, Val};
use crate::catalogue::{ExtId, Role, SheetId, TraitExtId};
use crate::defs::{AdtId, Scope};
use crate::ir::Name;
use crate::sql::Database;
use crate::ty::{Bound, TraitRef, Ty};

/// `Deref` chains longer than this are not followed.
const MAX_STEPS: usize = 12;

/// The part a type plays, and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Part {
    /// The part.
    pub role: Role,
    /// The client that says so.
    pub sheet: SheetId,
    /// The database, where the type tells it.
    pub database: Option<Database>,
    /// Any type of this part: a bound, not a type.
    pub is_bound: bool,
    /// The catalogue's type, unless it is a bound.
    pub ext: Option<ExtId>,
}

/// Parts of workspace types, found once.
#[derive(Debug, Default)]
pub(super) struct PartCache(RwLock<FxHashMap<AdtId, Option<Part>>>);

impl Role {
    /// A pool, connection, checkout, transaction, or any of them.
    #[must_use]
    pub fn is_handle(self) -> bool {
        matches!(
            self,
            Self::Pool | Self::Checkout | Self::Connection | Self::Transaction | Self::Executor
        )
    }
}

impl<'a> Types<'a> {
    /// The handle a value of this type is or leads to by `Deref`.
    #[must_use]
    pub fn part(&self, ty: &Ty, scope: &Scope<'a>) -> Option<Part> {
        self.part_where(ty, scope, Role::is_handle)
    }

    /// The first part along `Deref` that `wanted` accepts.
    #[must_use]
    pub fn part_where(
        &self,
        ty: &Ty,
        scope: &Scope<'a>,
        wanted: impl Fn(Role) -> bool,
    ) -> Option<Part> {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            if let Some(part) = self.own_part(&ty, scope)
                && wanted(part.role)
            {
                return Some(self.with_database(part, &ty));
            }
            ty = self.step(&ty, scope)?;
        }
        None
    }

    /// What a value stands for once `Deref` has led to its handle: the field that the workspace's own types keep it in.
    #[must_use]
    pub fn led_to(&self, ty: &Ty, val: &Val, scope: &Scope<'a>) -> Val {
        let (mut ty, mut val) = (ty.clone(), val.clone());
        for _ in 0..MAX_STEPS {
            let part = self.own_part(&ty, scope);
            if val == Val::None || part.is_some_and(|part| part.role.is_handle()) {
                return val;
            }
            val = self.behind(&ty, &val);
            match self.step(&ty, scope) {
                Some(next) => ty = next,
                None => return val,
            }
        }
        val
    }

    /// What one step of `Deref` makes of a value.
    pub(super) fn behind(&self, ty: &Ty, val: &Val) -> Val {
        match self.defs.deref_fields(ty) {
            Some(fields) => val.map(|place| {
                let within = |place: Place, name: &Name| place.field(*name);
                Val::One(fields.iter().fold(place.clone(), within))
            }),
            None => val.clone(),
        }
    }

    /// One step towards what a value leads to: `Deref`, and carriers that don't deref but hold (`Option`, `Mutex`, a future).
    pub(super) fn step(&self, ty: &Ty, scope: &Scope<'a>) -> Option<Ty> {
        match ty {
            Ty::Param(_) | Ty::Bounded(_) => self
                .bounds(ty, scope)
                .iter()
                .find_map(|bound| self.bound_target(bound)),
            _ => self.defs.deref(ty),
        }
    }

    /// `impl Deref<Target = T>`, `AsRef<T>`, `Borrow<T>`, `Into<T>`.
    fn bound_target(&self, bound: &Bound) -> Option<Ty> {
        if let Some(target) = bound.binding("Target") {
            return Some(target.clone());
        }
        let name = match bound.of {
            TraitRef::Foreign(path) => path,
            TraitRef::Ext(id) => self.defs.catalogue.of_trait(id).path,
            TraitRef::Own(_) => return None,
        };
        let last = name.rsplit("::").next().unwrap_or_default();
        matches!(
            last,
            "AsRef" | "AsMut" | "Borrow" | "BorrowMut" | "Into" | "AsyncFn"
        )
        .then(|| bound.args.first().cloned())
        .flatten()
    }

    /// Bounds of a parameter or an `impl Trait`.
    pub(super) fn bounds(&self, ty: &Ty, scope: &Scope<'a>) -> Vec<Bound> {
        match ty {
            Ty::Param(name) => self.defs.bounds_of(*name, scope),
            Ty::Bounded(bounds) => bounds.to_vec(),
            _ => Vec::new(),
        }
    }

    fn own_part(&self, ty: &Ty, scope: &Scope<'a>) -> Option<Part> {
        match ty {
            Ty::Ext(id, args) => {
                let facts = self.defs.catalogue.ty(*id);
                let manages = facts.role.is_some_and(Role::is_handle)
                    && facts.params.iter().any(|name| *name == "M");
                if manages
                    && !args
                        .first()
                        .is_some_and(|manager| self.manages_database(manager, scope))
                {
                    return None;
                }
                Some(Part {
                    role: facts.role?,
                    sheet: facts.sheet,
                    database: facts.database,
                    is_bound: false,
                    ext: Some(*id),
                })
            }
            Ty::Adt(id, _) => self.adt_part(*id, ty),
            Ty::Param(_) | Ty::Bounded(_) => self
                .bounds(ty, scope)
                .iter()
                .find_map(|bound| self.bound_part(bound, 0)),
            _ => None,
        }
    }

    /// A generic pool is a database's when its manager leads to a connection: others pool sockets.
    fn manages_database(&self, manager: &Ty, scope: &Scope<'a>) -> bool {
        let target = self
            .defs
            .deref(manager)
            .or_else(|| self.managed_by(manager));
        target.is_some_and(|target| self.part(&target, scope).is_some())
    }

    /// `type Connection = …` of a workspace type's `impl ManageConnection`, `type Type = …` of its `impl Manager`.
    fn managed_by(&self, manager: &Ty) -> Option<Ty> {
        for block in self.defs.impls_of(manager) {
            let types = &self.defs.implementation(block).ir.types;
            let managed = types
                .iter()
                .find(|(name, _)| matches!(name.as_str(), "Connection" | "Type"));
            if let Some((_, written)) = managed {
                return Some(self.defs.ty(written, &self.defs.impl_scope(block)));
            }
        }
        None
    }

    /// A workspace type that implements a client's executor trait plays the part of what it holds.
    fn adt_part(&self, id: AdtId, ty: &Ty) -> Option<Part> {
        if let Some(known) = self
            .parts
            .0
            .read()
            .ok()
            .and_then(|cache| cache.get(&id).copied())
        {
            return known;
        }
        let found = self.find_adt_part(id, ty);
        if let Ok(mut cache) = self.parts.0.write() {
            cache.insert(id, found);
        }
        found
    }

    fn find_adt_part(&self, id: AdtId, ty: &Ty) -> Option<Part> {
        let implemented = self.defs.impls_of(ty).into_iter().find_map(|block| {
            self.bound_part(self.defs.implementation(block).of_trait.as_ref()?, 0)
        });
        let derived = self.defs.derived_traits(ty).into_iter();
        let mut derived = derived.filter_map(|of| match of {
            TraitRef::Ext(id) => self.trait_part(id),
            _ => None,
        });
        // A derive is another client's than the pool that it works on.
        let derived = derived.next().filter(|_| implemented.is_none());
        let executor = implemented.or(derived)?;
        let adt = self.defs.adt(id);
        let scope = Scope::plain(adt.module);
        let held = adt
            .fields
            .iter()
            .chain(adt.variants.iter().flat_map(|variant| &variant.fields));
        let mut parts: Vec<Part> = held
            .filter_map(|field| {
                self.part(
                    &self.peel(self.defs.adt_member(id, ty.args(), &field.ty)),
                    &scope,
                )
            })
            .map(|part| Part {
                sheet: derived.map_or(part.sheet, |derived| derived.sheet),
                ..part
            })
            .collect();
        parts.dedup_by_key(|part| part.role);
        match parts.as_slice() {
            [one] if executor.role == Role::Executor => Some(*one),
            [one] => Some(Part {
                role: executor.role,
                ..*one
            }),
            _ => Some(Part {
                role: Role::Executor,
                is_bound: false,
                ..executor
            }),
        }
    }

    /// What a carrier carries.
    #[must_use]
    pub fn peel(&self, ty: Ty) -> Ty {
        let mut ty = ty;
        for _ in 0..MAX_STEPS {
            match &ty {
                Ty::Ref(inner, _) => ty = (**inner).clone(),
                Ty::Ext(id, args)
                    if self
                        .defs
                        .catalogue
                        .ty(*id)
                        .role
                        .is_none_or(|role| !role.is_handle())
                        && self.is_carrier(*id) =>
                {
                    match args.first() {
                        Some(arg) => ty = arg.clone(),
                        None => return ty,
                    }
                }
                _ => return ty,
            }
        }
        ty
    }

    fn is_carrier(&self, id: ExtId) -> bool {
        let facts = self.defs.catalogue.ty(id);
        matches!(
            facts.role,
            Some(Role::Wrapper | Role::SharedState | Role::Once | Role::Mutex | Role::MutexGuard)
        ) || facts.path.ends_with("::Option")
    }

    fn bound_part(&self, bound: &Bound, depth: usize) -> Option<Part> {
        match bound.of {
            TraitRef::Ext(id) => self.trait_part(id),
            TraitRef::Own(id) if depth < MAX_STEPS => {
                let of = self.defs.of_trait(id);
                let scope = Scope::plain(of.module);
                of.ir
                    .supers
                    .iter()
                    .filter_map(|path| self.defs.bound(path, &scope))
                    .find_map(|bound| self.bound_part(&bound, depth + 1))
            }
            _ => None,
        }
    }

    fn trait_part(&self, id: TraitExtId) -> Option<Part> {
        let facts = self.defs.catalogue.of_trait(id);
        let role = facts.role.or_else(|| {
            facts
                .supers
                .iter()
                .find_map(|of| self.trait_part(*of))
                .map(|part| part.role)
        })?;
        Some(Part {
            role,
            sheet: facts.sheet,
            database: facts.database,
            is_bound: true,
            ext: None,
        })
    }

    /// The database from type arguments (`Pool<Postgres>`) or what they and it deref to.
    fn with_database(&self, part: Part, ty: &Ty) -> Part {
        let database = part.database.or_else(|| self.database_of(ty, 0));
        Part { database, ..part }
    }

    fn database_of(&self, ty: &Ty, depth: usize) -> Option<Database> {
        if depth > 4 {
            return None;
        }
        if let Ty::Ext(id, _) = ty
            && let Some(database) = self.defs.catalogue.ty(*id).database
        {
            return Some(database);
        }
        let from_args = ty
            .args()
            .iter()
            .find_map(|arg| self.database_of(arg, depth + 1));
        from_args.or_else(|| self.database_of(&self.defs.deref(ty)?, depth + 1))
    }
}

impl<'a> Types<'a> {
    /// Whether other tasks may hold the same value: it is reached through a shared pointer or a handler's state, and no mutex guards it.
    #[must_use]
    pub fn is_shared(&self, ty: &Ty, scope: &Scope<'a>) -> bool {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            if let Ty::Ext(id, _) = &ty {
                let facts = self.defs.catalogue.ty(*id);
                match facts.role {
                    Some(Role::SharedState | Role::Once) => return true,
                    Some(Role::Wrapper) if facts.path.ends_with("::Arc") => return true,
                    Some(Role::MutexGuard) => return false,
                    Some(role) if role.is_handle() => return false,
                    _ => {}
                }
            }
            match self.step(&ty, scope) {
                Some(next) => ty = next,
                None => return false,
            }
        }
        false
    }
}
