//! The call graph to what each call does: effects keyed by parameter, field of `self` or static, what a call returns, what it leaves
//! open. Bottom up over strongly connected components, each to its fixpoint; effects are instantiated at every call.

mod callers;
mod canon;
mod conditions;
mod effect;
mod either;
mod given;
mod happening;
mod left;
mod order;
mod outside;
mod pools;
mod refused;
mod roles;
mod texts;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{Event, EventKind, Unit, UnitId};
use crate::defs::FnId;
use crate::flow::Mark;
use crate::infer::{Owner, Part, Place, Types, Val};
use crate::ir::{ExprId, Name};

use callers::Callers;

pub use canon::Canon;
pub use effect::{Effect, EffectKind, Step, instantiate};
pub use given::{Given, GivenOrder};
pub use happening::Happening;
pub use outside::{Outside, Tried};
pub use texts::Text;

/// What calling a unit does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What happens on connections that the caller knows; each kind once a place.
    pub effects: Vec<Effect>,
    /// What the value holds, by field path.
    pub returns: Vec<HandedBack>,
    /// SQL text that the value holds, by field path.
    pub texts: Vec<(Vec<Name>, Text)>,
    /// What is left open in sessions that the caller knows, on every way back or with nothing here that ends it.
    pub leaves: Vec<Left>,
    /// Parameters that it runs: closures and futures.
    pub runs: Vec<Run>,
    /// What it does outside of the database; each kind once.
    pub outside: Vec<Outside>,
    /// Where it makes a pool, behind the calls that lead there, if it does so on every way back.
    pub makes_pool: Option<Vec<Step>>,
}

/// What a field of a returned value holds, by its path.
pub type HandedBack = (Vec<Name>, Returned);

/// What a returned value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// Something that the caller knows.
    Known(Place),
    /// A connection just taken, or a transaction just begun.
    Fresh(Fresh),
}

/// A resource that a call hands to its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// A transaction, else a connection.
    pub is_transaction: bool,
    /// The pool or connection it is from, in the callee's terms.
    pub on: Val,
    /// The part of that, by type.
    pub on_part: Option<Part>,
    /// The catalogue's call that makes it.
    pub call: crate::catalogue::CallId,
    /// It holds a session lock that others give up on: there is one such holder.
    pub is_sole: bool,
    /// A transaction on SQLite: it takes the write lock at once, or has it already by a write of who hands it over.
    pub immediate: Option<bool>,
}

/// A mark that a call leaves in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub mark: Mark,
    /// On what connection.
    pub on: Val,
    /// The part of that, by type.
    pub part: Option<Part>,
    /// The catalogue's call that leaves it.
    pub call: Option<crate::catalogue::CallId>,
}

/// A closure or future parameter that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which parameter, by place.
    pub what: Place,
    /// The pool or connection of the transaction that is open meanwhile, if one is.
    pub inside: Option<Val>,
}

/// A transaction as it begins on SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// It takes the write lock at once, or comes with it; none where nothing tells.
    pub immediate: Option<bool>,
    /// Its connection is one of a pool's: there are others.
    pub is_pooled: bool,
}

/// All units with their summaries.
#[derive(Debug)]
pub struct Program<'a> {
    /// Definitions and types.
    pub types: &'a Types<'a>,
    /// Units in a fixed order: by body, then by place.
    pub units: Vec<Unit>,
    /// Where each unit is.
    pub index: FxHashMap<UnitId, usize>,
    /// Who calls each function.
    callers: Callers,
    /// What calling each does.
    pub summaries: Vec<Summary>,
    /// Parts that callers give to parameters declared by a bound.
    pub given: FxHashMap<(FnId, u32), Vec<Part>>,
    /// Parameters that are a pool or a connection, and that some caller outside of tests may give a pool.
    pub pools: FxHashSet<(FnId, u32)>,
    /// Orders of lists and open transactions that callers give to parameters.
    pub handed: Given,
}

impl<'a> Program<'a> {
    /// Summarises units.
    #[must_use]
    pub fn new(types: &'a Types<'a>, mut units: Vec<Unit>) -> Self {
        units.sort_by_key(|unit| unit.id);
        let index = units
            .iter()
            .enumerate()
            .map(|(index, unit)| (unit.id, index))
            .collect();
        let summaries = vec![Summary::default(); units.len()];
        let callers = Callers::find(&units);
        let mut program = Self {
            types,
            units,
            callers,
            index,
            summaries,
            given: FxHashMap::default(),
            pools: FxHashSet::default(),
            handed: Given::default(),
        };
        order::summarise(&mut program);
        roles::give(&mut program);
        either::give(&mut program);
        given::give(&mut program);
        program
    }

    /// The summary of a unit.
    #[must_use]
    pub fn summary(&self, unit: &Unit) -> &Summary {
        &self.summaries[self.index[&unit.id]]
    }

    /// The units of a body: its own, and those of its closures.
    #[must_use]
    pub fn units_of(&self, owner: Owner) -> &[Unit] {
        let from = self.units.partition_point(|unit| unit.id.owner < owner);
        let to = self.units.partition_point(|unit| unit.id.owner <= owner);
        &self.units[from..to]
    }

    /// The summary of a function's own body.
    #[must_use]
    pub fn of_fn(&self, id: FnId) -> Option<&Summary> {
        self.index
            .get(&UnitId {
                owner: Owner::Fn(id),
                inner: None,
            })
            .map(|index| &self.summaries[*index])
    }

    /// Whether an event is a call that is never answered by an error: of every function that may run, nothing but `Ok(…)` comes back.
    #[must_use]
    pub fn never_fails(&self, event: &Event) -> bool {
        let EventKind::Call { fns, .. } = &event.kind else {
            return false;
        };
        let only_succeeds = |id: &FnId| {
            let owner = Owner::Fn(*id);
            let index = self.index.get(&UnitId { owner, inner: None });
            index.is_some_and(|index| self.units[*index].graph.only_succeeds())
        };
        !fns.is_empty() && fns.iter().all(only_succeeds)
    }

    /// Whether a unit is a test function's: what tests give to a parameter says nothing of the program.
    fn is_test_fn(&self, unit: &Unit) -> bool {
        matches!(unit.id.owner, Owner::Fn(id) if self.types.defs.is_test(id))
    }

    /// The unit of a closure or async block of a body.
    #[must_use]
    pub fn inner(&self, owner: Owner, inner: ExprId) -> Option<usize> {
        self.index
            .get(&UnitId {
                owner,
                inner: Some(inner),
            })
            .copied()
    }
}
