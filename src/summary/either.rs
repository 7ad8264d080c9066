//! Parameters that are a pool or a connection, an enum over both: what a callee takes from one depends on what its callers give.

use rayon::prelude::*;

use super::Program;
use crate::body::{Arg, EventKind, Unit};
use crate::catalogue::Role;
use crate::defs::{FnId, Scope};
use crate::infer::{Owner, Part, Place, Root, Types, Val};
use crate::ty::Ty;

/// Rounds over all calls; a pool passes through as many callers.
const MAX_ROUNDS: usize = 8;

impl Types<'_> {
    /// Whether a parameter is declared as an enum that holds a pool in one variant and a connection in another.
    #[must_use]
    pub fn is_either(&self, id: FnId, param: u32) -> bool {
        let signature = self.signature(id);
        let Some(Ty::Adt(adt, args)) = signature.param(param).map(Ty::peeled) else {
            return false;
        };
        let facts = self.defs.adt(*adt);
        let scope = Scope::plain(facts.module);
        let held = facts.variants.iter().flat_map(|variant| &variant.fields);
        let part = |field| self.part(&self.peel(self.defs.adt_member(*adt, args, field)), &scope);
        let roles: Vec<Role> = held
            .filter_map(|field| part(&field.ty))
            .map(|part| part.role)
            .collect();
        roles.contains(&Role::Pool) && roles.iter().any(|role| is_connection(*role))
    }
}

impl Program<'_> {
    /// Whether a call gives a connection where its callee may be given a pool: then nothing is taken from one.
    pub(super) fn gives_connection(&self, callee: FnId, args: &[Arg], on: &Val) -> bool {
        on.one().is_some_and(|place| {
            let Root::Param(index) = place.root else {
                return false;
            };
            let mut given = args.iter().filter(|arg| arg.param == index);
            given.any(|arg| arg.part.is_some_and(is_exact_connection))
                && (place.path.is_none() || self.types.is_either(callee, index))
        })
    }

    /// Whether a place is a parameter that may be a pool or a connection, and no caller outside of tests is known to give a pool.
    #[must_use]
    pub fn may_be_connection(&self, unit: &Unit, place: &Place) -> bool {
        match (place.root, unit.id.owner) {
            (Root::Param(index), Owner::Fn(id)) => {
                self.types.is_either(id, index) && !self.pools.contains(&(id, index))
            }
            _ => false,
        }
    }
}

/// Fills `Program::pools`.
pub(super) fn give(program: &mut Program<'_>) {
    for _ in 0..MAX_ROUNDS {
        let before = program.pools.len();
        let new: Vec<(FnId, u32)> = program
            .units
            .par_iter()
            .flat_map_iter(|unit| given_in(program, unit))
            .collect();
        program.pools.extend(new);
        if program.pools.len() == before {
            return;
        }
    }
}

fn given_in(program: &Program<'_>, unit: &Unit) -> Vec<(FnId, u32)> {
    if program.is_test_fn(unit) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for event in unit.events() {
        let (EventKind::Call { fns, args } | EventKind::Spawn { fns, args }) = &event.kind else {
            continue;
        };
        for arg in args.iter().filter(|arg| may_be_pool(program, unit, arg)) {
            let either = fns
                .iter()
                .filter(|id| program.types.is_either(**id, arg.param));
            found.extend(either.map(|id| (*id, arg.param)));
        }
    }
    found
}

/// No connection by type, nor a parameter that is never given a pool.
fn may_be_pool(program: &Program<'_>, unit: &Unit, arg: &Arg) -> bool {
    let is_never = |place: &Place| place.path.is_none() && program.may_be_connection(unit, place);
    !arg.part.is_some_and(is_exact_connection)
        && (arg.val == Val::None || !arg.val.places().iter().all(is_never))
}

fn is_exact_connection(part: Part) -> bool {
    !part.is_bound && is_connection(part.role)
}

fn is_connection(role: Role) -> bool {
    matches!(role, Role::Connection | Role::Checkout | Role::Transaction)
}
