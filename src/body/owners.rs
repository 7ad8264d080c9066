//! Which local owns what a call made: it dies when they do.

#![expect(
    clippy::similar_names,
    reason = "`types` of the run and `typed` of a body are called so everywhere"
)]

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalogue::{Effect, Role};
use crate::infer::{Callee, Root, Typed, Types, Val};
use crate::ir::{Expr, ExprId, LocalId, MacroArgs, Name, PatId};
use crate::ty::Ty;

/// Literals in literals are looked into this deep.
const MAX_DEPTH: usize = 8;

/// Owners of one body.
#[derive(Debug, Default)]
pub(super) struct Owners {
    of: FxHashMap<ExprId, Vec<LocalId>>,
    owners: FxHashSet<LocalId>,
}

impl Owners {
    /// Locals that hold by value own; what only references lead to is kept alive by them.
    pub(super) fn find(types: &Types<'_>, typed: &Typed<'_>) -> Self {
        let mut found = Self::default();
        let count = typed.body.locals.len();
        let (by_value, by_ref): (Vec<usize>, Vec<usize>) =
            (0..count).partition(|index| !typed.local_tys[*index].is_ref());
        for index in by_value {
            for site in kept_in(types, typed, index) {
                found.add(site, LocalId(index as u32));
            }
        }
        for index in by_ref {
            for site in kept_in(types, typed, index) {
                if !found.of.contains_key(&site) {
                    found.add(site, LocalId(index as u32));
                }
            }
        }
        found
    }

    fn add(&mut self, site: ExprId, local: LocalId) {
        let locals = self.of.entry(site).or_default();
        if !locals.contains(&local) {
            locals.push(local);
        }
        self.owners.insert(local);
    }

    pub(super) fn is_owner(&self, local: LocalId) -> bool {
        self.owners.contains(&local)
    }

    pub(super) fn is_owned(&self, site: ExprId) -> bool {
        self.of.contains_key(&site)
    }

    /// What a local owns.
    pub(super) fn owned_by(&self, local: LocalId) -> Vec<ExprId> {
        let owned = self.of.iter().filter(|(_, by)| by.contains(&local));
        owned.map(|(site, _)| *site).collect()
    }

    /// What is made, by whom it is owned; in order.
    pub(super) fn pairs(&self) -> Vec<(ExprId, LocalId)> {
        let mut pairs: Vec<(ExprId, LocalId)> = self
            .of
            .iter()
            .flat_map(|(site, locals)| locals.iter().map(|local| (*site, *local)))
            .collect();
        pairs.sort();
        pairs
    }

    /// Whether an assignment is the one that `let x;` waits for.
    pub(super) fn first_assignment(typed: &Typed<'_>, local: LocalId, assign: ExprId) -> bool {
        match typed.body.expr(assign) {
            Expr::Assign { value, .. } => typed.val(*value) == &typed.local_vals[local.index()],
            _ => false,
        }
    }

    /// Owners that a condition's `let`s bind.
    pub(super) fn bound_in(&self, typed: &Typed<'_>, cond: ExprId) -> Vec<LocalId> {
        match typed.body.expr(cond) {
            Expr::Let { pat, .. } => self.bound_by(typed, *pat),
            Expr::Logic { left, right, .. } => [*left, *right]
                .iter()
                .flat_map(|side| self.bound_in(typed, *side))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Owners that a pattern binds.
    pub(super) fn bound_by(&self, typed: &Typed<'_>, pat: PatId) -> Vec<LocalId> {
        let mut found = typed.body.bound_by(pat);
        found.retain(|local| self.is_owner(*local));
        found
    }
}

/// Calls whose results a local holds, and that may be something to be held: a connection, a guard, what a function of the workspace gives.
fn kept_in(types: &Types<'_>, typed: &Typed<'_>, local: usize) -> Vec<ExprId> {
    let catalogue = types.defs.catalogue;
    let locks = |effect| matches!(effect, Effect::MutexLock | Effect::MutexTryLock);
    let matters = |site: &ExprId| match typed.callee(*site) {
        // `mutex.lock().clone()` and `mem::take(&mut *mutex.lock())` have left the guard behind.
        Some(Callee::Ext(call)) if locks(catalogue.call(*call).effect) => {
            !is_without_guard(types, typed, local)
        }
        Some(Callee::Ext(call)) => catalogue.call(*call).effect.makes(),
        Some(_) => true,
        None => false,
    };
    let mut sites = made_in(typed, &typed.local_vals[local], 0);
    sites.retain(matters);
    sites
}

/// Something that is held by value, of a type that is known and has no guard around it.
fn is_without_guard(types: &Types<'_>, typed: &Typed<'_>, local: usize) -> bool {
    let ty = &typed.local_tys[local];
    let guards = |role| role == Role::MutexGuard;
    !ty.is_ref() && ty.is_known() && types.part_where(ty, &typed.scope, guards).is_none()
}

/// Calls whose results a value holds, through literals and constructors.
pub(super) fn made_in(typed: &Typed<'_>, val: &Val, depth: usize) -> Vec<ExprId> {
    let mut found = Vec::new();
    for place in val.places() {
        let Root::Site(site) = place.root else {
            continue;
        };
        // An element of a stream doesn't keep the stream.
        if depth > MAX_DEPTH || place.fields().iter().any(|field| *field == "[]") {
            continue;
        }
        let parts: Vec<ExprId> = match typed.body.expr(site) {
            Expr::Struct { fields, .. } => fields.iter().map(|(_, value)| *value).collect(),
            Expr::Tuple(parts) | Expr::Array(parts) => parts.clone(),
            Expr::Call { args, .. } if matches!(typed.callee(site), Some(Callee::Constructor)) => {
                args.to_vec()
            }
            Expr::Macro(call) => match &call.args {
                MacroArgs::Exprs { args, .. } => args.clone(),
                _ => Vec::new(),
            },
            Expr::Call { .. } | Expr::Method { .. } | Expr::Await(_) => {
                found.push(site);
                continue;
            }
            _ => Vec::new(),
        };
        found.extend(
            parts
                .into_iter()
                .flat_map(|part| made_in(typed, typed.val(part), depth + 1)),
        );
    }
    found.sort();
    found.dedup();
    found
}

/// Fields of struct literals and constructors that hold a handle, or something that may.
pub(super) fn literals(types: &Types<'_>, typed: &Typed<'_>) -> Vec<(ExprId, Name, Val)> {
    let mut found = Vec::new();
    for index in 0..typed.body.exprs.len() {
        let id = ExprId(index as u32);
        for (name, value) in fields_of(typed, id) {
            let val = typed.val(value);
            if *val != Val::None && holds_handle(types, typed, value) {
                found.push((id, name, val.clone()));
            }
        }
    }
    found
}

/// What a struct literal, constructor or tuple puts into its fields.
pub(super) fn fields_of(typed: &Typed<'_>, id: ExprId) -> Vec<(Name, ExprId)> {
    match typed.body.expr(id) {
        Expr::Struct { fields, .. } => fields.clone(),
        Expr::Tuple(parts) => numbered(parts),
        Expr::Call { args, .. } if matches!(typed.callee(id), Some(Callee::Constructor)) => {
            numbered(args)
        }
        _ => Vec::new(),
    }
}

fn numbered(parts: &[ExprId]) -> Vec<(Name, ExprId)> {
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| (Name::from(&index.to_string()), *part))
        .collect()
}

fn holds_handle(types: &Types<'_>, typed: &Typed<'_>, value: ExprId) -> bool {
    let ty = typed.ty(value);
    types.part(ty, &typed.scope).is_some()
        || matches!(
            ty.peeled(),
            Ty::Adt(..) | Ty::Tuple(_) | Ty::Param(_) | Ty::Bounded(_)
        )
        || types.part(&types.peel(ty.clone()), &typed.scope).is_some()
}
