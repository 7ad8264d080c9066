//! Typed expressions to blocks of classified events: what a body does to connections, in the order it does it, on every path.
//! Closures and async blocks run where they are called or awaited; those handed to someone else are units of their own.

mod arguments;
mod arms;
mod assumed;
mod bare;
mod begins;
mod build;
mod calls;
mod caught;
mod closures;
mod conditions;
mod control;
mod counts;
mod drained;
mod dump;
mod effects;
mod emptied;
mod errors;
mod event;
mod futures;
mod given;
mod jumps;
mod lists;
mod loops;
mod options;
mod orders;
mod outcome;
mod owners;
mod prepared;
mod seeds;
mod settle;
mod statement;
mod tails;
mod texts;
mod variants;
mod walk;

pub use dump::dump;
pub use event::{
    Arg, Block, BlockId, Caught, Condition, Droppable, Event, EventKind, Exit, Given, Graph,
    Handle, HeldText, Holds, Loop, Mode, Order, Origin, Seed, Sink, Sql, Unheard, Unit, UnitId,
    UnitKind, Way,
};

use crate::infer::{Typed, Types};

/// All units of a body: its own, then those of closures and async blocks that it hands away.
#[must_use]
#[expect(
    clippy::similar_names,
    reason = "`types` of the run and `typed` of a body are called so everywhere"
)]
pub fn units<'a>(types: &Types<'a>, typed: &Typed<'a>) -> Vec<Unit> {
    build::units(types, typed)
}
