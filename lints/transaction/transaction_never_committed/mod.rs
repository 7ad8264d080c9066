//! Transactions that write and that no path commits.

use crate::context::{Lost, UnitContext};
use crate::flow::Resource;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "transaction_never_committed",
    group: "transaction",
    level: Level::Deny,
    summary: "a transaction writes and no path commits it: what it wrote vanishes when it is dropped",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    // Tests roll back on purpose, by leaving it to the drop.
    if unit.cx.in_test(unit.flow.unit) {
        return;
    }
    for (index, begun) in unit.guards() {
        if !unit.may_be_kept(index)
            && let Some(lost) = unit.lost_write(index)
        {
            found.push(report(unit, begun, &lost));
        }
    }
}

fn report(unit: &UnitContext<'_, '_>, begun: &Resource, lost: &Lost<'_>) -> Finding {
    let primary = Label {
        span: begun.span,
        message: "begins it".to_owned(),
    };
    let message =
        "no path commits this transaction: when it is dropped, what it wrote is rolled back";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(Label {
        span: unit.span(lost.at),
        message: "this write is lost".to_owned(),
    });
    finding.related.extend(unit.chain(lost.write));
    finding.help = Some(
        "commit it before it is dropped; to discard what it wrote, roll back explicitly".to_owned(),
    );
    finding
}
