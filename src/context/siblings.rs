//! Pools beside others: of several, nobody knows which one a transaction is from.

use super::UnitContext;
use crate::infer::{Owner, Place, Root};
use crate::ty::Ty;

impl UnitContext<'_, '_> {
    /// Whether a pool is a field of something that has another pool of the client's in a field of its own.
    #[must_use]
    pub fn has_siblings(&self, pool: &Place) -> bool {
        let (Root::Param(index), Owner::Fn(id)) = (pool.root, self.flow.unit.id.owner) else {
            return false;
        };
        let (types, defs) = (self.cx.program.types, self.cx.defs());
        let signature = types.signature(id);
        let mut ty = types.peel(signature.param(index).cloned().unwrap_or_default());
        for field in pool.fields() {
            let Ty::Adt(adt, args) = &ty else {
                return false;
            };
            let next = defs.field_ty(*adt, args, *field);
            let next = types.peel(next.unwrap_or_default());
            let fields = defs.adt(*adt).fields.iter();
            let others = fields.map(|field| types.peel(defs.adt_member(*adt, args, &field.ty)));
            // A repository's own is the same pool as a rule, and so is another client's.
            if matches!(next, Ty::Ext(..)) && others.filter(|other| *other == next).count() > 1 {
                return true;
            }
            ty = next;
        }
        false
    }
}
