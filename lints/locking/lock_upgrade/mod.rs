//! A shared lock, then a write of the same thing in one transaction.

use crate::body::Event;
use crate::context::UnitContext;
use crate::flow::{Moment, Resource};
use crate::infer::Val;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Database, Statement, Verb};
use crate::summary::{Begun, Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "lock_upgrade",
    group: "locking",
    level: Level::Warn,
    summary: "a transaction takes a shared lock and then writes the same rows, or SQLite's whole database",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// A statement whose text nothing tells.
static UNKNOWN: Statement = Statement::unknown();

/// What a transaction does first, and the write that its lock doesn't cover.
struct Upgrade<'p> {
    first: &'p Event,
    write: &'p Event,
    effect: Effect,
    /// Where the transaction begins without the write lock, on SQLite.
    begins: Option<Span>,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for (index, transaction) in unit.flow.resources.iter().enumerate() {
        if !transaction.is_transaction() || transaction.on_failure {
            continue;
        }
        let upgrade = deferred(unit, index, transaction);
        let upgrade = upgrade.or_else(|| shared(unit, index, transaction));
        found.extend(upgrade.map(|upgrade| report(unit, &upgrade)));
    }
}

/// On SQLite: a transaction that begins by reading and then writes, on a connection that isn't the only one.
fn deferred<'c>(
    unit: &UnitContext<'c, '_>,
    index: usize,
    transaction: &Resource,
) -> Option<Upgrade<'c>> {
    if unit.databases(transaction.on_part) != [Database::Sqlite] {
        return None;
    }
    let pool = unit.pool_of(transaction);
    let is_repeated = unit.cx.is_repeated_by_callers(unit.flow.unit.id.owner);
    let is_alone = unit.has_one_connection(&transaction.on)
        || (pool.as_ref()).is_some_and(|pool| unit.has_one_connection(&Val::One(pool.clone())))
        || unit.begins_under_mutex(transaction);
    if is_alone || is_repeated {
        return None;
    }
    let begins = lockless(unit, transaction)?;
    let found = first_upgrade(unit, index, transaction, |first, statement| match first {
        None if reads(statement) => Step::Holds,
        None if is_no_write(statement) => Step::GoesOn,
        Some(_) if statement.is_write() => Step::Upgrades,
        Some(_) if is_no_write(statement) => Step::GoesOn,
        _ => Step::Ends,
    });
    let mut found = found.filter(|upgrade| {
        let is_ours = |pool| unit.cx.is_unshared(unit.flow.unit, &pool, upgrade.write.at);
        !pool.is_some_and(is_ours)
    })?;
    found.begins = Some(begins);
    Some(found)
}

/// Where a transaction begins without the write lock, on a connection that isn't the only one: here, or in what gives it.
fn lockless(unit: &UnitContext<'_, '_>, transaction: &Resource) -> Option<Span> {
    let is_lockless = |begun: Begun| begun.immediate == Some(false) && begun.is_pooled;
    if !transaction.given {
        return unit
            .begun(transaction)
            .filter(|begun| is_lockless(*begun))
            .map(|_| transaction.span);
    }
    let all = unit.beginnings(transaction).into_iter();
    let mut all =
        all.filter(|beginning| is_lockless(beginning.begun) && !unit.is_on_the_one(beginning));
    all.next().map(|beginning| beginning.span)
}

/// Rows locked by FOR SHARE, and then changed.
fn shared<'c>(
    unit: &UnitContext<'c, '_>,
    index: usize,
    transaction: &Resource,
) -> Option<Upgrade<'c>> {
    let is_shared = |statement: &Statement| {
        let lock = statement
            .sure_lock()
            .filter(|lock| lock.shared && !lock.key_only);
        lock.is_some() && statement.verb == Verb::Select && !statement.locks_inside
    };
    first_upgrade(unit, index, transaction, |first, statement| match first {
        None if is_shared(statement) => Step::Holds,
        None => Step::GoesOn,
        Some(_) if statement.verb == Verb::Unknown => Step::Ends,
        Some(first) if changes(statement, first) => Step::Upgrades,
        // Locked as a whole after all.
        Some(first) if statement.row_lock.is_some_and(|lock| !lock.shared) => {
            let is_same = |table| first.reads.contains(table);
            if statement.reads.iter().any(is_same) {
                Step::Ends
            } else {
                Step::GoesOn
            }
        }
        Some(_) => Step::GoesOn,
    })
}

fn changes(statement: &Statement, first: &Statement) -> bool {
    matches!(statement.verb, Verb::Update | Verb::Delete)
        && statement
            .writes
            .iter()
            .any(|table| first.reads.contains(table))
}

fn reads(statement: &Statement) -> bool {
    statement.verb == Verb::Select && !statement.reads.is_empty() && !statement.is_write()
}

/// Neither takes the write lock nor may do so unseen.
fn is_no_write(statement: &Statement) -> bool {
    matches!(
        statement.verb,
        Verb::Select
            | Verb::Session
            | Verb::Savepoint
            | Verb::Release
            | Verb::RollbackTo
            | Verb::Begin
    ) && !statement.is_write()
}

/// What a statement does to a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Holds,
    Upgrades,
    GoesOn,
    Ends,
}

/// The first write on some path that starts at the begin of a transaction and comes by a statement that holds the lesser lock.
fn first_upgrade<'c>(
    unit: &UnitContext<'c, '_>,
    index: usize,
    transaction: &Resource,
    judge: impl Fn(Option<&Statement>, &Statement) -> Step,
) -> Option<Upgrade<'c>> {
    let mut firsts: Vec<(&'c Event, Statement)> = Vec::new();
    let mut found: Option<Upgrade<'c>> = None;
    let at = transaction.at;
    unit.flow
        .follow(at, None::<usize>, |mut first, event, moment| {
            if unit.flow.is_let_go(event, moment, index) {
                return None;
            }
            // Which of a callee's statements come first isn't known: each is judged by what was before the call.
            let before = first;
            for (effect, statement) in statements(unit, moment, transaction) {
                match judge(before.map(|before| &firsts[before].1), statement) {
                    Step::Holds => first = Some(note(&mut firsts, event, statement)),
                    Step::Upgrades => {
                        note_earlier(&mut found, event, firsts[before?].0, effect);
                        return None;
                    }
                    Step::GoesOn => {}
                    Step::Ends => return None,
                }
            }
            Some(first)
        });
    found
}

/// The place of an event among the first ones.
fn note<'c>(
    firsts: &mut Vec<(&'c Event, Statement)>,
    event: &'c Event,
    statement: &Statement,
) -> usize {
    let known = firsts
        .iter()
        .position(|(known, _)| std::ptr::eq(*known, event));
    known.unwrap_or_else(|| {
        firsts.push((event, statement.clone()));
        firsts.len() - 1
    })
}

/// Keeps the upgrade that comes first in the text.
fn note_earlier<'c>(
    found: &mut Option<Upgrade<'c>>,
    write: &'c Event,
    first: &'c Event,
    effect: &Effect,
) {
    let start = write.range.start;
    if found
        .as_ref()
        .is_none_or(|known| start < known.write.range.start)
    {
        *found = Some(Upgrade {
            first,
            write,
            effect: effect.clone(),
            begins: None,
        });
    }
}

/// Statements of an event on a transaction's connection.
fn statements<'m>(
    unit: &UnitContext<'_, '_>,
    moment: &'m Moment,
    transaction: &Resource,
) -> Vec<(&'m Effect, &'m Statement)> {
    let connection = unit.flow.connection(&transaction.place);
    let is_on = |effect: &&Effect| {
        let mut places = effect.on.places().iter();
        places.any(|place| unit.flow.connection(place) == connection)
    };
    let effects = moment.happenings.iter().map(|happening| &happening.effect);
    effects
        .filter(is_on)
        .flat_map(|effect| match &effect.kind {
            EffectKind::Statement(sql, _) => {
                let first = sql.alternatives.first();
                let known = first.map_or(std::slice::from_ref(&UNKNOWN), Vec::as_slice);
                known.iter().map(|statement| (effect, statement)).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

fn report(unit: &UnitContext<'_, '_>, upgrade: &Upgrade<'_>) -> Finding {
    let is_deferred = upgrade.begins.is_some();
    let (message, first, help) = if is_deferred {
        (
            "the transaction began by reading: when another connection has written since, this write fails with SQLITE_BUSY at once, whatever the busy time-out",
            "reads, and fixes what the transaction sees",
            "begin with BEGIN IMMEDIATE, or write first",
        )
    } else {
        (
            "the rows are locked for sharing before they are changed: two transactions that both hold the lock wait for each other until one is killed",
            "locks for sharing",
            "lock with FOR UPDATE from the start",
        )
    };
    let primary = Label {
        span: unit.span(upgrade.write),
        message: "asks for the write lock".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    // What `main` alone calls has the database for itself, mostly.
    finding.pedantic = is_deferred && unit.cx.runs_alone(unit.flow.unit.id.owner);
    finding.related.extend(upgrade.begins.map(|span| Label {
        span,
        message: "the transaction begins without the write lock here".to_owned(),
    }));
    finding.related.push(Label {
        span: unit.span(upgrade.first),
        message: first.to_owned(),
    });
    finding.related.extend(unit.chain(&upgrade.effect));
    finding.help = Some(help.to_owned());
    finding
}
