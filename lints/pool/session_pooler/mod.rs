//! State of a session behind a pooler that lends a connection of the server for one transaction at a time.

use crate::body::{Event, EventKind};
use crate::context::{Between, UnitContext};
use crate::flow::{Resource, State};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{AdvisoryOp, Database, SessionState, Statement};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "session_pooler",
    group: "pool",
    level: Level::Allow,
    summary: "something needs a session of its own behind a pooler that lends sessions for one transaction",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let mut needs = Vec::new();
    unit.flow.walk(|state, event, moment| {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        let own = effects.find_map(|effect| need_of(unit, effect, state));
        let settings = match &event.kind {
            EventKind::PoolSetting { sql: Some(sql), .. } => {
                sql.statements().find_map(|one| need(one, false))
            }
            EventKind::SessionLock { takes: true, .. } => Some(LOCK.to_owned()),
            _ => None,
        };
        needs.extend(own.or(settings).map(|need| (event, need)));
    });
    if needs.is_empty() {
        return;
    }
    let Some(between) = unit.transaction_pooler() else {
        return;
    };
    found.extend(
        needs
            .into_iter()
            .map(|(event, need)| report(unit, event, need, between)),
    );
}

const LOCK: &str = "the session lock is taken on whichever connection the pooler lends for this statement: the unlock runs on another, and the lock stays";

/// What a statement that is run here needs of its session; callees tell their own.
fn need_of(unit: &UnitContext<'_, '_>, effect: &Effect, state: State) -> Option<String> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    let is_postgres = unit.is_only(effect.part, &[Database::Postgres]);
    let is_inside = unit.flow.open(state.must).any(Resource::is_transaction);
    let own = effect.steps.len() == 1 && is_postgres;
    own.then(|| {
        sql.statements()
            .find_map(|statement| need(statement, is_inside))
    })?
}

fn need(statement: &Statement, is_inside: bool) -> Option<String> {
    let takes = |op: AdvisoryOp| matches!(op, AdvisoryOp::Lock | AdvisoryOp::TryLock);
    if statement
        .advisory
        .iter()
        .any(|call| call.session && takes(call.op))
    {
        return Some(LOCK.to_owned());
    }
    let lent = "whichever connection the pooler lends for this statement";
    statement.session.iter().find_map(|state| match state {
        SessionState::Set(name) if name != "?" => Some(format!(
            "`{name}` is set on {lent}: the next statement may run without it, another client's with it"
        )),
        SessionState::Set(_) => Some(format!(
            "a setting is made on {lent}: the next statement may run without it, another client's with it"
        )),
        SessionState::Role => Some(format!(
            "the role is changed on {lent}: the next statement may run without it, another client's with it"
        )),
        SessionState::Listen(true) => Some(format!("LISTEN is sent on {lent}: no notification comes back to this client")),
        SessionState::TempTable(name) => Some(format!(
            "the temporary table `{name}` is made on {lent}: the next statement may look for it on another"
        )),
        SessionState::Prepared => Some(format!("the prepared statement belongs to {lent}: the next one may not find it, or find another client's")),
        SessionState::LastValue(name) if !is_inside && !statement.is_write() => {
            Some(format!("`{name}` asks {lent}: it answers for what another client ran there last"))
        }
        _ => None,
    })
}

fn report(unit: &UnitContext<'_, '_>, event: &Event, message: String, between: Between) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "needs a session of its own".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    match between {
        Between::Address(span) => finding.related.push(Label {
            span,
            message: "this address is a transaction pooler's".to_owned(),
        }),
        Between::Configured => finding
            .notes
            .push("`[pool] pooler` in `acid.toml` is `transaction`".to_owned()),
    }
    finding.help = Some(
        "use what ends with the transaction (`SET LOCAL`, `pg_advisory_xact_lock`, ON COMMIT DROP), or connect to the server itself for this"
            .to_owned(),
    );
    finding
}
