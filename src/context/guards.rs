//! Guards of the workspace's own: structs that hold a connection and say what happens when they are dropped.

use super::UnitContext;
use crate::body::EventKind;
use crate::defs::{AdtId, ImplId};
use crate::flow::Resource;
use crate::infer::{Owner, Val};
use crate::ty::{Ty, no_args};

/// Types in types are looked into this deep.
const MAX_DEPTH: usize = 6;

impl UnitContext<'_, '_> {
    /// Whether something here that holds a mark's connection has its own `Drop`.
    #[must_use]
    pub fn is_guarded(&self, mark: &Resource) -> bool {
        let mut adts = self.literals_with(mark);
        for event in self
            .flow
            .unit
            .graph
            .blocks
            .iter()
            .flat_map(|block| &block.events)
        {
            let EventKind::Call { fns, args } = &event.kind else {
                continue;
            };
            if args.iter().any(|arg| self.holds(&arg.val, mark)) {
                let returned = fns
                    .iter()
                    .map(|id| &self.flow.program.types.signature(*id).ret);
                returned.for_each(|ty| adts_in(ty, 0, &mut adts));
            }
        }
        adts.iter().any(|id| self.has_drop(*id))
    }

    /// Whether a struct is made of its connection that leaves what happens when it is dropped to the pool.
    #[must_use]
    pub fn is_left_to_drop(&self, mark: &Resource) -> bool {
        !self.literals_with(mark).is_empty() && !self.is_guarded(mark)
    }

    fn literals_with(&self, mark: &Resource) -> Vec<AdtId> {
        let Owner::Fn(id) = self.flow.unit.id.owner else {
            return Vec::new();
        };
        let literals = self.flow.unit.literals.iter();
        let mut literals = literals
            .filter(|(_, _, val)| self.holds(val, mark))
            .peekable();
        let typed = literals
            .peek()
            .and_then(|_| self.flow.program.types.infer_fn(id));
        let mut found = Vec::new();
        if let Some(typed) = typed {
            literals.for_each(|(literal, ..)| adts_in(typed.ty(*literal), 0, &mut found));
        }
        found
    }

    fn holds(&self, val: &Val, mark: &Resource) -> bool {
        let known = self.flow.canon.val(self.flow.program, self.flow.unit, val);
        known
            .places()
            .iter()
            .any(|place| place.root == mark.place.root)
    }

    fn has_drop(&self, id: AdtId) -> bool {
        let defs = self.cx.defs();
        let is_drop = |id: &ImplId| {
            let path = defs.implementation(*id).ir.of_trait.as_ref();
            let name = path.and_then(|path| path.segments.last());
            name.is_some_and(|segment| segment.name == "Drop")
        };
        defs.impls_of(&Ty::Adt(id, no_args())).iter().any(is_drop)
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
