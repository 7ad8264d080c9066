//! Transaction control by text that is sent through a pool.

use crate::body::Event;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "transaction_on_pool",
    group: "checkout",
    level: Level::Deny,
    summary: "transaction control is sent through a pool, where each statement takes a connection of its own",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Transaction control that goes through a pool.
struct Sent<'p> {
    event: &'p Event,
    effect: Effect,
    verb: Verb,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let mut all: Vec<Sent<'_>> = Vec::new();
    unit.flow.walk(|_, event, moment| {
        let effects = moment.happenings.iter().map(|happening| &happening.effect);
        all.extend(effects.filter_map(|effect| sent(unit, event, effect)));
    });
    all.sort_by_key(|sent| sent.event.range.start);
    while let Some(first) = all.first() {
        let pool = first.effect.on.clone();
        let (of_pool, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|sent| sent.effect.on == pool);
        found.extend(report(unit, &of_pool));
        all = others;
    }
}

/// Told where both pool and text are first known, not by every caller again.
fn sent<'p>(unit: &UnitContext<'_, '_>, event: &'p Event, effect: &Effect) -> Option<Sent<'p>> {
    let verb = control(effect)?;
    let is_first = unit.is_first_on_pool(effect, |effect| control(effect).is_some());
    is_first.then(|| Sent {
        event,
        effect: effect.clone(),
        verb,
    })
}

/// What an effect begins, ends or divides on its connection and leaves so.
fn control(effect: &Effect) -> Option<Verb> {
    let EffectKind::Statement(sql, _) = &effect.kind else {
        return None;
    };
    sql.alternatives.iter().find_map(|text| unbalanced(text))
}

/// A text that both begins and ends keeps to one connection, and may end once more what it has ended.
fn unbalanced(text: &[Statement]) -> Option<Verb> {
    use Verb::{Begin, Commit, Release, Rollback, RollbackTo, Savepoint, SetTransaction};
    let (mut open, mut has_ended) = (None, false);
    for statement in text {
        match (statement.verb, open) {
            (Begin | Savepoint | SetTransaction, None) => open = Some(statement.verb),
            (Commit | Rollback, None) if has_ended => {}
            (Commit | Rollback | RollbackTo | Release, None) => return Some(statement.verb),
            (Commit | Rollback, Some(_)) => (open, has_ended) = (None, true),
            (Release, Some(Savepoint)) => open = None,
            _ => {}
        }
    }
    open
}

fn report(unit: &UnitContext<'_, '_>, sent: &[Sent<'_>]) -> Option<Finding> {
    let (first, others) = sent.split_first()?;
    let primary = Label {
        span: unit.span(first.event),
        message: "takes a connection of its own".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, consequence(first.verb));
    finding.related.extend(unit.chain(&first.effect));
    finding.related.extend(others.iter().map(|other| Label {
        span: unit.span(other.event),
        message: format!("{} may run on another connection", written(other.verb)),
    }));
    finding.help = Some(
        "begin with the client's own call, which holds one connection until commit, and run all statements on that transaction"
            .to_owned(),
    );
    Some(finding)
}

fn consequence(verb: Verb) -> String {
    let end = match verb {
        Verb::Begin => {
            "the statements that follow run on others, and this one goes back with its transaction open"
        }
        Verb::Commit | Verb::Rollback => "it doesn't end the transaction it is meant for",
        Verb::SetTransaction => "the transaction it is meant for begins on another",
        _ => "the transaction it is meant for is on another",
    };
    let sends = written(verb);
    format!("{sends} is sent to whichever connection the pool picks: {end}")
}

fn written(verb: Verb) -> &'static str {
    match verb {
        Verb::Begin => "BEGIN",
        Verb::Commit => "COMMIT",
        Verb::Rollback => "ROLLBACK",
        Verb::Savepoint => "SAVEPOINT",
        Verb::RollbackTo => "ROLLBACK TO",
        Verb::Release => "RELEASE",
        _ => "SET TRANSACTION",
    }
}
