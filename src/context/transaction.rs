//! Whether a statement surely runs in a transaction, or surely outside of any, and who knows of it first.

use super::{PoolUse, UnitContext};
use crate::body::{Event, EventKind};
use crate::catalogue::Role;
use crate::defs::FnId;
use crate::flow::{Mark, Moment, Resource, ResourceKind, State};
use crate::infer::{Owner, Place, Root};
use crate::lint::Label;
use crate::sql::Verb;
use crate::summary::{Begun, Effect, EffectKind, Fresh, Happening};

/// Calls that hand out a connection are followed this deep.
const MAX_DEPTH: usize = 4;

/// Where a transaction begins, or the parameter that gives it.
#[must_use]
pub fn beginning(transaction: &Resource) -> Label {
    let message = if transaction.given {
        "the transaction that the caller opened"
    } else {
        "the transaction begins here"
    };
    Label {
        span: transaction.span,
        message: message.to_owned(),
    }
}

impl UnitContext<'_, '_> {
    /// Whether the function called here is itself given the transaction and the pool, and says so.
    #[must_use]
    pub fn is_told_by_callee(&self, event: &Event, pool_use: &PoolUse<'_>) -> bool {
        let EventKind::Call { fns, args } = &event.kind else {
            return false;
        };
        let program = self.flow.program;
        let given = args.iter().any(|arg| {
            let val = self.flow.canon.val(program, &arg.val);
            // The pool itself, or what it is a field of.
            let leads = |place: &Place| {
                let mut pools = pool_use.pool.places().iter();
                pools.any(|pool| {
                    place.root == pool.root && pool.fields().starts_with(place.fields())
                })
            };
            val.places().iter().any(leads)
        });
        given && fns.iter().any(|id| self.takes_transaction(*id))
    }

    /// The transaction that is open on every path where an effect happens: begun here, or given to this function. None where a callee
    /// is given it as a transaction: it is known there.
    #[must_use]
    pub fn transaction_around(&self, effect: &Effect, state: State) -> Option<&Resource> {
        let place = effect.on.one()?;
        if self.is_transaction_below(effect) {
            return None;
        }
        let own = self.flow.resource(place);
        let is_it = |index: usize, resource: &Resource| {
            resource.is_transaction()
                && state.must >> index & 1 == 1
                && (own == Some(index)
                    || self.flow.connection(&resource.place) == self.flow.connection(place))
        };
        let mut all = self.flow.resources.iter().enumerate();
        all.find(|(index, resource)| is_it(*index, resource))
            .map(|(_, resource)| resource)
    }

    /// Whether a callee is given what an effect is on as a transaction.
    fn is_transaction_below(&self, effect: &Effect) -> bool {
        let callee = effect.steps.get(1).and_then(|step| step.within);
        let below = self.below(effect).and_then(|below| below.on.one());
        let (Some(callee), Some(place)) = (callee, below) else {
            return false;
        };
        let mut units = self.flow.program.units_of(Owner::Fn(callee)).iter();
        let root = place.root;
        units.any(|unit| {
            let mut params = unit.params.iter();
            params
                .any(|(index, part)| Root::Param(*index) == root && part.role == Role::Transaction)
        })
    }

    /// How a transaction began on SQLite: here, in the function that runs this closure in it, or in a caller that gives it, of several
    /// the one that takes no lock. None where nothing tells.
    #[must_use]
    pub fn begun(&self, transaction: &Resource) -> Option<Begun> {
        let program = self.flow.program;
        if transaction.given {
            let all = self.beginnings(transaction).into_iter();
            let all = all.map(|one| one.begun);
            return all.min_by_key(|begun| (begun.immediate != Some(false), !begun.is_pooled));
        }
        let begun = Fresh {
            is_transaction: true,
            on: transaction.on.clone(),
            on_part: transaction.on_part,
            call: transaction.call?,
            is_sole: false,
            immediate: transaction.immediate,
        };
        Some(program.begun(self.flow.unit, &self.flow.canon, &begun))
    }

    /// Whether no transaction can be open where an effect happens, and nobody below knows: it runs on a pool, or on a connection that was
    /// taken here, and neither this function nor the callee begins one. `says` tells what the effect is asked for.
    #[must_use]
    pub fn is_outside_transaction(
        &self,
        happening: &Happening,
        (state, moment): (State, &Moment),
        says: impl Fn(&Effect) -> bool,
    ) -> bool {
        let effect = &happening.effect;
        if happening.inside.is_some() || effect.in_own_transaction {
            return false;
        }
        let Some(place) = effect.on.one() else {
            return false;
        };
        let program = self.flow.program;
        if self.is_first_on_pool(effect, says) {
            return !program.may_be_connection(self.flow.unit, place);
        }
        let connection = self.flow.connection(place);
        let may_be_in = |open: &Resource| {
            let begins =
                open.is_transaction() || open.kind == ResourceKind::Mark(Mark::AutocommitOff);
            begins && self.flow.connection(&open.place) == connection
        };
        let begins =
            |other: &Happening| begins(&other.effect) && other.effect.on.places().contains(place);
        self.is_taken_here(&connection)
            && !self.flow.open(state.may).any(may_be_in)
            && !moment.happenings.iter().any(begins)
    }

    /// Whether a connection is opened or taken from a pool here, or by callees that begin nothing on it.
    fn is_taken_here(&self, connection: &Place) -> bool {
        let Root::Site(site) = connection.root else {
            return false;
        };
        let mut events = self.flow.unit.events();
        let made = events.find(|event| {
            event.at == site
                && !matches!(event.kind, EventKind::Drop { .. } | EventKind::Move { .. })
        });
        match made.map(|event| &event.kind) {
            Some(EventKind::Checkout { .. } | EventKind::Connect { .. }) => true,
            Some(EventKind::Call { fns, .. }) => {
                let held = self.flow.resource(connection);
                held.is_some_and(|index| self.flow.resources[index].kind == ResourceKind::Checkout)
                    && fns.iter().all(|id| self.begins_nothing(*id, 0))
            }
            _ => false,
        }
    }

    fn begins_nothing(&self, id: FnId, depth: usize) -> bool {
        let units = self.flow.program.units_of(Owner::Fn(id)).iter();
        let mut events = units.flat_map(crate::body::Unit::events);
        depth < MAX_DEPTH
            && events.all(|event: &Event| match &event.kind {
                EventKind::Call { fns, .. } => {
                    fns.iter().all(|id| self.begins_nothing(*id, depth + 1))
                }
                EventKind::Statement { sql, .. } => {
                    !sql.statements()
                        .any(|statement| statement.verb == Verb::Begin)
                        && sql.param.is_none()
                }
                EventKind::Begin { .. } | EventKind::Autocommit { .. } => false,
                _ => true,
            })
    }
}

/// Whether an effect leaves its connection in a transaction.
fn begins(effect: &Effect) -> bool {
    match &effect.kind {
        EffectKind::Begin(_) | EffectKind::Autocommit(_) => true,
        EffectKind::Statement(sql, _) => sql
            .statements()
            .any(|statement| statement.verb == Verb::Begin || statement.autocommit == Some(false)),
        _ => false,
    }
}
