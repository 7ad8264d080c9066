//! Settings that every borrower of a pool makes anew: what the one before has left is overwritten before it counts.

use super::UnitContext;
use super::single::literals;
use crate::body::Exit;
use crate::defs::{AdtId, FnId};
use crate::flow::{Resource, ResourceKind};
use crate::infer::{Owner, Place, Root};
use crate::ir::{Body, Expr, ExprId, Name, Pat};
use crate::keeper;
use crate::summary::EffectKind;

impl UnitContext<'_, '_> {
    /// Whether a setting is made by the only function that takes connections from its pool, before anything else is done with them: the pool
    /// is a field's, was nobody else's before, and nothing else names the field.
    #[must_use]
    pub fn is_made_by_every_borrower(&self, index: usize, mark: &Resource) -> bool {
        let unit = self.flow.unit;
        let (Owner::Fn(id), None) = (unit.id.owner, unit.id.inner) else {
            return false;
        };
        let held = self.flow.resource(&mark.place);
        let Some(held) =
            held.filter(|held| self.flow.resources[*held].kind == ResourceKind::Checkout)
        else {
            return false;
        };
        let pool = self.flow.resources[held].on.one();
        let field = pool.and_then(|pool| self.field_of(id, pool));
        self.is_made_first(index, mark)
            && self.is_handed_out_with(index, held)
            && field.is_some_and(|(adt, name)| {
                self.is_named_once(id, name) && self.is_filled_with_own(adt, name)
            })
    }

    /// The field of `self` that a pool is in.
    fn field_of(&self, id: FnId, pool: &Place) -> Option<(AdtId, Name)> {
        let types = self.flow.program.types;
        let own = types
            .signature(id)
            .param(0)
            .filter(|_| pool.root == Root::Param(0))?;
        keeper::follow(types, own, pool.fields())?.field
    }

    /// Whether no statement runs on the connection before the one that sets it.
    fn is_made_first(&self, index: usize, mark: &Resource) -> bool {
        let mut is_first = true;
        self.flow.walk(|state, event, moment| {
            let is_set = state.must >> index & 1 == 1 || mark.at == Some(event.at);
            is_first &= is_set
                || !moment.happenings.iter().any(|happening| {
                    let mut on = happening.effect.on.places().iter();
                    matches!(happening.effect.kind, EffectKind::Statement(..))
                        && on.any(|place| self.flow.connection(place) == mark.place)
                });
        });
        is_first
    }

    /// Whether the connection is set on all ways on which it is handed out.
    fn is_handed_out_with(&self, index: usize, held: usize) -> bool {
        let blocks = &self.flow.unit.graph.blocks;
        let mut exits = self.flow.exits().into_iter();
        exits.all(|(block, state)| {
            let returns = matches!(blocks[block.0 as usize].exit, Some(Exit::Return(_)));
            !returns || state.may >> held & 1 == 0 || state.must >> index & 1 == 1
        })
    }

    /// Whether a field of this name is named in one place of one function alone.
    fn is_named_once(&self, id: FnId, name: Name) -> bool {
        let (defs, program) = (self.cx.defs(), self.flow.program);
        let all = (0..defs.fns.len() as u32).map(FnId);
        let read = all.filter(|other| program.of_fn(*other).is_some());
        let counts = |other: FnId| defs.body(other).map_or(0, |body| mentions(body, name));
        let others: usize = read.filter(|other| *other != id).map(counts).sum();
        others == 0 && counts(id) == 1
    }

    /// Whether every literal outside of tests fills a field with a pool that is made for it, and moves it there.
    fn is_filled_with_own(&self, adt: AdtId, name: Name) -> bool {
        let program = self.flow.program;
        let mut is_filled = false;
        for unit in program.units.iter().filter(|unit| !self.cx.in_test(unit)) {
            for (literal, val) in literals(self.cx, unit, adt, name) {
                let val = program.canon(unit).val(program, val);
                let is_own = |pool: &Place| self.cx.is_unshared(unit, pool, literal);
                if !val.one().is_some_and(is_own)
                    || !self.is_moved_into(unit.id.owner, literal, name)
                {
                    return false;
                }
                is_filled = true;
            }
        }
        is_filled
    }

    /// Whether a literal takes a local's value for a field, or what is made on the spot: no clone stays behind.
    fn is_moved_into(&self, owner: Owner, literal: ExprId, name: Name) -> bool {
        let Owner::Fn(id) = owner else { return false };
        let Some(body) = self.cx.defs().body(id) else {
            return false;
        };
        let Expr::Struct { fields, .. } = body.expr(literal) else {
            return false;
        };
        let mut values = fields.iter().filter(|(field, _)| *field == name);
        values.any(|(_, value)| {
            let (root, links) = body.chain(*value);
            let mut clones = links.iter().map(|link| body.expr(*link));
            let is_clone =
                clones.any(|link| matches!(link, Expr::Method { name, .. } if *name == "clone"));
            !is_clone && (links.is_empty() || !matches!(body.expr(root), Expr::Local(_)))
        })
    }
}

/// How often a body names a field, patterns included.
fn mentions(body: &Body, name: Name) -> usize {
    let reads = body.exprs.iter();
    let reads =
        reads.filter(|expr| matches!(expr, Expr::Field { name: field, .. } if *field == name));
    let taken = body.pats.iter().filter(|pat| match pat {
        Pat::Struct { fields, .. } => fields.iter().any(|(field, _)| *field == name),
        _ => false,
    });
    reads.count() + taken.count()
}
