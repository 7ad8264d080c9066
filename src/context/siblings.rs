//! Pools beside others: of several, nobody knows which one a transaction is from.

use super::UnitContext;
use crate::catalogue::Role;
use crate::defs::Scope;
use crate::infer::{Owner, Place, Root};
use crate::ty::Ty;

impl UnitContext<'_, '_> {
    /// Whether a pool is a field of something that has another pool in a field of its own.
    #[must_use]
    pub fn has_siblings(&self, pool: &Place) -> bool {
        let (Root::Param(index), Owner::Fn(id)) = (pool.root, self.flow.unit.id.owner) else {
            return false;
        };
        let (types, defs) = (self.cx.program.types, self.cx.defs());
        let signature = types.signature(id);
        let ty = match index.checked_sub(1) {
            None => signature.receiver.clone(),
            Some(index) => signature.params.get(index as usize).cloned(),
        };
        let mut ty = types.peel(ty.unwrap_or_default());
        for field in pool.fields() {
            let Ty::Adt(adt, args) = &ty else {
                return false;
            };
            let scope = Scope::plain(defs.adt(*adt).module);
            let fields = defs.adt(*adt).fields.iter();
            let tys = fields.map(|field| types.peel(defs.adt_member(*adt, args, &field.ty)));
            let parts = tys.filter_map(|ty| types.part(&ty, &scope));
            if parts.filter(|part| part.role == Role::Pool).count() > 1 {
                return true;
            }
            let next = defs.field_ty(*adt, args, *field);
            ty = types.peel(next.unwrap_or_default());
        }
        false
    }
}
