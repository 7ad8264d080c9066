//! Transactions that are committed on some paths, and forgotten on another that has written.

use crate::context::{Lost, UnitContext};
use crate::flow::Resource;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;

/// The lint.
pub static LINT: Lint = Lint {
    name: "conditionally_committed",
    group: "transaction",
    level: Level::Warn,
    summary: "a way out passes by the commit after a write: what was written there vanishes",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, begun) in unit.guards() {
        if !unit.is_committed(index) || unit.is_lent(index) {
            continue;
        }
        let returns = unit.forgetful_returns(index);
        found.extend(
            returns
                .iter()
                .map(|event| forgotten(unit, begun, unit.span(event))),
        );
        let doomed = unit.doomed_write(index);
        found.extend(doomed.map(|lost| refused(unit, begun, &lost)));
    }
}

/// `return Ok(…)` without a commit.
fn forgotten(unit: &UnitContext<'_, '_>, begun: &Resource, span: Span) -> Finding {
    let primary = Label {
        span,
        message: "leaves without a commit".to_owned(),
    };
    let message = "this returns `Ok` without a commit: what the transaction wrote is rolled back";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(begin_of(begun));
    // The early way may have found out that there is nothing to keep.
    finding.pedantic = true;
    finding.help =
        Some("commit here too; to discard what it wrote, roll back explicitly".to_owned());
    finding
}

/// A write that each path follows with an error.
fn refused(unit: &UnitContext<'_, '_>, begun: &Resource, lost: &Lost<'_>) -> Finding {
    let primary = Label {
        span: unit.span(lost.at),
        message: "written, and rolled back with the error".to_owned(),
    };
    let message =
        "every path from this write returns an error without a commit: it is always rolled back";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(begin_of(begun));
    finding.related.extend(unit.chain(lost.write));
    finding.help = Some(
        "commit before the error is returned, or write it outside of the transaction".to_owned(),
    );
    finding
}

fn begin_of(begun: &Resource) -> Label {
    Label {
        span: begun.span,
        message: "the transaction begins here".to_owned(),
    }
}
