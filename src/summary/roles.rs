//! Callers to callees: the parts that a parameter declared by a bound (`E: Executor`, `&C where C: ConnectionTrait`) is given.

use rayon::prelude::*;

use super::Program;
use crate::body::{Arg, EventKind, Unit};
use crate::catalogue::Role;
use crate::defs::FnId;
use crate::infer::{Owner, Part, Place, Root};

/// Rounds over all calls; parts pass through as many callers.
const MAX_ROUNDS: usize = 8;

/// Fills `Program::given`.
pub(super) fn give(program: &mut Program<'_>) {
    for _ in 0..MAX_ROUNDS {
        let units = program.units.par_iter();
        let new: Vec<_> = units
            .flat_map_iter(|unit| given_in(program, unit))
            .collect();
        let mut changed = false;
        for (key, part) in new {
            let known = program.given.entry(key).or_default();
            if !known
                .iter()
                .any(|other| other.role == part.role && other.database == part.database)
            {
                known.push(part);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// What a unit's calls give to parameters.
fn given_in(program: &Program<'_>, unit: &Unit) -> Vec<((FnId, u32), Part)> {
    let mut found = Vec::new();
    for event in unit.events() {
        let (EventKind::Call { fns, args } | EventKind::Spawn { fns, args }) = &event.kind else {
            continue;
        };
        for arg in args.iter() {
            let parts = parts_of(program, unit, arg);
            let to = |id: &FnId| (*id, arg.param);
            found.extend(
                fns.iter()
                    .flat_map(|id| parts.iter().map(move |part| (to(id), *part))),
            );
        }
    }
    found
}

/// The exact parts of an argument: its own, or what its function was given.
fn parts_of(program: &Program<'_>, unit: &Unit, arg: &Arg) -> Vec<Part> {
    let Some(part) = arg.part else {
        return Vec::new();
    };
    if !part.is_bound && part.role != Role::Executor {
        return vec![part];
    }
    match (arg.val.one(), unit.id.owner) {
        (
            Some(Place {
                root: Root::Param(index),
                path: None,
            }),
            Owner::Fn(id),
        ) => program
            .given
            .get(&(id, *index))
            .cloned()
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

impl Program<'_> {
    /// The role that callers give a parameter declared by a bound: a pool if any gives one.
    #[must_use]
    pub fn given_role(&self, id: FnId, param: u32) -> Option<Role> {
        let parts = self.given.get(&(id, param))?;
        let pool = parts.iter().find(|part| part.role == Role::Pool);
        pool.or_else(|| parts.first()).map(|part| part.role)
    }
}
