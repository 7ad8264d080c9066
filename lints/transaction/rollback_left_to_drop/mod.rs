//! Awaited work between a dropped transaction and the next use of its connection, which is what rolls it back.

use crate::context::{UnitContext, Unsent, beginning};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "rollback_left_to_drop",
    group: "transaction",
    level: Level::Allow,
    summary: "a dropped transaction's rollback waits in the client while other work is awaited: what it wrote stays locked",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let unsent = unit.unsent_rollbacks();
    found.extend(unsent.iter().map(|unsent| report(unit, unsent)));
}

fn report(unit: &UnitContext<'_, '_>, unsent: &Unsent<'_>) -> Finding {
    let message = format!(
        "{} before a dropped transaction is rolled back: its rollback goes out with the next use of its connection, and what it has written stays locked until then",
        unsent.words
    );
    let primary = Label {
        span: unit.span(unsent.event),
        message: unsent.words.clone(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(beginning(unsent.transaction));
    finding.related.extend(unsent.dropped.map(|span| Label {
        span,
        message: "this drop only tells the client to roll back later".to_owned(),
    }));
    finding.related.extend(unsent.chain.iter().cloned());
    finding.help = Some(
        "roll it back with the client's own call, `rollback().await`, before anything else is awaited"
            .to_owned(),
    );
    finding
}
