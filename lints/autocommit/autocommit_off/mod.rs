//! Autocommit that is switched off and not on again, and writes that nobody commits because it is off.

use crate::body::{Event, EventKind, Sql, UnitKind};
use crate::context::{Fate, PoolReturnOf, UnitContext, WayOut, describe};
use crate::flow::{Mark, Resource, ResourceKind};
use crate::infer::{Place, Root};
use crate::ir::ExprId;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "autocommit_off",
    group: "autocommit",
    level: Level::Deny,
    summary: "autocommit is off on a connection that is used after this function, or whose work nobody commits",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    unit.flow.walk(|_, event, moment| {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        let everywhere = for_every_connection(unit, event, effects.clone());
        let on_pool = || effects.find_map(|effect| through_pool(unit, event, effect));
        found.extend(everywhere.or_else(on_pool));
    });
    for (index, mark) in unit.flow.resources.iter().enumerate() {
        found.extend(left_off(unit, index, mark));
    }
    found.extend(off_by_default(unit));
}

fn switches_off(sql: &Sql) -> bool {
    sql.statements()
        .any(|statement| statement.autocommit == Some(false))
}

fn is_off(effect: &Effect) -> bool {
    match &effect.kind {
        EffectKind::Statement(sql, _) => switches_off(sql),
        EffectKind::Autocommit(value) => *value == Some(false),
        _ => false,
    }
}

/// In an init command, or a hook that a pool runs on every connection.
fn for_every_connection<'e>(
    unit: &UnitContext<'_, '_>,
    event: &Event,
    mut effects: impl Iterator<Item = &'e Effect>,
) -> Option<Finding> {
    let is_init =
        matches!(&event.kind, EventKind::PoolSetting { sql: Some(sql), .. } if switches_off(sql));
    let is_hook = unit.flow.unit.kind == UnitKind::AfterConnect && effects.any(is_off);
    let message = "every connection starts with autocommit off: its first SELECT opens a transaction that nobody ends, and later ones read the rows of that moment";
    let label = "runs on every new connection";
    (is_init || is_hook).then(|| finding(unit, unit.span(event), label, message))
}

/// One connection of the pool is different from now on.
fn through_pool(unit: &UnitContext<'_, '_>, event: &Event, effect: &Effect) -> Option<Finding> {
    let message = "autocommit is off from here on, on whichever connection the pool picked: the next borrower's writes wait for a commit that doesn't come";
    let label = "runs on a connection of its own";
    unit.is_first_on_pool(effect, is_off)
        .then(|| finding(unit, unit.span(event), label, message))
}

/// Off on a connection that is used after this function, or that ends here with nothing committed.
fn left_off(unit: &UnitContext<'_, '_>, index: usize, mark: &Resource) -> Option<Finding> {
    let is_it = mark.kind == ResourceKind::Mark(Mark::AutocommitOff);
    let is_told_elsewhere = unit.flow.unit.kind == UnitKind::AfterConnect
        || unit.is_pool(mark)
        || unit.is_left_to_callers(mark);
    if !is_it || is_told_elsewhere {
        return None;
    }
    if is_handed_out(unit, &mark.place) && !unit.flow.is_ended(index) {
        let message = "autocommit stays off on the connection that is handed on: its first SELECT opens a transaction that stays open until somebody commits";
        return Some(finding(unit, mark.span, "switched off here", message));
    }
    let ways = unit.ways_out(index, mark);
    if let Some(way) = ways.iter().find(|way| outlives(unit, mark, way)) {
        let message = "autocommit stays off when the connection is used next: what runs on it then waits for a commit that doesn't come";
        let mut finding = finding(unit, mark.span, "switched off here", message);
        finding.related.extend(way.way.map(|_| Label {
            span: way.span,
            message: "this way out leaves it off".to_owned(),
        }));
        return Some(finding);
    }
    let deeds = Deeds::of(unit, &mark.place);
    let is_lost = is_made_here(unit, &mark.place) && deeds.is_lost();
    is_lost.then(|| {
        let message = "nothing commits what is written with autocommit off: it is rolled back when the connection goes";
        let mut finding = finding(unit, mark.span, "switched off here", message);
        finding.related.extend(deeds.written(unit));
        finding
    })
}

/// A way out on which autocommit stays off. Where commit or rollback itself fails, the connection is gone.
fn outlives(unit: &UnitContext<'_, '_>, mark: &Resource, way: &WayOut) -> bool {
    let lives_on = match way.fate {
        Fate::GoesBack(on_return, _) => on_return != PoolReturnOf::Resets,
        Fate::Lent | Fate::Stays | Fate::HandedOut => true,
        Fate::Ends | Fate::Unknown => false,
    };
    lives_on
        && !way
            .failed
            .is_some_and(|call| ends_there(unit, &mark.place, call))
}

/// A driver whose connections start with autocommit off: the first write that nothing commits, on each connection made here.
fn off_by_default(unit: &UnitContext<'_, '_>) -> Vec<Finding> {
    let mut sessions: Vec<Place> = Vec::new();
    unit.flow.walk(|_, _, moment| {
        let effects = moment.happenings.iter().map(|happening| &happening.effect);
        let by_default = effects.filter(|effect| {
            let part = effect.part;
            is_write(effect)
                && part.is_some_and(|part| unit.cx.behaviour(part.sheet).autocommit_off)
        });
        sessions.extend(
            by_default
                .flat_map(|effect| effect.on.places())
                .map(|place| unit.flow.connection(place)),
        );
    });
    sessions.sort();
    sessions.dedup();
    let is_kept = |session: &Place| is_made_here(unit, session) && !is_handed_out(unit, session);
    sessions.retain(is_kept);
    let lost = sessions
        .iter()
        .map(|session| Deeds::of(unit, session))
        .filter(Deeds::is_lost);
    lost.filter_map(|deeds| {
        let (event, effect) = deeds.write?;
        let EffectKind::Statement(sql, _) = &effect.kind else { return None };
        let what = describe(sql.statements().next()?);
        let message = format!("{what} is rolled back when the connection goes: autocommit is off by default, and nothing here commits");
        let mut finding = finding(unit, unit.span(event), "written, and never committed", &message);
        finding.related.extend(unit.chain(&effect));
        finding.help = Some("commit before the connection goes".to_owned());
        Some(finding)
    })
    .collect()
}

/// What a unit does on one connection.
struct Deeds<'p> {
    /// The first write.
    write: Option<(&'p Event, Effect)>,
    /// Something ends a transaction, or switches autocommit on.
    ends: bool,
}

impl<'p> Deeds<'p> {
    fn of(unit: &UnitContext<'p, '_>, session: &Place) -> Self {
        let mut deeds = Self {
            write: None,
            ends: false,
        };
        unit.flow.walk(|_, event, moment| {
            let effects = moment.happenings.iter().map(|happening| &happening.effect);
            for effect in effects.filter(|effect| is_on(unit, effect, session)) {
                deeds.ends |= ends(effect);
                if deeds.write.is_none() && is_write(effect) {
                    deeds.write = Some((event, effect.clone()));
                }
            }
        });
        deeds
    }

    fn is_lost(&self) -> bool {
        self.write.is_some() && !self.ends
    }

    fn written(&self, unit: &UnitContext<'_, '_>) -> Option<Label> {
        self.write.as_ref().map(|(event, _)| Label {
            span: unit.span(event),
            message: "this is never committed".to_owned(),
        })
    }
}

fn is_on(unit: &UnitContext<'_, '_>, effect: &Effect, session: &Place) -> bool {
    let mut places = effect.on.places().iter();
    places.any(|place| unit.flow.connection(place) == *session)
}

fn is_write(effect: &Effect) -> bool {
    matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.statements().any(Statement::is_write))
}

/// Commit, rollback, a schema change (which commits by itself), autocommit on or set to something unknown.
fn ends(effect: &Effect) -> bool {
    match &effect.kind {
        EffectKind::Commit | EffectKind::Rollback => true,
        EffectKind::Autocommit(value) => *value != Some(false),
        EffectKind::Statement(sql, _) => sql.statements().any(|statement| {
            matches!(
                statement.verb,
                Verb::Commit | Verb::Rollback | Verb::Ddl | Verb::Unknown
            ) || statement.autocommit == Some(true)
        }),
        _ => false,
    }
}

fn ends_there(unit: &UnitContext<'_, '_>, session: &Place, call: ExprId) -> bool {
    let mut found = false;
    unit.flow.walk(|_, event, moment| {
        let mut effects = moment.happenings.iter().map(|happening| &happening.effect);
        found |=
            event.at == call && effects.any(|effect| is_on(unit, effect, session) && ends(effect));
    });
    found
}

/// Whether a call of this unit opens the connection, or takes it from its pool.
fn is_made_here(unit: &UnitContext<'_, '_>, session: &Place) -> bool {
    let mut events = unit.flow.unit.events();
    events.any(|event| {
        Root::Site(event.at) == session.root
            && matches!(
                event.kind,
                EventKind::Connect { .. } | EventKind::Checkout { .. }
            )
    })
}

/// Whether every local that holds the connection gives it away.
fn is_handed_out(unit: &UnitContext<'_, '_>, session: &Place) -> bool {
    let unit = unit.flow.unit;
    let owners = unit
        .owners
        .iter()
        .filter(|(site, _)| Root::Site(*site) == session.root);
    let mut owners = owners.map(|(_, local)| *local).peekable();
    let moves = |owner| {
        let mut events = unit.events();
        events.any(|event| matches!(event.kind, EventKind::Move { local, .. } if local == owner))
    };
    owners.peek().is_some() && owners.all(moves)
}

fn finding(unit: &UnitContext<'_, '_>, span: Span, label: &str, message: &str) -> Finding {
    let primary = Label {
        span,
        message: label.to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message.to_owned());
    finding.help = Some(
        "leave autocommit on and begin a transaction where one is needed, or commit or roll back, and switch it on again, on every way out"
            .to_owned(),
    );
    finding
}
