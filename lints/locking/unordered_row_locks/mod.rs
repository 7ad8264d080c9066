//! Several rows locked in an order that differs from one transaction to the next.

mod pairs;
mod sets;
mod turns;

use crate::context::UnitContext;
use crate::lint::{Check, Finding, Level, Lint};
use crate::locks;

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
