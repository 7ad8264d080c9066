//! State of a session that is set or asked for through a pool, or left on a connection that goes back to it.

use crate::body::Event;
use crate::context::{Fate, PoolReturnOf, UnitContext, WayOut};
use crate::flow::{Mark, Resource, ResourceKind};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Database, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "session_state_on_pool",
    group: "checkout",
    level: Level::Warn,
    summary: "state of a session is set or asked for through a pool, or left on a connection that goes back to it",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|_, event, moment| {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        found.extend(effects.find_map(|effect| through_pool(unit, event, effect)));
    });
    for (index, mark) in unit.flow.resources.iter().enumerate() {
        found.extend(left_behind(unit, index, mark));
    }
}

/// A setting that its connection takes back to the pool.
fn left_behind(unit: &UnitContext<'_, '_>, index: usize, mark: &Resource) -> Option<Finding> {
    let ResourceKind::Mark(kind @ (Mark::Setting(_) | Mark::Listening)) = &mark.kind else {
        return None;
    };
    if unit.is_left_to_callers(mark) || is_set_back(unit, index, mark) {
        return None;
    }
    if unit.is_made_by_every_borrower(index, mark) {
        return None;
    }
    let goes_back = |way: &WayOut| match way.fate {
        Fate::GoesBack(on_return, _) => on_return != PoolReturnOf::Resets,
        _ => false,
    };
    let way = unit.ways_out(index, mark).into_iter().find(goes_back)?;
    let what = match kind {
        Mark::Setting(name) if name == "role" => "the role that is set here".to_owned(),
        Mark::Setting(name) if name != "?" => format!("`{name}` as it is set here"),
        Mark::Setting(_) => "what is set here".to_owned(),
        _ => "what is listened to here".to_owned(),
    };
    let primary = Label {
        span: mark.span,
        message: "stays with the connection".to_owned(),
    };
    let message =
        format!("{what} goes back to the pool with its connection: the next borrower has it");
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.pedantic |= matches!(kind, Mark::Setting(name) if is_of_pace(name));
    if way.way.is_some() {
        finding.related.push(Label {
            span: way.span,
            message: "this way out leaves it so".to_owned(),
        });
    }
    let help = "reset it on every way out, set it for a transaction only, or detach the connection from the pool";
    finding.help = Some(help.to_owned());
    Some(finding)
}

/// A setting of SQLite's that decides how fast a statement is, not what it answers: connections of one pool mostly have the same.
fn is_of_pace(name: &str) -> bool {
    const OF_SQLITE: [&str; 5] = [
        "busy_timeout",
        "synchronous",
        "journal_mode",
        "cache_size",
        "mmap_size",
    ];
    OF_SQLITE.contains(&name)
}

/// A second setting of the same name mostly sets what was there before.
fn is_set_back(unit: &UnitContext<'_, '_>, index: usize, mark: &Resource) -> bool {
    let mut found = false;
    unit.flow.walk(|state, event, _| {
        let others = state.may & !(1 << index);
        found |= Some(event.at) == mark.at
            && unit
                .flow
                .open(others)
                .any(|other| other.kind == mark.kind && other.place == mark.place);
    });
    found
}

/// Told where both pool and text are first known, not by every caller again.
fn through_pool(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect) -> Option<Finding> {
    let state = state_of(unit, effect)?;
    let is_first = unit.is_first_on_pool(effect, |effect| state_of(unit, effect).is_some());
    if !is_first || unit.has_one_connection(&effect.on) {
        return None;
    }
    let primary = Label {
        span: unit.span(event),
        message: "runs on a connection of its own".to_owned(),
    };
    let mut finding = unit.meeting(&LINT, primary, consequence(state));
    finding.related.extend(unit.chain(effect));
    finding.help = Some(help(unit, effect, state).to_owned());
    Some(finding)
}

fn state_of<'e>(unit: &UnitContext<'_, '_>, effect: &'e Effect) -> Option<&'e SessionState> {
    let EffectKind::Statement(sql, call) = &effect.kind else {
        return None;
    };
    let client = unit.cx.behaviour(unit.cx.client_of(*call));
    let mut texts = sql.alternatives.iter();
    texts.find_map(|text| depends(text, &client.on_by_default))
}

/// What a text needs of its session, or leaves in it, beyond its own end; `on_by_default` are switches that each session has on anyway.
fn depends<'s>(text: &'s [Statement], on_by_default: &[String]) -> Option<&'s SessionState> {
    let alone = text.len() == 1;
    let mut all = text.iter().flat_map(|statement| {
        statement
            .session
            .iter()
            .map(move |state| (statement, state))
    });
    let is_on_anyway = |statement: &Statement, name: &String| {
        statement.switches_on && on_by_default.contains(name)
    };
    let found = all.find(|(statement, state)| match state {
        SessionState::Set(name) => !is_on_anyway(statement, name) && !resets(text, name),
        SessionState::TempTable(name) => !resets(text, name),
        SessionState::Role => !resets(text, "role"),
        SessionState::Listen(on) => *on,
        SessionState::Prepared => alone,
        SessionState::UserVariable => alone && statement.verb == Verb::Session,
        SessionState::LastValue(name) => alone && asks_for_earlier(statement, name),
        SessionState::SetLocal(_) | SessionState::Reset(_) => false,
    });
    found.map(|(_, state)| state)
}

fn resets(text: &[Statement], name: &str) -> bool {
    text.iter()
        .flat_map(|statement| &statement.session)
        .any(|state| match state {
            SessionState::Reset(reset) => reset.as_deref().is_none_or(|reset| reset == name),
            _ => false,
        })
}

/// A sequence may be advanced by the very statement that asks for its value.
fn asks_for_earlier(statement: &Statement, name: &str) -> bool {
    !statement.is_write() || !matches!(name, "currval" | "lastval")
}

fn consequence(state: &SessionState) -> String {
    let picked = "whichever connection the pool picks";
    match state {
        SessionState::Role => format!(
            "the role is changed on {picked}: this task's next statement runs without it, another task's with it"
        ),
        SessionState::Listen(_) => {
            format!("LISTEN is sent to {picked}: nobody waits for notifications there")
        }
        SessionState::TempTable(name) => format!(
            "the temporary table `{name}` is created on {picked}: the next statement looks for it on another"
        ),
        SessionState::Prepared => format!(
            "the prepared statement belongs to {picked}: the next statement runs on another"
        ),
        SessionState::UserVariable => {
            format!("the variable is set on {picked}: the statement that needs it runs on another")
        }
        SessionState::LastValue(name) => {
            format!("`{name}` asks {picked}: it answers for what another task ran there last")
        }
        SessionState::Set(name) if name != "?" => format!(
            "`{name}` is set on {picked}: this task's next statement runs without it, another task's with it"
        ),
        _ => format!(
            "a setting is made on {picked}: this task's next statement runs without it, another task's with it"
        ),
    }
}

fn help(unit: &UnitContext<'_, '_>, effect: &Effect, state: &SessionState) -> &'static str {
    let databases = unit.databases(effect.part);
    let has_local = databases
        .iter()
        .all(|database| matches!(database, Database::Postgres | Database::CockroachDb));
    match state {
        SessionState::Listen(_) => "use the client's listener, or a connection outside the pool",
        SessionState::LastValue(_) => {
            "read it from the result of the statement itself, or run both on one transaction"
        }
        SessionState::Set(_) | SessionState::Role if has_local => {
            "set it for the transaction that contains the work (`SET LOCAL`), or on every connection when it is made"
        }
        SessionState::Set(_) | SessionState::Role => {
            "set it on every connection when it is made, or take one connection for all of the work and reset it before it goes back"
        }
        _ => "run all statements that need it on one transaction",
    }
}
