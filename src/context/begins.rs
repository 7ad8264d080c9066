//! Where a transaction begins that a function or closure is given, and whose connection it is on.

use super::UnitContext;
use crate::body::{Arg, EventKind, Unit};
use crate::defs::FnId;
use crate::flow::Resource;
use crate::infer::{Owner, Place, Root, Val};
use crate::source::Span;
use crate::summary::{Begun, Canon};

/// Calls that hand a transaction on are followed this deep.
const MAX_DEPTH: usize = 4;

/// Connections of connections are followed this far to their pool.
const MAX_STEPS: usize = 4;

/// One begin that a transaction may come from.
#[derive(Debug)]
pub struct Beginning<'c> {
    /// How.
    pub begun: Begun,
    /// Where.
    pub span: Span,
    /// Who begins.
    unit: &'c Unit,
    /// The pool or connection there.
    on: Val,
}

impl<'c> UnitContext<'c, '_> {
    /// Where a transaction that this unit is given begins: in callers, or in the function that runs this closure in it; those in tests
    /// left out. None where nothing tells.
    #[must_use]
    pub fn beginnings(&self, given: &Resource) -> Vec<Beginning<'c>> {
        let mut found = Vec::new();
        self.find_beginnings(self.flow.unit, &given.place, 0, &mut found);
        found
    }

    /// Whether a beginning is on a pool that is known to have one connection.
    #[must_use]
    pub fn is_on_the_one(&self, beginning: &Beginning<'_>) -> bool {
        let canon = self.flow.program.canon(beginning.unit);
        let pool = self.under(beginning.unit, &canon, beginning.on.clone());
        self.cx.is_single(beginning.unit, &pool)
    }

    /// The pool that a connection was taken from, or what is known of it.
    fn under(&self, unit: &Unit, canon: &Canon<'_>, mut on: Val) -> Val {
        for _ in 0..MAX_STEPS {
            let taken = on.one();
            let taken = taken.and_then(|place| self.flow.program.fresh_at(unit, canon, place));
            let Some(taken) = taken else { break };
            on = taken.on;
        }
        on
    }

    fn find_beginnings(
        &self,
        unit: &'c Unit,
        given: &Place,
        depth: usize,
        found: &mut Vec<Beginning<'c>>,
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        match (given.root, unit.id.owner) {
            (Root::Param(index), Owner::Fn(id)) => {
                for (unit, event) in self.flow.program.calls_of(id) {
                    if let EventKind::Call { args, .. } = &event.kind {
                        let given = args.iter().filter(|arg| arg.param == index);
                        given.for_each(|arg| self.begun_as(unit, arg, depth, found));
                    }
                }
            }
            (Root::ClosureParam(closure, _), owner) => {
                for other in self.flow.program.units_of(owner) {
                    self.of_runners(other, &Root::Site(closure), depth, found);
                }
            }
            _ => {}
        }
    }

    /// An argument is a transaction that is begun there, or that was given there.
    fn begun_as(&self, unit: &'c Unit, arg: &Arg, depth: usize, found: &mut Vec<Beginning<'c>>) {
        if self.cx.in_test(unit) {
            return;
        }
        let program = self.flow.program;
        let canon = program.canon(unit);
        let val = canon.val(program, &arg.val);
        for place in val.places() {
            let fresh = program.fresh_at(unit, &canon, place);
            let made = match place.root {
                Root::Site(site) => unit.events().find(|event| event.at == site),
                _ => None,
            };
            match fresh.filter(|fresh| fresh.is_transaction).zip(made) {
                Some((fresh, event)) => found.push(Beginning {
                    begun: program.begun(unit, &canon, &fresh),
                    span: program.step(unit, event).span,
                    unit,
                    on: fresh.on,
                }),
                None => self.find_beginnings(unit, place, depth + 1, found),
            }
        }
    }

    /// Calls of functions that run a closure, or whatever their parameter is, in a transaction.
    fn of_runners(
        &self,
        unit: &'c Unit,
        closure: &Root,
        depth: usize,
        found: &mut Vec<Beginning<'c>>,
    ) {
        for event in unit.events() {
            let EventKind::Call { fns, args } = &event.kind else {
                continue;
            };
            let is_it = |arg: &&Arg| arg.val.places().iter().any(|place| place.root == *closure);
            for (id, arg) in fns
                .iter()
                .flat_map(|id| args.iter().filter(is_it).map(move |arg| (*id, arg)))
            {
                self.run_by(id, arg.param, depth + 1, found);
            }
        }
    }

    fn run_by(&self, id: FnId, param: u32, depth: usize, found: &mut Vec<Beginning<'c>>) {
        if depth > MAX_DEPTH {
            return;
        }
        for unit in self.flow.program.units_of(Owner::Fn(id)) {
            for event in unit.events() {
                if let EventKind::RunParam { what, args } = &event.kind
                    && what.root == Root::Param(param)
                {
                    args.iter()
                        .for_each(|arg| self.begun_as(unit, arg, depth, found));
                }
            }
            self.of_runners(unit, &Root::Param(param), depth, found);
        }
    }
}
