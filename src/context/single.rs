//! Pools of one connection: made so here, by a helper, by all callers, or by what fills the field that a pool is in.

use super::{Context, UnitContext};
use crate::body::{BlockId, EventKind, Exit, Unit, UnitId};
use crate::defs::{AdtId, FnId};
use crate::infer::{Owner, Place, Root, Setting, Val};
use crate::ir::{ExprId, Name};
use crate::keeper;

/// Calls, and fields that are filled from fields, are followed this deep.
const MAX_DEPTH: usize = 4;

impl UnitContext<'_, '_> {
    /// Whether a pool is known to have one connection at most: whoever takes it next has the same one.
    #[must_use]
    pub fn has_one_connection(&self, pool: &Val) -> bool {
        self.cx.is_single(self.flow.unit, pool)
    }
}

impl Context<'_> {
    /// The same, of a pool in any unit.
    pub(super) fn is_single(&self, unit: &Unit, pool: &Val) -> bool {
        let events = || unit.events();
        let made = |at| {
            events()
                .any(|event| event.at == at && matches!(event.kind, EventKind::PoolCreate { .. }))
        };
        let mut places = pool.places().iter();
        let is_made = places.any(|place| matches!(place.root, Root::Site(at) if made(at)));
        let is_set = || {
            events().any(|event| matches!(&event.kind, EventKind::PoolOption { option, value: Some(Setting::Number(1)), .. } if *option == "max"))
        };
        let is_known = || {
            let mut search = Search {
                cx: self,
                fields: Vec::new(),
            };
            pool.one()
                .is_some_and(|place| search.is_single(unit, place, 0))
        };
        is_made && is_set() || is_known()
    }
}

/// The way back to where a pool is made.
struct Search<'c, 'a> {
    cx: &'c Context<'a>,
    /// Fields that were asked about.
    fields: Vec<(AdtId, Name)>,
}

impl Search<'_, '_> {
    fn is_single(&mut self, unit: &Unit, pool: &Place, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match (pool.root, unit.id.owner) {
            (Root::Site(site), _) if pool.path.is_none() => self.is_made_single(unit, site, depth),
            (Root::Param(index), Owner::Fn(id)) if pool.path.is_some() => {
                let signature = self.cx.program.types.signature(id);
                let led = signature
                    .param(index)
                    .and_then(|ty| keeper::follow(self.cx.program.types, ty, pool.fields()));
                led.and_then(|led| led.field)
                    .is_some_and(|(adt, name)| self.is_filled_single(adt, name, depth))
            }
            (Root::Param(index), Owner::Fn(id)) => {
                self.given_single(id, index, depth) == Some(true)
            }
            _ => false,
        }
    }

    /// A pool that is made with one connection, here or by a helper.
    fn is_made_single(&mut self, unit: &Unit, site: ExprId, depth: usize) -> bool {
        let mut events = unit.events().filter(|event| event.at == site);
        events.any(|event| match &event.kind {
            EventKind::PoolCreate {
                options,
                is_whole,
                part: Some(part),
                ..
            } => self.cx.max_of(unit, options, *is_whole, part.sheet) == Some(1),
            EventKind::Call { fns, .. } => match &**fns {
                [maker] => self.returns_single(*maker, depth + 1),
                _ => false,
            },
            _ => false,
        })
    }

    fn returns_single(&mut self, id: FnId, depth: usize) -> bool {
        let (program, owner) = (self.cx.program, Owner::Fn(id));
        let Some(index) = program.index.get(&UnitId { owner, inner: None }) else {
            return false;
        };
        let unit = &program.units[*index];
        let canon = program.canon(unit);
        // The end of a body that always leaves before, or by an error, hands out nothing.
        let blocks = || unit.graph.blocks.iter().enumerate();
        let is_reached = |index: usize| {
            index == 0 || blocks().any(|(_, block)| block.next.contains(&BlockId(index as u32)))
        };
        let exits = blocks().filter(|(index, _)| is_reached(*index));
        let mut returned = exits
            .filter_map(|(_, block)| match &block.exit {
                Some(Exit::Return(val)) => Some(canon.val(program, val)),
                _ => None,
            })
            .peekable();
        returned.peek().is_some()
            && returned.all(|val| {
                val.one()
                    .is_some_and(|place| self.is_single(unit, place, depth))
            })
    }

    /// Whether all callers outside tests give such a pool; none where only tests call.
    fn given_single(&mut self, id: FnId, param: u32, depth: usize) -> Option<bool> {
        let program = self.cx.program;
        let (mut known, mut tests) = (Vec::new(), 0);
        for (unit, event) in program.calls_of(id) {
            if self.cx.in_test(unit) {
                tests += 1;
                continue;
            }
            let EventKind::Call { args, .. } = &event.kind else {
                return Some(false);
            };
            let canon = program.canon(unit);
            let given = args.iter().filter(|arg| arg.param == param);
            known.extend(given.map(|arg| (unit, canon.val(program, &arg.val))));
        }
        let is_called = !known.is_empty();
        let all = known.into_iter().all(|(unit, val)| {
            val.one()
                .is_some_and(|place| self.is_single(unit, place, depth + 1))
        });
        (is_called || tests == 0).then_some(is_called && all)
    }

    /// Whether every literal outside tests fills a field so.
    fn is_filled_single(&mut self, adt: AdtId, name: Name, depth: usize) -> bool {
        if self.fields.contains(&(adt, name)) {
            // A clone of what is asked about.
            return true;
        }
        self.fields.push((adt, name));
        let program = self.cx.program;
        let mut is_filled = false;
        for unit in program.units.iter().filter(|unit| !self.cx.in_test(unit)) {
            for (_, val) in literals(self.cx, unit, adt, name) {
                let val = program.canon(unit).val(program, val);
                let Some(place) = val.one() else { return false };
                let by_tests = match (place.root, unit.id.owner) {
                    (Root::Param(index), Owner::Fn(id)) if index > 0 && place.path.is_none() => {
                        self.given_single(id, index, depth + 1).is_none()
                    }
                    _ => false,
                };
                if !by_tests && !self.is_single(unit, place, depth + 1) {
                    return false;
                }
                is_filled |= !by_tests;
            }
        }
        is_filled
    }
}

/// A unit's literals of a struct, and what each puts into a field.
pub(super) fn literals<'u>(
    cx: &Context<'_>,
    unit: &'u Unit,
    adt: AdtId,
    name: Name,
) -> Vec<(ExprId, &'u Val)> {
    let Owner::Fn(id) = unit.id.owner else {
        return Vec::new();
    };
    let mut all = unit
        .literals
        .iter()
        .filter(|(_, field, _)| *field == name)
        .peekable();
    let typed = all.peek().and_then(|_| cx.program.types.infer_fn(id));
    let Some(typed) = typed else {
        return Vec::new();
    };
    let is_it = |literal: &ExprId| matches!(typed.ty(*literal).peeled(), crate::ty::Ty::Adt(of, _) if *of == adt);
    all.filter(|(literal, ..)| is_it(literal))
        .map(|(literal, _, val)| (*literal, val))
        .collect()
}
