//! Tasks that run at the same time, each with a connection, and a pool that has fewer.

mod fans;

use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use fans::{Fan, Width};

/// The lint.
pub static LINT: Lint = Lint {
    name: "fan_out_exceeds_pool",
    group: "checkout",
    level: Level::Allow,
    summary: "more tasks run at the same time than their pool has connections, and each takes one",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let (Some(body), None) = (unit.body(), unit.flow.unit.id.inner) else {
        return;
    };
    for fan in fans::fans(body) {
        let Some((span, sheet)) = unit.first_checkout_in(&fan.tasks) else {
            continue;
        };
        let Some(size) = unit.cx.pool_size(sheet) else {
            continue;
        };
        let exceeds = match fan.width {
            Width::Tasks(tasks) => tasks > size,
            Width::Elements => true,
        };
        if exceeds {
            found.push(report(unit, &fan, span, size));
        }
    }
}

fn report(unit: &UnitContext<'_, '_>, fan: &Fan, span: Span, size: i128) -> Finding {
    let tasks = match fan.width {
        Width::Tasks(tasks) => format!("{tasks} tasks run"),
        Width::Elements => "as many tasks as there are elements run".to_owned(),
    };
    let message = format!(
        "{tasks} at the same time, each with a connection of its own, and the pool has {size}: the others wait, and everybody else with them, until their time is out"
    );
    let primary = Label {
        span: Span {
            file: unit.file(),
            range: fan.name,
        },
        message: "runs them side by side".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span,
        message: "each takes a connection here".to_owned(),
    });
    finding.help = Some(
        "run fewer at a time (`buffer_unordered` of some, a semaphore), or ask for all of them in one statement".to_owned(),
    );
    finding
}
