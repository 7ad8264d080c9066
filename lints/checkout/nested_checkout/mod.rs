//! A second connection from a pool while one of it is held.

use crate::body::Event;
use crate::context::{PoolUse, UnitContext};
use crate::flow::{Resource, ResourceKind};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::summary::Happening;

/// The lint.
pub static LINT: Lint = Lint {
    name: "nested_checkout",
    group: "checkout",
    level: Level::Warn,
    summary: "a second connection is taken from a pool while one of it, or a transaction, is held",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, moment| {
        let mut held = unit.held(state);
        held.retain(|resource| !unit.is_sole(resource, state));
        let nested = moment.happenings.iter().find_map(|happening| {
            let mut held = held.clone();
            held.retain(|resource| !unit.is_over_before(resource, moment, happening));
            nested(unit, event, happening, &held).map(|(pool_use, held)| {
                let writes = moment.happenings.iter().any(|one| one.effect.kind.writes());
                let mut finding = report(unit, event, &pool_use, held, writes);
                finding.pedantic |= unit.is_one_by_one(held, state);
                finding
            })
        });
        found.extend(nested);
    });
}

fn nested<'h>(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    happening: &'h Happening,
    held: &[&'h Resource],
) -> Option<(PoolUse<'h>, &'h Resource)> {
    let pool_use = unit.pool_use(&happening.effect)?;
    if pool_use.tries || unit.is_told_by_callee(event, &pool_use) {
        return None;
    }
    let pool = pool_use.pool.one()?;
    if unit.flow.program.may_be_connection(unit.flow.unit, pool) {
        return None;
    }
    let resource = held.iter().find(|resource| {
        unit.pool_of(resource)
            .is_some_and(|held| held.is_one_with(pool))
    })?;
    Some((pool_use, resource))
}

fn report(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    pool_use: &PoolUse<'_>,
    held: &Resource,
    writes: bool,
) -> Finding {
    let (what, begins) = match held.kind {
        ResourceKind::Transaction => (
            "a transaction holds one of the same pool",
            "the transaction holds a connection from here on",
        ),
        ResourceKind::RowStream => (
            "a row stream holds one of the same pool",
            "the row stream holds a connection from here on",
        ),
        _ => (
            "one of the same pool is held",
            "a connection is held from here on",
        ),
    };
    let message = format!(
        "takes a second connection while {what}: when all are held so, each waits for another's"
    );
    let primary = Label {
        span: unit.span(event),
        message: "takes a second connection".to_owned(),
    };
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.related.push(Label {
        span: held.span,
        message: begins.to_owned(),
    });
    finding.related.extend(unit.chain(pool_use.effect));
    finding.help = Some(match held.kind {
        // What is written on such a transaction is never committed.
        ResourceKind::Transaction if writes && unit.is_for_reading(held) => {
            "end the transaction first: it only reads, and is never committed".to_owned()
        }
        ResourceKind::Transaction => "run it on the transaction, or before it begins".to_owned(),
        _ => "use the connection that is held, or give it back first".to_owned(),
    });
    finding
}
