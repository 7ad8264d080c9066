//! Transactions that are committed although the request is answered with an error.

use crate::body::{Event, EventKind};
use crate::context::UnitContext;
use crate::flow::Resource;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "commit_on_error_response",
    group: "transaction",
    level: Level::Warn,
    summary: "what a transaction wrote is committed although the request is answered with an error",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, _| {
        let EventKind::Refuse { begun } = event.kind else {
            return;
        };
        let mut written = unit.flow.open(state.surely_written);
        if let Some(begun) = written.find(|open| open.at == Some(begun)) {
            found.push(refused(unit, begun, event));
        }
    });
    let blind_commits = unit.blind_commits().into_iter();
    found.extend(blind_commits.map(|(begun, serve, commit)| blind(unit, begun, serve, commit)));
}

/// `Ok(HttpResponse::BadRequest())` inside of the closure.
fn refused(unit: &UnitContext<'_, '_>, begun: &Resource, event: &Event) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "an error for the client, `Ok` for the transaction".to_owned(),
    };
    let message =
        "the request is answered with an error, and what the transaction wrote before is committed";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(Label {
        span: begun.span,
        message: "this commits when the closure returns `Ok`".to_owned(),
    });
    finding.help = Some(
        "return an `Err` from the closure, and make the response of it outside; or check before the first write".to_owned(),
    );
    finding
}

/// A commit around all that handlers do.
fn blind(unit: &UnitContext<'_, '_>, begun: &Resource, serve: &Event, commit: &Event) -> Finding {
    let primary = Label {
        span: unit.span(commit),
        message: "commits whatever the status is".to_owned(),
    };
    let message =
        "the request's transaction is committed, also where the handler has answered with an error";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.push(Label {
        span: begun.span,
        message: "the transaction begins here".to_owned(),
    });
    finding.related.push(Label {
        span: unit.span(serve),
        message: "the handler runs here: its errors are responses".to_owned(),
    });
    finding.help = Some(
        "commit only where the response's status is a success, and roll back otherwise".to_owned(),
    );
    finding
}
