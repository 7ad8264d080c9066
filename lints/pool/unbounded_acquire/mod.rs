//! Pools whose checkouts wait for ever, or for another time than the configuration allows.

use crate::body::Event;
use crate::context::{MadePool, UnitContext};
use crate::infer::Setting;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unbounded_acquire",
    group: "pool",
    level: Level::Allow,
    summary: "a checkout waits for ever, or not within `[pool] acquire_timeout`",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for pool in unit.pools_made() {
        found.extend(for_ever(unit, &pool).or_else(|| out_of_range(unit, &pool)));
    }
}

fn for_ever(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<Finding> {
    let waits = unit.cx.behaviour(pool.part.sheet).acquire_timeout == Some(0);
    let can_be_set = unit
        .cx
        .catalogue()
        .has_option(pool.part.sheet, "acquire_timeout");
    let event = match pool.option("acquire_timeout") {
        None if waits && can_be_set && pool.is_whole => pool.event,
        Some((event, Some(Setting::Nothing))) => event,
        _ => return None,
    };
    let message = "a checkout from this pool waits for ever when no connection comes back: requests pile up behind it without an error";
    Some(finding(unit, event, "sets no time-out", message))
}

fn out_of_range(unit: &UnitContext<'_, '_>, pool: &MadePool<'_>) -> Option<Finding> {
    let (least, most) = unit.settings().pool.acquire_timeout?;
    let (event, Some(Setting::Duration(milliseconds))) = pool.option("acquire_timeout")? else {
        return None;
    };
    let seconds = milliseconds / 1_000;
    let is_within = (u64::from(least)..=u64::from(most)).contains(&seconds);
    (!is_within).then(|| {
        let message = format!(
            "a checkout waits for {seconds} seconds at most: `[pool] acquire_timeout` asks for {least} to {most}"
        );
        finding(unit, event, "sets the time-out", &message)
    })
}

fn finding(unit: &UnitContext<'_, '_>, event: &Event, label: &str, message: &str) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.help =
        Some("set a time-out for checkouts that is shorter than what callers wait for".to_owned());
    finding
}
