//! Streams of responses that hold a connection for as long as a client reads.

use crate::context::{HeldByResponse, UnitContext};
use crate::flow::ResourceKind;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "connection_held_by_response",
    group: "checkout",
    level: Level::Warn,
    summary: "a connection, transaction or row stream goes into a response's body: the client's speed decides how long it is held",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let held = unit.held_by_responses();
    found.extend(held.iter().map(|held| report(unit, held)));
}

fn report(unit: &UnitContext<'_, '_>, response: &HeldByResponse<'_>) -> Finding {
    let (what, label) = match response.held.kind {
        ResourceKind::Transaction => (
            "a transaction open",
            "reads in the transaction as fast as its client takes it",
        ),
        ResourceKind::RowStream => (
            "a connection",
            "reads the rows as fast as its client takes them",
        ),
        _ => (
            "a connection",
            "reads from the connection as fast as its client takes it",
        ),
    };
    let message = format!(
        "this response keeps {what} until its client has read all of it: some that read slowly, or stop, take every connection of the pool"
    );
    let primary = Label {
        span: unit.span(response.event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.clone_from(&response.held.labels);
    finding.help = Some(
        "collect the rows before the response begins, read them page by page with a connection for each page, or give the stream a time limit".to_owned(),
    );
    finding
}
