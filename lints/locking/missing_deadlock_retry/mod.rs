//! A transaction that may be the one that a deadlock costs, and that nobody runs again.

use crate::context::UnitContext;
use crate::flow::Resource;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::sql::Database;

/// The lint.
pub static LINT: Lint = Lint {
    name: "missing_deadlock_retry",
    group: "locking",
    level: Level::Allow,
    summary: "a transaction locks rows of several tables, and nobody runs it again when a deadlock costs it",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let runs = locks::runs(unit);
    if runs.len() < 2 {
        return;
    }
    for begun in unit
        .flow
        .resources
        .iter()
        .filter(|one| one.is_transaction())
    {
        let mut events = unit.flow.unit.events();
        let Some(event) = events.find(|event| Some(event.at) == begun.at) else {
            continue;
        };
        if unit.is_run_again(begun) || unit.cx.may_be_retried(unit.flow.unit, event) {
            continue;
        }
        let locking: Vec<&Run<'_>> = runs
            .iter()
            .filter(|run| locks_in(unit, run, begun))
            .collect();
        let free = |second: &&&Run<'_>| !locks::is_gated(unit, &runs, second);
        let pair = locking.iter().enumerate().find_map(|(index, first)| {
            let later = locking[index + 1..].iter();
            let mut others = later
                .filter(|second| tables_differ(first, second) && unit.is_before(first, second));
            Some((*first, *others.find(free)?))
        });
        found.extend(pair.map(|pair| report(unit, begun, pair)));
    }
}

/// Whether a statement waits for rows that exist, and locks them until this transaction ends.
fn locks_in(unit: &UnitContext<'_, '_>, run: &Run<'_>, begun: &Resource) -> bool {
    let keeps = run.transaction(unit).flatten();
    run.locking().any(|one| locks::table(one).is_some())
        && keeps.is_some_and(|keeps| std::ptr::eq(keeps, begun))
}

fn tables_differ(first: &Run<'_>, second: &Run<'_>) -> bool {
    let tables = |run: &Run<'_>| {
        let tables = run.locking().filter_map(locks::table);
        tables.map(str::to_owned).collect::<Vec<_>>()
    };
    tables(first) != tables(second)
}

fn report(
    unit: &UnitContext<'_, '_>,
    begun: &Resource,
    (first, second): (&Run<'_>, &Run<'_>),
) -> Finding {
    let rows = |run: &Run<'_>| {
        run.locking()
            .next()
            .map_or_else(String::new, locks::rows_of)
    };
    let code = match unit.databases(second.effect.part).as_slice() {
        [Database::Postgres] => " (40P01)",
        [Database::MySql | Database::MariaDb] => " (1213)",
        [Database::CockroachDb] => " (40001)",
        [Database::MsSql] => " (1205)",
        _ => "",
    };
    let message = format!(
        "locks {}, then {}: where others lock them the other way round, one of both is rolled back{code}, and nothing runs this one again",
        rows(first),
        rows(second),
    );
    let primary = Label {
        span: begun.span,
        message: "begins a transaction that a deadlock may cost".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    for run in [first, second] {
        finding.related.push(Label {
            span: unit.span(run.event),
            message: format!("locks {}", rows(run)),
        });
        finding.related.extend(unit.chain(run.effect));
    }
    finding.help = Some(format!(
        "run all of it again, from begin to commit, a few times when it fails so{code}; and take locks in one order everywhere"
    ));
    finding
}
