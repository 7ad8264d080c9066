//! Transactions that leave the code that begins them.

use crate::context::{Escape, UnitContext, Whither, beginning};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "escaping_transaction",
    group: "transaction",
    level: Level::Allow,
    summary: "a transaction goes into a task that nobody waits for, a request's extensions, or a field that nobody ends it in",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let escapes = unit.escapes();
    found.extend(escapes.iter().map(|escape| report(unit, escape)));
}

fn report(unit: &UnitContext<'_, '_>, escape: &Escape<'_>) -> Finding {
    let (message, label, help) = match escape.whither {
        Whither::Task => (
            "this task takes the transaction along, and nobody waits for it: whether it is committed nobody hears, and its connection is held until the task ends".to_owned(),
            "takes the transaction along".to_owned(),
            "begin the transaction in the task, or await the task's handle",
        ),
        Whither::Kept => (
            "the transaction is kept with the request, and nothing here commits it: it is open, with its connection, until the last copy of the request is dropped".to_owned(),
            "keeps it with the request".to_owned(),
            "commit it where it begins, once the rest of the request has been served, or hand it on as an argument",
        ),
        Whither::Field(name) => (
            format!("the transaction goes into the field `{name}`, and nothing commits it there or takes it out again: what it writes is lost when the value is dropped, and locked until then"),
            format!("kept in `{name}`"),
            "give the type a method that takes it by value and commits, or keep the pool in it and begin where the work is done",
        ),
    };
    let primary = Label {
        span: escape.span,
        message: label,
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(beginning(escape.transaction));
    finding.help = Some(help.to_owned());
    finding
}
