//! A row that is inserted because a SELECT didn't find it: two that don't find it both insert.

use crate::body::{EventKind, Given};
use crate::context::UnitContext;
use crate::ir::Body;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::Verb;
use crate::values::Values;

/// The lint.
pub static LINT: Lint = Lint {
    name: "check_then_insert",
    group: "locking",
    level: Level::Allow,
    summary: "a row is inserted because a SELECT didn't find it: two at the same time both insert",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    let runs = locks::statements(unit);
    let inserts: Vec<_> = runs.iter().filter(|run| is(run, Verb::Insert)).collect();
    if inserts.is_empty() || knows_violations(unit, body) {
        return;
    }
    let values = Values::new(body);
    for insert in inserts {
        let checks = runs.iter().rev().filter(|run| {
            is(run, Verb::Select)
                && unit.flow.leads(run.block, insert.block)
                && run.index < insert.index
        });
        let check = checks
            .filter(|check| is_same_row(&values, check, insert))
            .find(|check| {
                values.decides(check.event.at, insert.event.at)
                    && !values.decides_by_amount(check.event.at, insert.event.at, 1)
            });
        let Some(check) = check else { continue };
        if unit.is_isolated(insert) || locks::is_gated(unit, &runs, check) {
            continue;
        }
        found.push(report(unit, check, insert));
    }
}

fn is(run: &Run<'_>, verb: Verb) -> bool {
    let mut statements = run.sql.statements().peekable();
    statements.peek().is_some() && statements.all(|statement| statement.verb == verb)
}

/// What the SELECT picks rows of the table by is what the INSERT puts there.
fn is_same_row(values: &Values<'_>, check: &Run<'_>, insert: &Run<'_>) -> bool {
    let table = insert.sql.statements().find_map(|one| one.writes.first());
    let reads = |table: &String| {
        let mut statements = check.sql.statements();
        statements.any(|one| one.reads.as_slice() == std::slice::from_ref(table))
    };
    let same = |pick: &Given, set: &Given| pick.column == set.column && values.is_same(pick, set);
    let picks = &check.sql.picks;
    table.is_some_and(reads)
        && !picks.is_empty()
        && picks
            .iter()
            .all(|pick| insert.sql.sets.iter().any(|set| same(pick, set)))
}

/// Whether something here names the error that the second one gets.
fn knows_violations(unit: &UnitContext<'_, '_>, body: &Body) -> bool {
    const WORDS: [&str; 9] = [
        "uniqueviolation",
        "unique_violation",
        "is_unique",
        "uniqueconstraint",
        "constraintviolation",
        "constraint",
        "23505",
        "1062",
        "duplicate",
    ];
    let Some(root) = body.root else { return false };
    let span = crate::source::Span {
        file: unit.file(),
        range: body.range(root),
    };
    let text = unit.cx.text(span).to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn report(unit: &UnitContext<'_, '_>, check: &Run<'_>, insert: &Run<'_>) -> Finding {
    let table = insert.sql.statements().find_map(|one| one.writes.first());
    let table = table.map(String::as_str).unwrap_or_default();
    let message = format!(
        "inserts into `{table}` what a SELECT didn't find: two that look at the same time both insert, or one of them fails"
    );
    let primary = Label {
        span: unit.span(insert.event),
        message: "inserts it".to_owned(),
    };
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.related.push(Label {
        span: unit.span(check.event),
        message: "the row that isn't there can't be locked".to_owned(),
    });
    if let EventKind::Call { .. } = insert.event.kind {
        finding.related.extend(unit.chain(insert.effect));
    }
    finding.help = Some(
        "put a unique index on it, and insert with ON CONFLICT, or expect the violation".to_owned(),
    );
    finding
}
