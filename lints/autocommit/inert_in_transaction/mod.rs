//! Statements that an open transaction makes fail, or do nothing.

use crate::body::Event;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Database, SessionState, Within, before_the_end};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "inert_in_transaction",
    group: "autocommit",
    level: Level::Deny,
    summary: "a statement that fails or does nothing in a transaction is sent in one",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|state, event, moment| {
        for effect in moment.happenings.iter().map(|happening| &happening.effect) {
            let Some((within, is_alone)) = within(unit, effect) else {
                continue;
            };
            let transaction = unit.transaction_around(effect, state).map(|open| open.span);
            let is_own = effect.steps.len() == 1;
            if transaction.is_some() || !is_alone && is_own {
                found.push(report(unit, event, effect, within, transaction));
            }
        }
    });
}

/// What becomes of an effect's statement, whichever text it sends, and whether it is a text of its own: Postgres runs several as one
/// transaction, and refuses some of them behind a COMMIT, too.
fn within(unit: &UnitContext<'_, '_>, effect: &Effect) -> Option<(Within, bool)> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    let is_postgres = unit.databases(effect.part) == [Database::Postgres];
    let mut found = sql.alternatives.iter().map(|text| {
        let is_inert = |within: &Within| matches!(within, Within::Fails | Within::Nothing);
        let inside = if is_postgres {
            text
        } else {
            before_the_end(text)
        };
        let mut inside = inside.iter().map(|statement| statement.within);
        inside.find(is_inert)
    });
    let first = found.next()??;
    // USE is no statement of Postgres: another server speaks its protocol.
    let uses = SessionState::Set("database".to_owned());
    if is_postgres && sql.statements().any(|one| one.session.contains(&uses)) {
        return None;
    }
    let is_alone = !is_postgres || sql.alternatives.iter().any(|text| text.len() == 1);
    found
        .all(|other| other.is_some())
        .then_some((first, is_alone))
}

fn report(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    effect: &Effect,
    within: Within,
    transaction: Option<Span>,
) -> Finding {
    let (message, label) = match (within, transaction) {
        (Within::Nothing, _) => (
            "this has no effect in an open transaction: the setting stays as it was",
            "sets nothing",
        ),
        (_, Some(_)) => (
            "the database refuses this in an open transaction: it always fails here",
            "always fails",
        ),
        (_, None) => (
            "the database refuses this in a transaction, and runs a text of several statements in one: it always fails here",
            "always fails",
        ),
    };
    let primary = Label {
        span: unit.span(event),
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.related.extend(transaction.map(|span| Label {
        span,
        message: "the transaction begins here".to_owned(),
    }));
    finding.related.extend(unit.chain(effect));
    finding.help = Some(match transaction {
        Some(_) => {
            "run it on a connection without a transaction, before this one begins".to_owned()
        }
        None => "send it as a text of its own".to_owned(),
    });
    finding
}
