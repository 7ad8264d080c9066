//! Guards of the workspace's own: structs that hold a connection and say what happens when they are dropped.

use super::{Flow, Resource};
use crate::body::EventKind;
use crate::defs::{AdtId, ImplId};
use crate::infer::{Owner, Val};
use crate::ty::{Ty, no_args};

/// Types in types are looked into this deep.
const MAX_DEPTH: usize = 6;
/// Parts of a type beyond this are not asked.
const MAX_PARTS: usize = 64;

impl Flow<'_, '_> {
    /// Whether something here that holds a mark's connection has its own `Drop`, or a part of it has.
    #[must_use]
    pub fn is_guarded(&self, mark: &Resource) -> bool {
        let guards = self.holders(mark);
        guards.iter().any(|id| self.has_drop(*id))
    }

    /// Whether the unit hands such a guard to its caller.
    #[must_use]
    pub fn hands_out_guard(&self) -> bool {
        let Owner::Fn(id) = self.unit.id.owner else {
            return false;
        };
        let mut adts = Vec::new();
        adts_in(&self.program.types.signature(id).ret, 0, &mut adts);
        adts.iter().any(|id| self.has_drop(*id))
    }

    /// Structs of the workspace that are made with a mark's connection.
    fn holders(&self, mark: &Resource) -> Vec<AdtId> {
        let mut adts = self.literals_with(mark);
        for event in self.unit.events() {
            let EventKind::Call { fns, args } = &event.kind else {
                continue;
            };
            if args.iter().any(|arg| self.holds(&arg.val, mark)) {
                let returned = fns.iter().map(|id| &self.program.types.signature(*id).ret);
                returned.for_each(|ty| adts_in(ty, 0, &mut adts));
            }
        }
        adts
    }

    /// Whether a struct is made of its connection that leaves what happens when it is dropped to the pool.
    #[must_use]
    pub fn is_left_to_drop(&self, mark: &Resource) -> bool {
        !self.literals_with(mark).is_empty() && !self.is_guarded(mark)
    }

    fn literals_with(&self, mark: &Resource) -> Vec<AdtId> {
        let Owner::Fn(id) = self.unit.id.owner else {
            return Vec::new();
        };
        let literals = self.unit.literals.iter();
        let mut literals = literals
            .filter(|(_, _, val)| self.holds(val, mark))
            .peekable();
        let typed = literals
            .peek()
            .and_then(|_| self.program.types.infer_fn(id));
        let mut found = Vec::new();
        if let Some(typed) = typed {
            literals.for_each(|(literal, ..)| adts_in(typed.ty(*literal), 0, &mut found));
        }
        found
    }

    fn holds(&self, val: &Val, mark: &Resource) -> bool {
        let known = self.canon.val(self.program, val);
        // A mutex's guard holds what the mutex is around.
        known
            .places()
            .iter()
            .any(|place| place.root == mark.place.root || self.connection(place) == mark.place)
    }

    /// Whether a type has its own `Drop`, or a part of it has.
    fn has_drop(&self, id: AdtId) -> bool {
        let defs = self.program.types.defs;
        let is_drop = |id: &ImplId| {
            let path = defs.implementation(*id).ir.of_trait.as_ref();
            let name = path.and_then(|path| path.segments.last());
            name.is_some_and(|segment| segment.name == "Drop")
        };
        let (mut queue, mut next) = (vec![id], 0);
        while let Some(id) = queue.get(next).copied() {
            let own = defs.impls_of(&Ty::Adt(id, no_args()));
            if own.iter().any(is_drop) {
                return true;
            }
            if queue.len() < MAX_PARTS {
                self.add_parts(id, &mut queue);
            }
            next += 1;
        }
        false
    }

    /// Types of what a type holds itself, each once.
    fn add_parts(&self, id: AdtId, queue: &mut Vec<AdtId>) {
        let defs = self.program.types.defs;
        let adt = defs.adt(id);
        let of_variants = adt.variants.iter().flat_map(|variant| &variant.fields);
        for field in adt.fields.iter().chain(of_variants) {
            let ty = defs.adt_member(id, &[], &field.ty);
            let mut parts = Vec::new();
            if !ty.is_ref() {
                adts_in(&ty, 0, &mut parts);
            }
            for part in parts {
                if !queue.contains(&part) {
                    queue.push(part);
                }
            }
        }
    }
}

/// Structs of the workspace in a type, through carriers and futures.
fn adts_in(ty: &Ty, depth: usize, found: &mut Vec<AdtId>) {
    if depth > MAX_DEPTH {
        return;
    }
    match ty {
        Ty::Adt(id, _) => found.push(*id),
        Ty::Ref(inner, _) | Ty::Future(inner) => adts_in(inner, depth + 1, found),
        ty => ty
            .args()
            .iter()
            .for_each(|arg| adts_in(arg, depth + 1, found)),
    }
}
