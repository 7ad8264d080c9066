//! A loop over a list without an order, one row a turn.

use crate::body::{Loop, Order};
use crate::context::UnitContext;
use crate::flow::Resource;
use crate::lint::{Finding, Label};
use crate::locks::{Run, is_after, is_gated, rows_of};
use crate::source::Span;
use crate::sql::{Statement, Verb};

/// Why a list has no order of its own, from cause on.
pub(super) struct Cause {
    pub order: Order,
    pub labels: Vec<Label>,
}

pub(super) fn check(unit: &UnitContext<'_, '_>, runs: &[Run<'_>]) -> Vec<Finding> {
    let loops = &unit.flow.unit.loops;
    let mut told = vec![false; loops.len()];
    let mut found = Vec::new();
    for run in runs {
        let Some(statement) = run.locking().next() else {
            continue;
        };
        let around = loops
            .iter()
            .position(|one| one.holds(run.block) && one.varying.contains(&run.event.at));
        let Some((index, around)) = around.map(|index| (index, &loops[index])) else {
            continue;
        };
        if told[index] || is_new_row(run, runs, around, statement) {
            continue;
        }
        let Some(transaction) = run.transaction(unit) else {
            continue;
        };
        let Some(cause) = cause(unit, around.origin) else {
            continue;
        };
        if transaction.is_some_and(|resource| begins_in(unit, resource, around))
            || is_gated(unit, runs, run)
        {
            continue;
        }
        // What a SELECT finds comes mostly alike: any row that is locked before tells the writers apart.
        let locks = |other: &Run<'_>| other.locking().next().is_some();
        if cause.order == Order::Rows && is_after(unit, runs, run, locks) {
            continue;
        }
        for (other, told) in loops.iter().zip(&mut told) {
            *told |= other.holds(run.block);
        }
        found.push(report(unit, run, statement, transaction, cause));
    }
    found
}

/// The turn inserted the row before: nobody else knows it.
fn is_new_row(run: &Run<'_>, runs: &[Run<'_>], around: &Loop, statement: &Statement) -> bool {
    let inserts = |other: &Run<'_>| {
        other.index < run.index
            && around.holds(other.block)
            && other
                .sql
                .statements()
                .any(|earlier| earlier.verb == Verb::Insert && earlier.writes == statement.writes)
    };
    !statement.writes.is_empty() && runs.iter().any(inserts)
}

fn begins_in(unit: &UnitContext<'_, '_>, transaction: &Resource, around: &Loop) -> bool {
    let blocks = &unit.flow.unit.graph.blocks;
    let begun = blocks.iter().enumerate().find(|(_, block)| {
        block
            .events
            .iter()
            .any(|event| Some(event.at) == transaction.at)
    });
    begun.is_some_and(|(index, _)| around.holds(crate::body::BlockId(index as u32)))
}

/// What makes a list's order vary; none if nothing is known to.
pub(super) fn cause(unit: &UnitContext<'_, '_>, origin: crate::body::Origin) -> Option<Cause> {
    if origin.order.varies() {
        let span = Span {
            file: unit.file(),
            range: origin.range,
        };
        return Some(Cause {
            order: origin.order,
            labels: vec![Label {
                span,
                message: told(origin.order).to_owned(),
            }],
        });
    }
    let Order::Param(index) = origin.order else {
        return None;
    };
    let given = unit.flow.program.given_order(unit.flow.unit, index)?;
    let mut labels = vec![Label {
        span: given.cause,
        message: told(given.order).to_owned(),
    }];
    if given.call.span.range != given.cause.range {
        labels.push(Label {
            span: given.call.span,
            message: "it is handed on here, in that order".to_owned(),
        });
    }
    Some(Cause {
        order: given.order,
        labels,
    })
}

fn told(order: Order) -> &'static str {
    match order {
        Order::Hash => "iterates in another order each time",
        Order::Request => "comes in the order that the client chose",
        Order::Arrival => "is filled in the order that messages arrive",
        Order::Finish => "gives what finishes first first",
        Order::Rows => "without ORDER BY rows come as the database finds them",
        _ => "has no order of its own",
    }
}

/// Two that meet have to be known: those of a server do. What is inserted is mostly nobody else's yet, and other orders are mostly alike.
pub(super) fn is_judgement(
    unit: &UnitContext<'_, '_>,
    order: Order,
    statement: &Statement,
) -> bool {
    order != Order::Hash
        || statement.verb == Verb::Upsert
        || !unit.cx.is_served(unit.flow.unit.id.owner)
}

/// An order, as an adverb.
pub(super) fn adverb(order: Order) -> &'static str {
    match order {
        Order::Hash => "in hash order",
        Order::Request => "in the order of a request",
        Order::Arrival => "in the order that messages arrived",
        Order::Finish => "in the order that futures finished",
        Order::Rows => "in the order that a SELECT without ORDER BY returned",
        _ => "in no fixed order",
    }
}

fn report(
    unit: &UnitContext<'_, '_>,
    run: &Run<'_>,
    statement: &Statement,
    transaction: Option<&Resource>,
    cause: Cause,
) -> Finding {
    let message = format!(
        "locks {} one after the other {}: two transactions that meet in opposite order deadlock",
        rows_of(statement),
        adverb(cause.order)
    );
    let primary = Label {
        span: unit.span(run.event),
        message: "locks a row each turn".to_owned(),
    };
    let mut finding = unit.meeting(&super::LINT, primary, message);
    finding.pedantic |= is_judgement(unit, cause.order, statement);
    finding.related = cause.labels;
    if let Some(transaction) = transaction {
        finding.related.push(Label {
            span: transaction.span,
            message: "the transaction keeps all row locks until it ends".to_owned(),
        });
    }
    finding.related.extend(unit.chain(run.effect));
    finding.help = Some(match cause.order {
        Order::Rows => "add ORDER BY the key to the SELECT, the same way everywhere".to_owned(),
        _ => "sort by the key before the loop, the same way everywhere".to_owned(),
    });
    finding
}
