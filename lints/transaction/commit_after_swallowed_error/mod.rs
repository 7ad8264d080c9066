//! A transaction that commits although a statement in it may have failed.

use crate::body::{Caught, EventKind};
use crate::context::{Aftermath, Next, Unheeded, UnitContext};
use crate::flow::Moment;
use crate::ir::ExprId;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Statement;
use crate::summary::EffectKind;

/// The lint.
pub static LINT: Lint = Lint {
    name: "commit_after_swallowed_error",
    group: "transaction",
    level: Level::Warn,
    summary: "the error of a statement is thrown away or only logged, and its transaction commits",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for swallowed in unit.unheeded() {
        if !swallowed.quiet || told.contains(&swallowed.event.at) || !is_harm(unit, &swallowed) {
            continue;
        }
        let end = swallowed
            .next
            .iter()
            .find(|next| !matches!(next, Next::Statement(..)));
        if let Some(end) = end {
            told.push(swallowed.event.at);
            found.push(report(unit, &swallowed, end));
        }
    }
}

/// Where the transaction goes on, an error that was looked for or leads to another statement is dealt with, and one write less leaves
/// nothing half done unless there is another.
fn is_harm(unit: &UnitContext<'_, '_>, swallowed: &Unheeded<'_>) -> bool {
    match swallowed.aftermath {
        Aftermath::Aborted => !is_lost_alone(unit, swallowed) || has_other_write(unit, swallowed),
        Aftermath::GoesOn | Aftermath::Unknown => {
            let is_lost = swallowed.writes && swallowed.caught == Caught::Any;
            let is_made_good = |next: &Next<'_>| matches!(next, Next::Statement(_, true));
            is_lost && !swallowed.next.iter().any(is_made_good) && has_other_write(unit, swallowed)
        }
    }
}

/// Whether somebody looks at the error of a statement that runs once, or nobody at the commit's answer either, in a transaction that
/// commits here and is no part of another. Without another write nothing is lost then but what was seen, or allowed, to fail.
fn is_lost_alone(unit: &UnitContext<'_, '_>, swallowed: &Unheeded<'_>) -> bool {
    let flow = unit.flow;
    let at = swallowed.event.at;
    let ignores = |at: ExprId| {
        let mut events = flow.unit.events();
        events.any(|event| matches!(event.kind, EventKind::Ignored { call, .. } if call == at))
    };
    let is_ignored = ignores(at);
    let commits = |next: &Next<'_>| match next {
        Next::Commit(commit) => !is_ignored || ignores(commit.at),
        _ => false,
    };
    let transaction = &flow.resources[swallowed.transaction];
    let on = flow.connection(&transaction.place);
    let is_nested = flow.resources.iter().enumerate().any(|(index, other)| {
        index != swallowed.transaction
            && other.is_transaction()
            && flow.connection(&other.place) == on
    });
    let is_repeated = unit.body().is_none_or(|body| {
        let around = body.innermost_loop(body.range(at));
        around.is_some_and(|(_, range)| !range.holds(transaction.span.range))
    });
    !transaction.given && !is_nested && !is_repeated && swallowed.next.iter().all(commits)
}

fn has_other_write(unit: &UnitContext<'_, '_>, swallowed: &Unheeded<'_>) -> bool {
    let mut others = false;
    unit.flow.walk(|state, event, moment| {
        let is_open = state.must >> swallowed.transaction & 1 == 1;
        others |= is_open && event.at != swallowed.event.at && writes(moment);
    });
    others
}

fn writes(moment: &Moment) -> bool {
    moment
        .happenings
        .iter()
        .any(|happening| match &happening.effect.kind {
            EffectKind::Statement(sql, _) => sql.statements().any(Statement::is_write),
            _ => false,
        })
}

fn report(unit: &UnitContext<'_, '_>, swallowed: &Unheeded<'_>, end: &Next<'_>) -> Finding {
    let what = match swallowed.event.kind {
        EventKind::Call { .. } => "a statement in here",
        _ => "this",
    };
    let message = match (swallowed.aftermath, end) {
        (Aftermath::Aborted, Next::Return) => format!(
            "when {what} fails, nobody hears of it: the caller goes on in a transaction whose COMMIT rolls everything back and answers Ok"
        ),
        (Aftermath::Aborted, _) => format!(
            "when {what} fails, the transaction is aborted, and COMMIT rolls everything back and answers Ok"
        ),
        (Aftermath::GoesOn, _) => {
            format!("when {what} fails, the rest of the transaction commits without it")
        }
        (Aftermath::Unknown, _) => format!(
            "when {what} fails, the rest commits without it, or on Postgres nothing is committed, and COMMIT answers Ok"
        ),
    };
    let primary = Label {
        span: unit.span(swallowed.event),
        message: "its error is not passed on".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    let begun = &unit.flow.resources[swallowed.transaction];
    if !begun.given {
        finding.related.push(Label {
            span: begun.span,
            message: "the transaction begins here".to_owned(),
        });
    }
    if let Next::Commit(event) = end
        && !matches!(event.kind, EventKind::EndScope { .. })
    {
        finding.related.push(Label {
            span: unit.span(event),
            message: "and commits here".to_owned(),
        });
    }
    // A tool that works through its input: a line that is left out was meant to be.
    let goes_on = swallowed.aftermath == Aftermath::GoesOn;
    finding.pedantic = goes_on && unit.cx.runs_alone(unit.flow.unit.id.owner);
    finding.help = Some(match swallowed.aftermath {
        Aftermath::GoesOn => "return the error, so that the transaction rolls back".to_owned(),
        _ => "return the error, or run the statement inside a savepoint that is rolled back when it fails".to_owned(),
    });
    finding
}
