//! Statements that commit the transaction they are sent in.

use crate::body::Event;
use crate::context::{UnitContext, describe};
use crate::flow::{Mark, Resource, ResourceKind, State};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Database, Statement, Verb, Within};
use crate::summary::{Effect, EffectKind, Happening};

/// The lint.
pub static LINT: Lint = Lint {
    name: "implicit_commit",
    group: "autocommit",
    level: Level::Deny,
    summary: "a statement commits the open transaction before it runs",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    // One finding a transaction: what follows the first runs outside of it.
    let mut ended: Vec<Span> = Vec::new();
    unit.flow.walk(|state, event, moment| {
        for effect in moment.happenings.iter().map(|happening| &happening.effect) {
            let Some(what) = commits(unit, effect, state) else {
                continue;
            };
            let Some(transaction) = unit.transaction_around(effect, state) else {
                continue;
            };
            if ended.contains(&transaction.span) {
                continue;
            }
            let follows = work_follows(unit, event, effect, transaction);
            ended.push(transaction.span);
            let mut finding = report(unit, event, effect, &what, transaction);
            // A switch just before the commit takes little away; where there is nothing but DDL, there was nothing to cover.
            finding.pedantic = !transaction.given
                && !follows
                && (is_switch(effect) || !work_precedes(unit, event, effect));
            found.push(finding);
        }
    });
}

/// Whether more of the transaction's work comes after a statement that commits it, before its end.
fn work_follows(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    commit: &Effect,
    transaction: &Resource,
) -> bool {
    let index = unit.flow.index_of(transaction);
    let mut found = false;
    unit.flow.follow(Some(event.at), (), |(), event, moment| {
        if index.is_some_and(|index| unit.flow.is_let_go(event, moment, index)) {
            return None;
        }
        found |= (moment.happenings.iter()).any(|one| works_on(unit, commit, one));
        (!found).then_some(())
    });
    found
}

/// Whether work on the same connection comes before a statement that commits.
fn work_precedes(unit: &UnitContext<'_, '_>, event: &Event, commit: &Effect) -> bool {
    let before = unit.flow.before(event).into_iter();
    let mut before = before.flat_map(|(_, happenings)| happenings);
    before.any(|one| works_on(unit, commit, one))
}

/// A statement on the same connection that is neither a setting, nor ends the transaction, nor commits by itself.
fn works_on(unit: &UnitContext<'_, '_>, commit: &Effect, happening: &Happening) -> bool {
    let connection = |place| unit.flow.connection(place);
    let own: Vec<_> = commit.on.places().iter().map(connection).collect();
    let effect = &happening.effect;
    let is_work = |statement: &Statement| {
        !matches!(statement.verb, Verb::Session | Verb::Ddl)
            && statement.within != Within::Commits
            && !statement.is_transaction_control()
    };
    let mut on = effect.on.places().iter().map(connection);
    on.any(|place| own.contains(&place))
        && matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.statements().any(is_work))
}

/// `SET autocommit = 1`: what follows it may all the same be no more than settings.
fn is_switch(effect: &Effect) -> bool {
    matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.statements().all(|one| one.verb == Verb::Session))
}

/// What commits, as a noun phrase: the first statement of a text, whichever text it is.
fn commits(unit: &UnitContext<'_, '_>, effect: &Effect, state: State) -> Option<String> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    let mut firsts = sql.alternatives.iter().map(|text| text.first());
    let first = firsts.next()??;
    let does = |statement: &Statement| {
        statement.within == Within::Commits
            || statement.autocommit == Some(true) && switches_on(unit, effect, state)
    };
    let all = does(first) && firsts.all(|other| other.is_some_and(does));
    all.then(|| named(first))
}

/// `SET autocommit = 1` commits where it was 0.
fn switches_on(unit: &UnitContext<'_, '_>, effect: &Effect, state: State) -> bool {
    const MYSQL: [Database; 2] = [Database::MySql, Database::MariaDb];
    let databases = unit.databases(effect.part);
    let is_mysql = !databases.is_empty() && databases.iter().all(|one| MYSQL.contains(one));
    let connections = effect
        .on
        .places()
        .iter()
        .map(|place| unit.flow.connection(place));
    let connections: Vec<_> = connections.collect();
    let is_off = |resource: &Resource| {
        resource.kind == ResourceKind::Mark(Mark::AutocommitOff)
            && connections.contains(&resource.place)
    };
    is_mysql && unit.flow.open(state.must).any(is_off)
}

fn named(statement: &Statement) -> String {
    match statement.verb {
        Verb::LockTable => "LOCK TABLES".to_owned(),
        Verb::Session => "`SET autocommit = 1`".to_owned(),
        Verb::Other => "this statement".to_owned(),
        Verb::Begin => "a second BEGIN".to_owned(),
        _ => describe(statement),
    }
}

fn report(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    effect: &Effect,
    what: &str,
    transaction: &Resource,
) -> Finding {
    let primary = Label {
        span: unit.span(event),
        message: "commits the transaction".to_owned(),
    };
    let message = format!(
        "{what} commits the open transaction: what ran before it can't be rolled back, and what follows runs outside of it"
    );
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span: transaction.span,
        message: "the transaction begins here".to_owned(),
    });
    finding.related.extend(unit.chain(effect));
    finding.help =
        Some("run it before the transaction begins, or after it is committed".to_owned());
    finding
}
