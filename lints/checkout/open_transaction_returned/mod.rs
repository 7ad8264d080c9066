//! Transactions begun by text that are still open where control leaves and the connection lives on.

use crate::body::{EventKind, Exit, Way};
use crate::context::{Fate, PoolReturnOf, UnitContext};
use crate::flow::{Mark, Resource, ResourceKind, State};
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
struct Leak {
    /// By `return`, `?`…; none at the end.
    way: Option<Way>,
    span: Span,
    fate: Fate,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, mark) in unit.flow.resources.iter().enumerate() {
        if mark.kind != ResourceKind::Mark(Mark::Transaction) || unit.is_left_to_callers(mark) {
            continue;
        }
        let leak = if unit.is_pool(mark) {
            mark.on_failure.then(|| Leak {
                way: None,
                span: mark.span,
                fate: Fate::GoesBack(unit.on_return(mark.on_part), None),
            })
        } else {
            leak(unit, index, mark)
        };
        found.extend(
            leak.filter(|leak| lives_on(leak.fate))
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

/// The first `return` or `panic!` that leaves it open, else the first `?`, else the end.
fn leak(unit: &UnitContext<'_, '_>, index: usize, mark: &Resource) -> Option<Leak> {
    let mut leaks: Vec<Leak> = Vec::new();
    let mut is_dropped = None;
    unit.flow.walk(|state, event, _| {
        let is_open = state.must >> index & 1 == 1;
        match event.kind {
            EventKind::Leave { way } if is_open => leaks.push(Leak {
                way: Some(way),
                span: unit.span(event),
                fate: unit.fate(mark, state),
            }),
            EventKind::Drop { .. } if state.may >> index & 1 == 1 => {
                let fate = unit.fate_at_drop(mark, state, event);
                is_dropped = is_dropped.or(fate);
            }
            _ => {}
        }
    });
    let end = end(unit, index, mark, is_dropped);
    leaks.retain(|leak| lives_on(leak.fate));
    leaks.sort_by_key(|leak| (leak.way == Some(Way::Question), leak.span));
    end.or_else(|| leaks.into_iter().next())
}

/// Control gets to the end with the transaction open: always, or past what ends it elsewhere.
fn end(
    unit: &UnitContext<'_, '_>,
    index: usize,
    mark: &Resource,
    is_dropped: Option<Fate>,
) -> Option<Leak> {
    let blocks = &unit.flow.unit.graph.blocks;
    let exits = unit.flow.exits();
    let states = exits
        .iter()
        .filter(|(block, _)| matches!(blocks[block.0 as usize].exit, Some(Exit::Return(_))))
        .map(|(_, state)| *state);
    let state = states.reduce(State::joined)?;
    if state.must >> index & 1 == 0 || unit.flow.is_ended(index) {
        return None;
    }
    let fate = is_dropped.unwrap_or_else(|| unit.fate(mark, state));
    Some(Leak {
        way: None,
        span: mark.span,
        fate,
    })
}

fn report(unit: &UnitContext<'_, '_>, mark: &Resource, leak: &Leak) -> Finding {
    let harm = match leak.fate {
        Fate::GoesBack(..) => {
            "its connection goes back to the pool so, and the next borrower works inside it"
        }
        _ => "its connection lives on so, and whoever uses it next works inside it",
    };
    let (what, label) = match (leak.way, mark.on_failure) {
        (Some(Way::Return), false) => ("this returns with the transaction open", "leaves it open"),
        (Some(Way::Panic), false) => ("this panics with the transaction open", "leaves it open"),
        (Some(Way::Question), false) => (
            "when this fails, the function leaves with the transaction open",
            "leaves it open",
        ),
        (None, false) => ("nothing here ends this transaction", "begins it"),
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
