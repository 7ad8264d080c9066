//! Pools beside others: of several, nobody knows which one a transaction is from.

use super::single::literals;
use super::{Context, UnitContext};
use crate::body::{EventKind, Unit, UnitId};
use crate::catalogue::{Role, SheetId};
use crate::defs::{AdtId, FnId, Scope};
use crate::infer::{Owner, Place, Root, Val};
use crate::ir::Name;
use crate::ty::Ty;

/// Calls are followed this deep.
const MAX_DEPTH: usize = 4;

impl UnitContext<'_, '_> {
    /// Whether a pool is a field of something that has another pool of the client's: in a field of its own, or beside an object that has
    /// made its pool for itself.
    #[must_use]
    pub fn has_siblings(&self, pool: &Place) -> bool {
        let (Root::Param(index), Owner::Fn(id)) = (pool.root, self.flow.unit.id.owner) else {
            return false;
        };
        let (types, defs) = (self.cx.program.types, self.cx.defs());
        let signature = types.signature(id);
        let mut ty = types.peel(signature.param(index).cloned().unwrap_or_default());
        for (depth, field) in pool.fields().iter().enumerate() {
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
            if self.cx.is_made_apart(*adt, &pool.fields()[depth..]) {
                return true;
            }
            ty = next;
        }
        false
    }
}

impl Context<'_> {
    /// Whether each literal of a struct outside tests holds, where fields lead, a pool that an object has made for itself, and beside the
    /// object another pool that fewer fields lead to: the struct's own.
    fn is_made_apart(&self, adt: AdtId, path: &[Name]) -> bool {
        let [first, rest @ ..] = path else {
            return false;
        };
        let Some(nearer) = rest.len().checked_sub(1) else {
            return false;
        };
        let mut is_filled = false;
        for unit in self.program.units.iter().filter(|unit| !self.in_test(unit)) {
            for (literal, val) in literals(self, unit, adt, *first) {
                let made = self.led(unit, val, rest);
                let sheet = made.as_ref().and_then(|made| self.maker(unit, made, 0));
                let (Some(made), Some(sheet)) = (made, sheet) else {
                    return false;
                };
                let canon = self.program.canon(unit);
                let mut others = unit.literals.iter().filter(|(at, name, val)| {
                    let places = canon.val(self.program, val);
                    let mut places = places.places().iter();
                    *at == literal && name != first && places.all(|one| one.root != made.root)
                });
                if !others
                    .any(|(_, name, _)| self.has_pool(&self.member(adt, *name), sheet, nearer))
                {
                    return false;
                }
                is_filled = true;
            }
        }
        is_filled
    }

    /// The one place that fields of a value lead to.
    fn led(&self, unit: &Unit, val: &Val, fields: &[Name]) -> Option<Place> {
        let base = val.one()?.clone();
        let place = fields.iter().fold(base, |place, name| place.field(*name));
        let canon = self.program.canon(unit);
        canon.val(self.program, &Val::One(place)).one().cloned()
    }

    /// The client of the pool at a place, if whatever made the place has made the pool: here, or in a function called here.
    fn maker(&self, unit: &Unit, place: &Place, depth: usize) -> Option<SheetId> {
        let Root::Site(site) = place.root else {
            return None;
        };
        let mut events = unit.events().filter(|event| event.at == site);
        events.find_map(|event| match &event.kind {
            EventKind::PoolCreate { once, part, .. } if !once && place.path.is_none() => {
                part.map(|part| part.sheet)
            }
            EventKind::Call { fns, .. } => match &**fns {
                [maker] if depth < MAX_DEPTH => self.returned(*maker, place.fields(), depth + 1),
                _ => None,
            },
            _ => None,
        })
    }

    /// The client of the pool that a function makes and always returns where fields lead.
    fn returned(&self, id: FnId, fields: &[Name], depth: usize) -> Option<SheetId> {
        let (program, owner) = (self.program, Owner::Fn(id));
        let unit = &program.units[*program.index.get(&UnitId { owner, inner: None })?];
        let returned = unit.graph.returned();
        let made: Option<Vec<SheetId>> = returned
            .map(|val| self.maker(unit, &self.led(unit, val, fields)?, depth))
            .collect();
        made?.first().copied()
    }

    /// Whether a type is a pool of a client's, or has one in so many structs at most.
    fn has_pool(&self, ty: &Ty, sheet: SheetId, structs: usize) -> bool {
        let types = self.program.types;
        let ty = types.peel(ty.clone());
        let scope = types.defs.roots.first().map(|root| Scope::plain(*root));
        let part = scope.and_then(|scope| types.part(&ty, &scope));
        if let Some(part) = part {
            return part.role == Role::Pool && part.sheet == sheet;
        }
        let Ty::Adt(adt, args) = &ty else {
            return false;
        };
        let Some(rest) = structs.checked_sub(1) else {
            return false;
        };
        let mut fields = types.defs.adt(*adt).fields.iter();
        fields.any(|field| {
            let ty = types.defs.adt_member(*adt, args, &field.ty);
            self.has_pool(&ty, sheet, rest)
        })
    }

    fn member(&self, adt: AdtId, name: Name) -> Ty {
        let field = self.defs().field_ty(adt, &[], name);
        field.unwrap_or_default()
    }
}
