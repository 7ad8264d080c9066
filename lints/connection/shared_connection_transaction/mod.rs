//! Transactions on a connection that other tasks use at the same time.

use crate::catalogue::Role;
use crate::context::UnitContext;
use crate::flow::{Bits, Resource, ResourceKind};
use crate::infer::Place;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sharing;

/// The lint.
pub static LINT: Lint = Lint {
    name: "shared_connection_transaction",
    group: "connection",
    level: Level::Deny,
    summary: "a transaction is open on a connection that other tasks use at the same time: their statements join it",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// A transaction that is used here after it has begun.
struct Used<'c> {
    transaction: &'c Resource,
    connection: Place,
    /// Guards that are held at its begin and at every use.
    locks: Bits,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for used in used(unit) {
        if used.locks != 0 {
            continue;
        }
        let shared = sharing::shared_with(unit.cx, unit.flow.unit, &used.connection);
        found.extend(shared.map(|shared| report(unit, used.transaction, shared)));
    }
}

/// Transactions with a statement, commit or rollback on them where they are open: a helper that only begins leaves it to its caller.
fn used<'c>(unit: &UnitContext<'c, '_>) -> Vec<Used<'c>> {
    let flow = unit.flow;
    let mut all = Vec::new();
    for (index, transaction) in flow.resources.iter().enumerate() {
        let Some(connection) = begun_on(unit, transaction) else {
            continue;
        };
        let (mut is_used, mut was_locked, mut locks) = (false, 0, Bits::MAX);
        flow.walk(|state, event, moment| {
            let open = guards_of(unit, &connection) & state.must;
            if Some(event.at) == transaction.at {
                locks &= open;
                was_locked |= guards_of(unit, &connection) & state.may;
            } else if state.may >> index & 1 == 1 {
                let mut places = moment
                    .happenings
                    .iter()
                    .flat_map(|happening| happening.effect.on.places());
                if places.any(|place| flow.connection(place) == connection) {
                    is_used = true;
                    locks &= open;
                }
            }
        });
        let is_reachable = was_locked != 0 || by_reference(unit, transaction);
        if is_used && is_reachable {
            all.push(Used {
                transaction,
                connection,
                locks,
            });
        }
    }
    all
}

/// The single connection that a transaction begins on here.
fn begun_on(unit: &UnitContext<'_, '_>, transaction: &Resource) -> Option<Place> {
    let part = transaction
        .on_part
        .filter(|part| part.role == Role::Connection)?;
    let own = transaction.is_transaction() && !transaction.given && !transaction.takes_connection;
    let connection = unit.flow.connection(&transaction.place);
    let is_known = !part.is_bound && unit.flow.resource(&connection).is_none();
    (own && is_known).then_some(connection)
}

/// Whether `&` is enough to run statements.
fn by_reference(unit: &UnitContext<'_, '_>, transaction: &Resource) -> bool {
    transaction
        .on_part
        .is_some_and(|part| unit.cx.behaviour(part.sheet).shared_by_reference)
}

/// Mutex guards that give the connection.
fn guards_of(unit: &UnitContext<'_, '_>, connection: &Place) -> Bits {
    let all = unit.flow.resources.iter().enumerate();
    let guards = all.filter(|(_, resource)| {
        resource.kind == ResourceKind::Mutex && sharing::guards(unit.flow, &resource.on, connection)
    });
    guards.fold(0, |bits, (index, _)| bits | 1 << index)
}

fn report(unit: &UnitContext<'_, '_>, transaction: &Resource, shared: Label) -> Finding {
    let primary = Label {
        span: transaction.span,
        message: "the connection is in a transaction from here on, for all who use it".to_owned(),
    };
    let message = "begins a transaction on a connection that other tasks use meanwhile: their statements join it, and are lost when it rolls back";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(shared);
    finding.help = Some(
        "take a connection from a pool for each transaction, or hold a lock around this one from begin to commit".to_owned(),
    );
    finding
}
