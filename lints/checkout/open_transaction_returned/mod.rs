//! Transactions begun by text that are still open where control leaves and the connection lives on.

use crate::body::{EventKind, Way};
use crate::context::{Fate, PoolReturnOf, UnitContext};
use crate::flow::{Mark, Resource, ResourceKind};
use crate::infer::Place;
use crate::ir::ExprId;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;

/// The lint.
pub static LINT: Lint = Lint {
    name: "open_transaction_returned",
    group: "checkout",
    level: Level::Deny,
    summary: "a transaction begun by text is left open on some way out, and its connection lives on",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// A way out that leaves a transaction open.
#[derive(Clone, Copy)]
struct Leak {
    way: Way,
    span: Span,
    fate: Fate,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    // A test that fails takes its pool with it.
    if unit.cx.in_test(unit.flow.unit) {
        return;
    }
    for (index, mark) in unit.flow.resources.iter().enumerate() {
        if mark.kind != ResourceKind::Mark(Mark::Transaction) || unit.is_left_to_callers(mark) {
            continue;
        }
        let leak = if unit.is_pool(mark) {
            let leak = mark.on_failure.then(|| Leak {
                way: Way::End,
                span: mark.span,
                fate: Fate::GoesBack(unit.on_return(mark.on_part), None),
            });
            leak.filter(|_| !dies_midway(unit, mark))
        } else {
            leak(unit, index, mark)
        };
        found.extend(
            leak.filter(|leak| lives_on(leak.fate) && !unit.flow.is_guarded(mark))
                .map(|leak| report(unit, mark, &leak)),
        );
    }
}

fn lives_on(fate: Fate) -> bool {
    matches!(
        fate,
        Fate::Lent | Fate::Stays | Fate::GoesBack(PoolReturnOf::Keeps, _)
    )
}

/// A text that stops midway, and what has made its pool leaves with that.
fn dies_midway(unit: &UnitContext<'_, '_>, mark: &Resource) -> bool {
    let Some((at, body)) = mark.at.zip(unit.body()) else {
        return false;
    };
    let way = if body.fails_with(at) {
        Way::Question
    } else {
        Way::End
    };
    dies(unit, &mark.place, way, at)
}

/// Whether a failure drops the pool, and its connections with it.
fn dies(unit: &UnitContext<'_, '_>, pool: &Place, way: Way, at: ExprId) -> bool {
    matches!(way, Way::Question | Way::Panic) && unit.cx.dies_with_failure(unit.flow.unit, pool, at)
}

/// The end if nothing ends it, else the first `return` or `panic!` that leaves it open, the first `?`, the end.
fn leak(unit: &UnitContext<'_, '_>, index: usize, mark: &Resource) -> Option<Leak> {
    let (mut leaks, mut is_surely_ended) = (Vec::new(), false);
    let has = |bits: u128| bits >> index & 1 == 1;
    let held = unit.flow.resource(&mark.place);
    let pool = held.and_then(|held| unit.pool_of(&unit.flow.resources[held]));
    unit.flow.walk(|state, event, moment| {
        is_surely_ended |= has(state.must) && unit.flow.closes(event, moment, index);
        let (way, fate) = match event.kind {
            _ if unit.is_in_guard(mark, state) => return,
            EventKind::Leave { way, .. } if has(state.may) => (way, Some(unit.fate(mark, state))),
            EventKind::Drop { .. } if has(state.must) => {
                (Way::End, unit.fate_at_drop(mark, state, event))
            }
            _ => return,
        };
        let span = if way == Way::End {
            mark.span
        } else {
            unit.span(event)
        };
        let is_over = || {
            let pool = pool.as_ref();
            pool.is_some_and(|pool| dies(unit, pool, way, event.at))
        };
        if let Some(fate) = fate.filter(|fate| lives_on(*fate) && !is_over()) {
            leaks.push((has(state.must), Leak { way, span, fate }));
        }
    });
    let is_ended = unit.flow.is_ended(index);
    let rank = |leak: &Leak| match leak.way {
        Way::End if !is_ended => 0,
        Way::Return | Way::Panic => 1,
        Way::Question => 2,
        Way::End => 3,
    };
    // Open on some paths only, and not ended for sure on others: begin and end may depend on one condition.
    leaks.retain(|(must, leak)| *must || leak.way == Way::End && is_surely_ended);
    let first = leaks.iter().min_by_key(|(_, leak)| (rank(leak), leak.span));
    first.map(|(_, leak)| *leak)
}

fn report(unit: &UnitContext<'_, '_>, mark: &Resource, leak: &Leak) -> Finding {
    let harm = match leak.fate {
        Fate::GoesBack(..) => {
            "its connection goes back to the pool, and the next borrower works inside it"
        }
        _ => "its connection lives on, and whoever uses it next works inside it",
    };
    let (what, label) = match (leak.way, mark.on_failure) {
        (Way::Return, false) => ("this returns with the transaction open", "leaves it open"),
        (Way::Panic, false) => ("this panics with the transaction open", "leaves it open"),
        (Way::Question, false) => (
            "when this fails, the function leaves with the transaction open",
            "leaves it open",
        ),
        (Way::End, false) => (
            "this transaction is still open at the end of the function, on some path at least",
            "begins it",
        ),
        (_, true) => (
            "when a statement of this text fails, its COMMIT is not reached and the transaction stays open",
            "stops at the first statement that fails",
        ),
    };
    let span = if mark.on_failure {
        mark.span
    } else {
        leak.span
    };
    let primary = Label {
        span,
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, format!("{what}: {harm}"));
    if span != mark.span {
        finding.related.push(Label {
            span: mark.span,
            message: "the transaction begins here".to_owned(),
        });
        finding.covers.push(mark.span);
    }
    if let Fate::GoesBack(_, Some(lender)) = leak.fate {
        finding.related.push(Label {
            span: lender,
            message: "a caller lends it a connection of the pool here".to_owned(),
        });
    }
    finding.help = Some(if mark.on_failure {
        "roll back where it fails, or use the client's own transaction".to_owned()
    } else {
        "begin it with the client's own call, whose guard rolls back on every way out".to_owned()
    });
    finding
}
