//! Pools that are allowed more connections than a server should have.

use crate::body::EventKind;
use crate::context::UnitContext;
use crate::handlers::HandlerKind;
use crate::infer::{Owner, Setting};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "oversized_pool",
    group: "pool",
    level: Level::Warn,
    summary: "a pool is allowed more connections than `[pool] max`, or than a Lambda instance can use",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Connections that an instance can use which handles one event at a time.
const ONE_AT_A_TIME: i128 = 5;

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let limit = i128::from(unit.settings().pool.max);
    for event in unit.flow.unit.events() {
        let EventKind::PoolOption {
            option,
            value: Some(Setting::Number(max)),
            ..
        } = &event.kind
        else {
            continue;
        };
        if *option != "max" {
            continue;
        }
        let message = if *max > limit {
            format!(
                "a pool of {max} connections: each replica may open as many, and a server with more than some dozens of them at work gets slower"
            )
        } else if *max > ONE_AT_A_TIME && is_one_at_a_time(unit) {
            format!(
                "a pool of {max} connections in a function that handles one event at a time: as many may be open in each instance"
            )
        } else {
            continue;
        };
        let primary = Label {
            span: unit.span(event),
            message: "sets the maximum".to_owned(),
        };
        let mut finding = unit.finding(&LINT, primary, message);
        finding.help = Some(format!(
            "a few connections a processor of the server are enough for all replicas together; `[pool] max` in `acid.toml` is {limit}"
        ));
        found.push(finding);
    }
}

/// Whether the package has handlers of which one runs at a time in a process.
fn is_one_at_a_time(unit: &UnitContext<'_, '_>) -> bool {
    let package = |file| unit.cx.sources.file(file).package;
    let here = package(unit.file());
    let file = |owner: Owner| match owner {
        Owner::Fn(id) => unit.cx.defs().function(id).file,
        Owner::Value(id) => unit.cx.defs().value(id).span.file,
    };
    let mut handlers = unit.cx.handlers.iter();
    handlers.any(|handler| {
        handler.kind == HandlerKind::OneAtATime && package(file(handler.unit.owner)) == here
    })
}
