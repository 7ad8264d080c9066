//! A write in a transaction that is read only.

use crate::body::Event;
use crate::context::{Position, UnitContext};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Database, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// Databases that know READ ONLY; SQLite's clients ignore it.
const KNOWN: &[Database] = &[
    Database::Postgres,
    Database::CockroachDb,
    Database::MySql,
    Database::MariaDb,
    Database::Oracle,
];

/// The lint.
pub static LINT: Lint = Lint {
    name: "write_in_read_only",
    group: "isolation",
    level: Level::Deny,
    summary: "a write in a READ ONLY transaction: it fails every time",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// What makes a transaction read only.
struct ReadOnly {
    transaction: usize,
    span: Span,
    /// Where it is said, unless with the begin.
    from: Option<Position>,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let all = read_only(unit);
    if all.is_empty() {
        return;
    }
    let Some(temporary) = temporary_tables(unit) else {
        return;
    };
    unit.walk_places(|place, state, event, moment| {
        for happening in &moment.happenings {
            let effect = &happening.effect;
            let transaction = unit.transaction_of(state, effect);
            let is_it = |one: &&ReadOnly| {
                let is_before = one.from.is_none_or(|from| unit.leads_to(from, place));
                Some(one.transaction) == transaction && is_before
            };
            let Some(read_only) = all.iter().find(is_it) else {
                continue;
            };
            let mut statements = unit.statements_on(effect, KNOWN);
            if statements.any(|statement| writes(statement, &temporary)) {
                found.push(report(unit, event, effect, read_only));
                return;
            }
        }
    });
}

/// Transactions of this unit that are read only, and stay so.
fn read_only(unit: &UnitContext<'_, '_>) -> Vec<ReadOnly> {
    let resources = unit.flow.resources.iter().enumerate();
    let begun = resources.filter(|(index, resource)| {
        resource.is_transaction() && unit.begun_with(*index).read_only == Some(true)
    });
    let mut found: Vec<ReadOnly> = begun
        .map(|(transaction, resource)| ReadOnly {
            transaction,
            span: resource.span,
            from: None,
        })
        .collect();
    let mut lifted = Vec::new();
    unit.walk_places(|place, state, event, moment| {
        for happening in &moment.happenings {
            let EffectKind::Statement(sql, _) = &happening.effect.kind else {
                continue;
            };
            let set = sql
                .statements()
                .filter(|statement| statement.verb == Verb::SetTransaction);
            let set = set.filter_map(|statement| statement.read_only).last();
            let transaction = set.and_then(|_| unit.transaction_of(state, &happening.effect));
            match (set, transaction) {
                (Some(true), Some(transaction)) => found.push(ReadOnly {
                    transaction,
                    span: unit.span(event),
                    from: Some(place),
                }),
                (Some(false), Some(transaction)) => lifted.push(transaction),
                _ => {}
            }
        }
    });
    found.retain(|one| !lifted.contains(&one.transaction));
    found
}

/// Temporary tables of this unit; `None` where one has a name that isn't known: nothing else can be made in a read only transaction.
fn temporary_tables(unit: &UnitContext<'_, '_>) -> Option<Vec<String>> {
    let (mut found, mut is_known) = (Vec::new(), true);
    unit.flow.walk(|_, _, moment| {
        for happening in &moment.happenings {
            let EffectKind::Statement(sql, _) = &happening.effect.kind else {
                continue;
            };
            for statement in sql.statements() {
                let named = statement.session.iter().filter_map(|state| match state {
                    SessionState::TempTable(name) => Some(name.clone()),
                    _ => None,
                });
                let before = found.len();
                found.extend(named);
                let is_named = found.len() > before || !statement.writes.is_empty();
                is_known &= statement.verb != Verb::Ddl || is_named;
            }
        }
    });
    is_known.then_some(found)
}

fn writes(statement: &Statement, temporary: &[String]) -> bool {
    let is_kept = |table: &String| !temporary.contains(table);
    let changes = matches!(
        statement.verb,
        Verb::Insert | Verb::Upsert | Verb::Update | Verb::Delete
    );
    changes && !statement.writes.is_empty() && statement.writes.iter().all(is_kept)
}

fn report(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    effect: &Effect,
    read_only: &ReadOnly,
) -> Finding {
    let message = "this write fails every time: its transaction is read only".to_owned();
    let primary = Label {
        span: unit.span(event),
        message: "writes".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span: read_only.span,
        message: "makes the transaction read only".to_owned(),
    });
    finding.related.extend(unit.chain(effect));
    finding.help = Some("begin the transaction as READ WRITE, or write in another one".to_owned());
    finding
}
