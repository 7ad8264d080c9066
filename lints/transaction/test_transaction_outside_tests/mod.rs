//! Test transactions in code that isn't a test.

use crate::body::{Event, EventKind};
use crate::catalogue::Effect;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "test_transaction_outside_tests",
    group: "transaction",
    level: Level::Deny,
    summary: "a test transaction is begun outside of tests: nothing on its connection is ever committed",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let events = unit.flow.unit.events();
    let mut begins = events.filter(|event| begins_test(unit, event)).peekable();
    // Asked last: it reads the texts of all that may call this.
    if begins.peek().is_some() && !is_called_so(unit) && !unit.cx.is_for_tests(unit.flow.unit) {
        found.extend(begins.map(|event| report(unit, event)));
    }
}

/// Whether the function, or the module that it is in, is called after tests: helpers that only they use.
fn is_called_so(unit: &UnitContext<'_, '_>) -> bool {
    let name = unit.cx.function(unit.flow.unit).to_lowercase();
    ["test", "fixture", "mock"]
        .iter()
        .any(|word| name.contains(word))
}

fn begins_test(unit: &UnitContext<'_, '_>, event: &Event) -> bool {
    let EventKind::Begin { call, .. } = &event.kind else {
        return false;
    };
    let call = unit.cx.catalogue().call(*call);
    let rolls_back = call.value.is_some_and(|value| value == "rollback");
    call.effect == Effect::BeginTest || call.effect == Effect::BeginClosure && rolls_back
}

fn report(unit: &UnitContext<'_, '_>, event: &Event) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "is never committed".to_owned(),
    };
    let message =
        "a test transaction outside of tests: all that is written in it is rolled back in the end";
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    // A closure's ends with it, and may be meant so: what would happen is tried out.
    finding.pedantic = matches!(event.kind, EventKind::Begin { call, .. }
        if unit.cx.catalogue().call(call).effect == Effect::BeginClosure);
    finding.help = Some("begin a transaction that commits: `transaction(|conn| …)`".to_owned());
    finding
}
