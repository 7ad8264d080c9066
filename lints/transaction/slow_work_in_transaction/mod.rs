//! Waiting for something outside of the database while a transaction is open.

use crate::context::{Deed, Meanwhile, UnitContext};
use crate::ir::Expr;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Database;

/// The lint.
pub static LINT: Lint = Lint {
    name: "slow_work_in_transaction",
    group: "transaction",
    level: Level::Warn,
    summary: "HTTP, sleep, files, mail or other slow work is waited for while a transaction is open",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let all = unit.meanwhile(
        |held, _| held.is_transaction(),
        |_, deed, _| deed.takes_time() && !unit.gives_transaction(deed.event),
    );
    found.extend(all.iter().filter_map(|all| report(unit, all)));
}

fn report(unit: &UnitContext<'_, '_>, meanwhile: &Meanwhile<'_>) -> Option<Finding> {
    let deeds = &meanwhile.deeds;
    // What can't be undone may be another lint's.
    let only_waits = deeds.iter().find(|deed| !deed.outside.lasts);
    let first = only_waits.or(deeds.first())?;
    let held = meanwhile.held;
    let written = held.and_then(|held| unit.written_before(held, first.event));
    let is_sqlite = held
        .and_then(|held| held.on_part)
        .is_some_and(|part| part.database == Some(Database::Sqlite));
    let harm = match &written {
        Some(_) if is_sqlite => "nobody else can write until then".to_owned(),
        Some((_, Some(table))) => {
            format!("what it has written to `{table}` stays locked until then")
        }
        Some(_) => "what it has written stays locked until then".to_owned(),
        None => {
            "its connection, and any lock it has taken, are kept from others until then".to_owned()
        }
    };
    let message = format!("{} while a transaction is open: {harm}", first.words());
    let mut finding = unit.told(&LINT, message, first, meanwhile);
    // A local file is mostly read at once, and a connection that is no pool's is nobody else's: until rows are locked.
    let begun = held.and_then(|held| unit.begun(held));
    let is_own = begun.is_some_and(|begun| !begun.is_pooled);
    let is_file = first.kind() == "file";
    // SQLite's commit waits for the same disk; who sends into a channel is mostly the transaction's own worker.
    let is_part = is_file && is_sqlite || first.kind() == "channel";
    let is_alone = unit.cx.runs_alone(unit.flow.unit.id.owner);
    finding.pedantic =
        written.is_none() && (is_file || is_own) || is_part || is_alone || is_pause(unit, first);
    finding.related.extend(written.map(|(span, _)| Label {
        span,
        message: "written here".to_owned(),
    }));
    finding.help = Some(help(first).to_owned());
    Some(finding)
}

/// `while paused { sleep }`: somebody wants the work to stand still.
fn is_pause(unit: &UnitContext<'_, '_>, deed: &Deed<'_>) -> bool {
    let Some(body) = unit.body().filter(|_| deed.kind() == "sleep") else {
        return false;
    };
    let Some((Expr::While { .. }, range)) = body.innermost_loop(body.range(deed.event.at)) else {
        return false;
    };
    let mut does_more = false;
    unit.flow.walk(|_, event, moment| {
        does_more |= !moment.happenings.is_empty() && range.holds(event.range);
    });
    !does_more
}

fn help(deed: &Deed<'_>) -> &'static str {
    match deed.kind() {
        "sleep" => "end the transaction, and begin another one after the pause",
        "hash" => {
            "hash before the transaction begins, on a thread that may block; to check one, read what is stored first"
        }
        "mail" => "send it once the transaction is committed",
        _ => "do it before the transaction begins, or once it is committed",
    }
}
