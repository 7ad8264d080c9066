//! Limits of a pool that contradict each other, or the database that it is for.

use crate::body::Event;
use crate::context::{MadePool, UnitContext};
use crate::infer::Setting;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Database;

/// The lint.
pub static LINT: Lint = Lint {
    name: "contradictory_pool_limits",
    group: "pool",
    level: Level::Deny,
    summary: "a pool's limits contradict each other, or lose its in-memory database",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for pool in unit.pools_made() {
        let finding = no_connection(unit, &pool)
            .or_else(|| minimum(unit, &pool))
            .or_else(|| in_memory(unit, &pool));
        found.extend(finding);
    }
}

/// A pool of none.
fn no_connection(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<Finding> {
    let (event, max) = pool.number("max")?;
    (max == 0).then(|| {
        let message = "a pool of no connections: making it panics, or no checkout ever succeeds";
        let help = "allow at least one connection";
        finding(unit, event, "holds nothing", message, help)
    })
}

/// A minimum that the maximum, or the client's default of it, doesn't allow.
fn minimum(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<Finding> {
    let (event, min) = pool.number("min")?;
    let (place, max) = match pool.option("max") {
        Some((place, Some(Setting::Number(max)))) => (Some(place), max),
        None if pool.is_whole => (None, default_max(unit, pool)?),
        _ => return None,
    };
    (min > max).then(|| {
        let by_default = if place.is_none() { " by default" } else { "" };
        let message = format!(
            "the pool is to keep {min} connections and holds {max} at most{by_default}: it never has the first number, or making it panics"
        );
        let help = "raise the maximum, or lower the minimum";
        let mut finding = finding(unit, event, "more than the maximum", &message, help);
        finding.related.extend(place.map(|place| Label {
            span: unit.span(place),
            message: "the maximum is set here".to_owned(),
        }));
        finding
    })
}

fn default_max(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<i128> {
    let max = unit.cx.behaviour(pool.part.sheet).pool_max;
    max.map(i128::from)
}

/// An in-memory database that each connection has for itself, or that goes with the last of them.
fn in_memory(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<Finding> {
    let is_on = |name| matches!(pool.option(name), Some((_, Some(Setting::Switch(true)))));
    let is_off = |name| {
        matches!(
            pool.option(name),
            None | Some((_, Some(Setting::Switch(false))))
        )
    };
    let by_address = pool.address.is_some_and(names_memory);
    if unit.databases(Some(pool.part)) != [Database::Sqlite] || !(is_on("memory") || by_address) {
        return None;
    }
    let max = match pool.option("max") {
        Some((_, value)) => value,
        None => default_max(unit, pool).map(Setting::Number),
    };
    let is_one = max == Some(Setting::Number(1));
    if is_on("memory") && is_off("shared_cache") && !is_one && max.is_some() {
        let message = "each connection of this pool has an in-memory database of its own: what one writes the others don't see";
        let help = "share the cache (`shared_cache(true)`), or allow one connection";
        return Some(finding(
            unit,
            pool.event,
            "opens several databases",
            message,
            help,
        ));
    }
    if unit.cx.is_for_tests(unit.flow.unit) {
        return None;
    }
    let ends = [
        closes(unit, pool, "idle_timeout")?,
        closes(unit, pool, "max_lifetime")?,
    ];
    let seconds = ends.iter().filter_map(|end| match end {
        Setting::Duration(milliseconds) => Some(milliseconds / 1_000),
        _ => None,
    });
    let seconds = seconds.min()?;
    let message = format!(
        "the in-memory database is gone when the pool closes its last connection, which may be after {seconds} seconds"
    );
    let help = "set both the idle time-out and the maximal lifetime of connections to `None`";
    Some(finding(
        unit,
        pool.event,
        "loses the database",
        &message,
        help,
    ))
}

fn names_memory(address: &str) -> bool {
    address.contains(":memory:") || address.contains("mode=memory")
}

/// After what time connections are closed, by default or as it is set; none where nothing tells.
fn closes(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>, option: &str) -> Option<Setting> {
    let behaviour = unit.cx.behaviour(pool.part.sheet);
    let default = match option {
        "idle_timeout" => behaviour.idle_timeout?,
        _ => behaviour.max_lifetime?,
    };
    match pool.option(option) {
        None if pool.is_whole => Some(Setting::Duration(u64::from(default) * 1_000)),
        Some((_, value)) => value,
        None => None,
    }
}

fn finding(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    label: &str,
    message: &str,
    help: &str,
) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.help = Some(help.to_owned());
    finding
}
