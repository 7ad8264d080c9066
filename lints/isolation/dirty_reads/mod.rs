//! READ UNCOMMITTED, asked for where it means something.

use crate::body::{Event, EventKind, Sql};
use crate::context::UnitContext;
use crate::infer::Part;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Database, Isolation, Verb};

/// Elsewhere the level is another's name, or means something only where caches are shared.
const DIRTY: &[Database] = &[Database::MySql, Database::MariaDb, Database::MsSql];

/// The lint.
pub static LINT: Lint = Lint {
    name: "dirty_reads",
    group: "isolation",
    level: Level::Warn,
    summary: "READ UNCOMMITTED or NOLOCK: rows are read that may never be committed",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for event in unit.flow.unit.events() {
        if let Some((part, what)) = asked(event)
            && unit.is_only(Some(part), DIRTY)
        {
            found.push(report(unit, event, what));
        }
    }
}

/// The handle that it is asked of, and who reads so: the statement itself, its transaction, its session.
fn asked(event: &Event) -> Option<(Part, &'static str)> {
    match &event.kind {
        EventKind::Begin { on, mode, .. } if mode.isolation == Some(Isolation::ReadUncommitted) => {
            Some((on.part?, "this transaction"))
        }
        EventKind::Statement { on, sql, .. } => Some((on.part?, dirty(sql)?)),
        _ => None,
    }
}

fn dirty(sql: &Sql) -> Option<&'static str> {
    let mut statements = sql.statements();
    let statement =
        statements.find(|statement| statement.isolation == Some(Isolation::ReadUncommitted))?;
    Some(match statement.verb {
        Verb::Begin | Verb::SetTransaction => "the transaction",
        Verb::Session => "every transaction of this session",
        _ => "this statement",
    })
}

fn report(unit: &UnitContext<'_, '_>, event: &Event, what: &str) -> Finding {
    let message = format!("{what} reads rows that others have not committed, and may never commit");
    let primary = Label {
        span: unit.span(event),
        message: "asks for dirty reads".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.help = Some(
        "read committed rows: the default level, or a snapshot where readers shouldn't wait for writers".to_owned(),
    );
    finding
}
