//! Waiting for something outside of the database while a connection of a pool is held.

use crate::context::{Meanwhile, UnitContext};
use crate::flow::{Resource, ResourceKind};
use crate::lint::{Check, Finding, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "checkout_across_slow_work",
    group: "checkout",
    level: Level::Allow,
    summary: "a pool's connection is held while HTTP, sleep, files, mail or other slow work is waited for",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let all = unit.meanwhile(
        |held, state| {
            let is_held = matches!(held.kind, ResourceKind::Checkout | ResourceKind::RowStream);
            is_held && !unit.flow.open(state.may).any(Resource::is_transaction)
        },
        // A connection that listens waits for messages.
        |held, deed, _| held.is_some() && deed.takes_time() && deed.kind() != "channel",
    );
    found.extend(all.iter().filter_map(|all| report(unit, all)));
}

fn report(unit: &UnitContext<'_, '_>, meanwhile: &Meanwhile<'_>) -> Option<Finding> {
    let first = meanwhile.deeds.first()?;
    let is_stream = meanwhile
        .held
        .is_some_and(|held| held.kind == ResourceKind::RowStream);
    let what = if is_stream {
        "a row stream keeps a connection of the pool"
    } else {
        "it holds a connection of the pool"
    };
    let message = format!(
        "{} while {what}: nobody else has that connection until then",
        first.words()
    );
    let mut finding = unit.told(&LINT, message, first, meanwhile);
    finding.help = Some(if is_stream {
        "collect the rows first, and work on them once the stream has ended".to_owned()
    } else {
        "give the connection back first, and take another one afterwards".to_owned()
    });
    Some(finding)
}
