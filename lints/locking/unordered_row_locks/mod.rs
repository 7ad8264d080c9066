//! Several rows locked in an order that differs from one transaction to the next.

mod pairs;
mod sets;
mod turns;

use crate::context::UnitContext;
use crate::lint::{Check, Finding, Level, Lint};
use crate::locks::{self, Run};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unordered_row_locks",
    group: "locking",
    level: Level::Warn,
    summary: "one transaction locks several rows in an order that depends on data",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let runs = locks::runs(unit);
    let given = sets::given_texts(unit);
    if runs.is_empty() && given.is_empty() {
        return;
    }
    let mut new = turns::check(unit, &runs);
    new.extend(sets::check(unit, &runs));
    new.extend(pairs::check(unit, &runs));
    new.extend(given);
    found.append(&mut new);
}

/// Whether something that stands for these rows is locked on a way to here, on the same connection: who holds it is alone.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general enough over lifetimes"
)]
fn is_gated(unit: &UnitContext<'_, '_>, runs: &[Run<'_>], here: &Run<'_>) -> bool {
    is_after(unit, runs, here, |run| run.is_explicit())
}

/// Whether a statement that `is_gate` accepts runs on a way to here, on the same connection and not in a turn of the same loop.
fn is_after(
    unit: &UnitContext<'_, '_>,
    runs: &[Run<'_>],
    here: &Run<'_>,
    is_gate: impl Fn(&Run<'_>) -> bool,
) -> bool {
    let leads = |run: &Run<'_>| {
        run.block == here.block && run.index < here.index
            || run.block != here.block && unit.flow.leads(run.block, here.block)
    };
    runs.iter()
        .filter(|run| is_gate(run) && run.on == here.on && !run.is_turn_of(unit, here))
        .any(|run| run.index != here.index && leads(run))
}
