//! Transactions that stay open when the future that began them is dropped.

use crate::context::{DroppedBegin, UnitContext};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "cancelled_transaction",
    group: "transaction",
    level: Level::Warn,
    summary: "a transaction begins where its future may be dropped, and stays open then",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for begin in unit.dropped_begins() {
        found.push(report(unit, &begin));
    }
}

fn report(unit: &UnitContext<'_, '_>, begin: &DroppedBegin<'_>) -> Finding {
    let (message, label, help) = match begin.effect {
        Some(_) => (
            "when this future is dropped while BEGIN is under way, its connection goes back to the pool with the transaction open, and the next borrower works inside it",
            "begins a transaction that the client doesn't know of yet",
            "take the connection under the time limit (`acquire()`) and begin behind it, or begin in a task of its own",
        ),
        None => (
            "when this future is dropped before its COMMIT, the transaction stays open on a connection that lives on, and the next one works inside it",
            "begins it by text, which no guard rolls back",
            "begin it with the client's own call, whose guard rolls back when it is dropped",
        ),
    };
    let primary = Label {
        span: unit.span(begin.event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    if let Some(effect) = begin.effect {
        finding.related.extend(unit.chain(effect));
    }
    finding.help = Some(help.to_owned());
    finding.pedantic = begin.is_last;
    finding
}
