//! Statements on databases that lock rows, in a unit and in what it calls: what lints of locks ask.

mod gates;
mod ties;

pub use gates::{is_after, is_gated};
pub use ties::{goes_into, share_values};

use crate::body::{BlockId, Event, Sql};
use crate::catalogue::{Effect as Call, Role};
use crate::context::UnitContext;
use crate::flow::{Moment, Resource, State};
use crate::infer::{Place, Root, Val};
use crate::sql::{AdvisoryOp, Database, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// A statement that runs at an event.
#[derive(Debug)]
pub struct Run<'f> {
    /// Where it is.
    pub block: BlockId,
    /// Its position among all events, in order of blocks.
    pub index: usize,
    /// The position of its event.
    pub order: usize,
    /// What is open before it.
    pub state: State,
    /// The event.
    pub event: &'f Event,
    /// What it does.
    pub effect: &'f Effect,
    /// What it says.
    pub sql: &'f Sql,
    /// The connection.
    pub on: Place,
    /// A callee runs it in a transaction of its own, as a closure or in itself.
    pub is_enclosed: bool,
}

impl<'f> Run<'f> {
    /// Statements that wait for row locks and keep them.
    pub fn locking(&self) -> impl Iterator<Item = &'f Statement> {
        self.sql
            .statements()
            .filter(|statement| waits_for_rows(statement))
    }

    /// A lock taken for its own sake.
    #[must_use]
    pub fn is_explicit(&self) -> bool {
        self.sql.statements().any(|statement| {
            let takes = |op: AdvisoryOp| matches!(op, AdvisoryOp::Lock | AdvisoryOp::TryLock);
            statement.row_lock.is_some()
                || statement.verb == Verb::LockTable
                || statement.advisory.iter().any(|call| takes(call.op))
        })
    }

    /// Whether it and another statement run in the turns of one loop: what it locks there isn't locked before.
    #[must_use]
    pub fn is_turn_of(&self, unit: &UnitContext<'_, '_>, other: &Self) -> bool {
        let mut loops = unit.flow.unit.loops.iter();
        loops.any(|around| around.holds(self.block) && around.holds(other.block))
    }

    /// What it does directly, not in a callee.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.effect.steps.len() == 1
    }

    /// The transaction that keeps its locks: begun here, or (none) by a caller.
    #[must_use]
    pub fn transaction<'c>(&self, unit: &UnitContext<'c, '_>) -> Option<Option<&'c Resource>> {
        let begun = unit.held(self.state).into_iter().find(|resource| {
            resource.is_transaction() && unit.flow.connection(&resource.place) == self.on
        });
        if let Some(transaction) = begun {
            return Some(Some(transaction));
        }
        let by_caller = match self.effect.on.one() {
            Some(Place {
                root: Root::Param(index),
                path: None,
            }) => {
                unit.flow.unit.id.inner.is_none()
                    && unit.flow.program.is_in_transaction(unit.flow.unit, *index)
            }
            _ => false,
        };
        (by_caller || unit.role(self.effect) == Some(Role::Transaction)).then_some(None)
    }
}

fn waits_for_rows(statement: &Statement) -> bool {
    let waits = statement
        .sure_lock()
        .is_none_or(|lock| !lock.skip_locked && !lock.no_wait);
    statement.locks_rows() && waits
}

/// Statements of a unit on databases that lock rows, in order.
#[must_use]
pub fn runs<'c>(unit: &UnitContext<'c, '_>) -> Vec<Run<'c>> {
    let mut found = statements(unit);
    found.retain(|run| locks_rows(unit, run.effect));
    found
}

/// Statements of a unit, in order.
#[must_use]
pub fn statements<'c>(unit: &UnitContext<'c, '_>) -> Vec<Run<'c>> {
    let mut found = Vec::new();
    let (mut index, mut order) = (0, 0);
    unit.flow
        .walk_blocks(|block, state, event, moment: &'c Moment| {
            order += 1;
            for happening in &moment.happenings {
                let EffectKind::Statement(sql, _) = &happening.effect.kind else {
                    continue;
                };
                index += 1;
                let Some(on) = connection(unit, &happening.effect.on) else {
                    continue;
                };
                if is_run(unit, &happening.effect) {
                    found.push(Run {
                        block,
                        index,
                        order,
                        state,
                        event,
                        effect: &happening.effect,
                        sql,
                        on,
                        is_enclosed: happening.inside.is_some()
                            || happening.effect.in_own_transaction,
                    });
                }
            }
        });
    found
}

/// The one connection that all places of a value lead to; of a wrapper that holds one or another, that which is held here.
fn connection(unit: &UnitContext<'_, '_>, on: &Val) -> Option<Place> {
    let places = on.places();
    let held = |place: &&Place| unit.flow.resource(place).is_some();
    let known = places.iter().find(held).or(places.first())?;
    let one = unit.flow.connection(known);
    let leads = |place: &Place| {
        let is_other = unit.flow.resource(place).is_none() && place.root == known.root;
        unit.flow.connection(place) == one || (held(&known) && is_other)
    };
    places.iter().all(leads).then_some(one)
}

/// Whether it runs, not only is prepared.
fn is_run(unit: &UnitContext<'_, '_>, effect: &Effect) -> bool {
    let EffectKind::Statement(_, call) = effect.kind else {
        return false;
    };
    unit.cx.catalogue().call(call).effect != Call::Prepare
}

/// Whether the database may lock rows instead of all there is.
fn locks_rows(unit: &UnitContext<'_, '_>, effect: &Effect) -> bool {
    let EffectKind::Statement(_, call) = effect.kind else {
        return false;
    };
    let of = |database: &Database| !matches!(database, Database::Sqlite | Database::DuckDb);
    let client = || unit.cx.catalogue().client(unit.cx.client_of(call));
    let databases = match effect.part {
        Some(_) => unit.databases(effect.part),
        None => client().databases.clone(),
    };
    databases.is_empty() || databases.iter().any(of)
}

/// The table whose rows a statement locks.
#[must_use]
pub fn table(statement: &Statement) -> Option<&str> {
    let tables = if statement.writes.is_empty() {
        &statement.reads
    } else {
        &statement.writes
    };
    match tables.as_slice() {
        [table] => Some(table),
        _ => None,
    }
}

/// The rows, for people.
#[must_use]
pub fn rows_of(statement: &Statement) -> String {
    match table(statement) {
        Some(table) => format!("rows of `{table}`"),
        None => "rows".to_owned(),
    }
}
