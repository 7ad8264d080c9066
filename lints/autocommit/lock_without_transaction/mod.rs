//! Row locks, transaction-level locks and settings outside of any transaction.

use crate::body::Event;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Database, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "lock_without_transaction",
    group: "autocommit",
    level: Level::Deny,
    summary: "a lock or setting that lasts as long as a transaction is asked for outside of one",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// What needs a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Need {
    RowLock,
    AdvisoryLock,
    TableLock,
    Setting,
    Modes,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    if unit.cx.in_test(unit.flow.unit) {
        return;
    }
    unit.flow.walk(|state, event, moment| {
        let outside = moment.happenings.iter().find_map(|happening| {
            let need = need(unit, &happening.effect)?;
            let says = |effect: &Effect| self::need(unit, effect).is_some();
            let is_outside = unit.is_outside_transaction(happening, (state, moment), says);
            is_outside.then(|| report(unit, event, &happening.effect, need))
        });
        found.extend(outside);
    });
}

/// What an effect needs a transaction for, whichever of its texts it sends.
fn need(unit: &UnitContext<'_, '_>, effect: &Effect) -> Option<Need> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    let part = effect.part?;
    if unit.cx.behaviour(part.sheet).autocommit_off {
        return None;
    }
    let databases = unit.databases(Some(part));
    let mut needs = sql.alternatives.iter().map(|text| match text.as_slice() {
        // Several are sent as one transaction, or begin their own.
        [only] => of(only, &databases),
        _ => None,
    });
    let first = needs.next()??;
    needs.all(|other| other.is_some()).then_some(first)
}

fn of(statement: &Statement, databases: &[Database]) -> Option<Need> {
    let is = |all: &[Database]| {
        !databases.is_empty() && databases.iter().all(|database| all.contains(database))
    };
    let postgres = || is(&[Database::Postgres, Database::CockroachDb]);
    let locks_for_itself = statement.locks_inside || !statement.writes.is_empty();
    let row_lock = statement.sure_lock().filter(|lock| !lock.no_wait);
    // A statement that reads nothing else asks for the lock or setting alone.
    let asks_only = statement.verb == Verb::Select && statement.reads.is_empty();
    match statement.verb {
        // A builder needn't say that it selects.
        Verb::Select | Verb::Unknown if row_lock.is_some() && !locks_for_itself => {
            (!is(&[Database::Sqlite, Database::DuckDb])).then_some(Need::RowLock)
        }
        Verb::LockTable if postgres() => Some(Need::TableLock),
        Verb::SetTransaction if postgres() && statement.session.is_empty() => Some(Need::Modes),
        Verb::Select if asks_only && !locks_for_itself && !statement.advisory.is_empty() => {
            let lasts = statement.advisory.iter().all(|call| !call.session);
            (lasts && postgres()).then_some(Need::AdvisoryLock)
        }
        Verb::Session | Verb::Select if postgres() && !locks_for_itself => {
            let is_local = |state: &SessionState| matches!(state, SessionState::SetLocal(_));
            let sets = !statement.session.is_empty() && statement.session.iter().all(is_local);
            (sets && (asks_only || statement.verb == Verb::Session)).then_some(Need::Setting)
        }
        _ => None,
    }
}

fn report(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect, need: Need) -> Finding {
    let (message, label) = match need {
        Need::RowLock => (
            "the rows that this SELECT locks are free again when it returns: no transaction is open to keep the locks",
            "locks, and unlocks at once",
        ),
        Need::AdvisoryLock => (
            "this lock is released when its statement ends: no transaction is open to keep it",
            "locks, and unlocks at once",
        ),
        Need::TableLock => (
            "LOCK TABLE is refused: no transaction is open to keep the lock",
            "runs outside of a transaction",
        ),
        Need::Setting => (
            "this setting has no effect: it lasts until the end of a transaction, and none is open",
            "sets nothing",
        ),
        Need::Modes => (
            "SET TRANSACTION has no effect: no transaction is open, and the next one begins with the defaults",
            "sets nothing",
        ),
    };
    let primary = Label {
        span: unit.span(event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.extend(unit.chain(effect));
    let help = match need {
        Need::Setting | Need::Modes => {
            "begin a transaction first, and run this and what relies on it on that transaction"
        }
        _ => {
            "begin a transaction, run this and what relies on the lock on it, and commit; without such a need leave the lock out"
        }
    };
    finding.help = Some(help.to_owned());
    finding
}
