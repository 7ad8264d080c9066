//! A value read, changed in Rust and written back: what others wrote in between is overwritten.

mod rows;

use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::{Database, Verb};
use crate::values::Values;

/// The lint.
pub static LINT: Lint = Lint {
    name: "lost_update",
    group: "locking",
    level: Level::Warn,
    summary: "a column is read, changed in Rust and written back: what was written in between is lost",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    let runs = locks::statements(unit);
    let writes: Vec<_> = runs.iter().filter(|run| sets(run)).collect();
    let reads: Vec<_> = runs.iter().filter(|run| reads_freely(run)).collect();
    if writes.is_empty() || reads.is_empty() {
        return;
    }
    let values = Values::new(body).with_calls(unit.called());
    for write in writes {
        let earlier = reads.iter().rev().filter(|read| leads(unit, read, write));
        let lost = earlier
            .filter(|read| !is_protected(unit, &runs, read, write))
            .find_map(|read| Some((read, rows::lost(&values, &runs, read, write)?)));
        found.extend(lost.map(|(read, column)| report(unit, read, write, &column)));
    }
}

fn sets(run: &Run<'_>) -> bool {
    let is_update = |verb: Verb| verb == Verb::Update;
    run.sql
        .statements()
        .any(|statement| is_update(statement.verb))
        && !run.sql.sets.is_empty()
}

/// A SELECT that locks nothing.
fn reads_freely(run: &Run<'_>) -> bool {
    let mut statements = run.sql.statements().peekable();
    statements.peek().is_some()
        && statements.all(|statement| {
            statement.verb == Verb::Select
                && statement.row_lock.is_none()
                && statement.advisory.is_empty()
                && statement.writes.is_empty()
                && !statement.open_end
        })
}

fn leads(unit: &UnitContext<'_, '_>, read: &Run<'_>, write: &Run<'_>) -> bool {
    let is_before = read.block == write.block && read.index < write.index;
    (is_before || unit.flow.leads(read.block, write.block)) && read.event.at != write.event.at
}

/// Whether nobody else can write in between, or the write is refused if somebody does.
fn is_protected(
    unit: &UnitContext<'_, '_>,
    runs: &[Run<'_>],
    read: &Run<'_>,
    write: &Run<'_>,
) -> bool {
    let table = |run: &Run<'_>| {
        run.sql
            .statements()
            .find_map(|one| one.reads.first().cloned())
    };
    let read_table = table(read);
    let made_here = |run: &Run<'_>| {
        run.sql.statements().any(|statement| {
            statement.verb == Verb::Insert && statement.writes.first() == read_table.as_ref()
        })
    };
    unit.is_isolated(write)
        || locks::is_gated(unit, runs, read)
        || locks::is_after(unit, runs, read, made_here)
}

fn report(unit: &UnitContext<'_, '_>, read: &Run<'_>, write: &Run<'_>, column: &str) -> Finding {
    let message = format!(
        "`{column}` is written back from what was read before: a change that somebody else makes in between is overwritten"
    );
    let primary = Label {
        span: unit.span(write.event),
        message: format!("writes `{column}`, whatever it is by now"),
    };
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.related.push(Label {
        span: unit.span(read.event),
        message: format!("`{column}` is read here, without a lock"),
    });
    finding.related.extend(unit.chain(write.effect));
    let databases = unit.databases(write.effect.part);
    // SQLite refuses it inside a transaction. Who begins none may not mind who is last.
    let may_refuse = databases.is_empty() || databases.contains(&Database::Sqlite);
    finding.pedantic |= may_refuse || !is_in_one_transaction(unit, read, write);
    let lock = if databases == [Database::Sqlite] {
        "read it after BEGIN IMMEDIATE"
    } else {
        "read it `FOR UPDATE` in the same transaction"
    };
    finding.help = Some(format!(
        "compute it in the UPDATE itself, or {lock}, or let WHERE compare what was read and look at the affected rows"
    ));
    finding
}

fn is_in_one_transaction(unit: &UnitContext<'_, '_>, read: &Run<'_>, write: &Run<'_>) -> bool {
    let spans = |run: &Run<'_>| {
        let transaction = run.transaction(unit)?;
        Some(transaction.map(|resource| resource.span))
    };
    read.on == write.on && spans(read).is_some_and(|span| spans(write) == Some(span))
}
