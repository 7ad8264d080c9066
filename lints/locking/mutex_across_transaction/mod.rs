//! Mutexes that are held while the database is waited for, where that can end in a circle or keeps everybody out.

use crate::body::{Event, EventKind};
use crate::context::{UnitContext, beginning, guards};
use crate::flow::{Moment, Resource, ResourceKind, State};
use crate::infer::{Place, Root};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::{Statement, Verb};
use crate::summary::EffectKind;

/// The lint.
pub static LINT: Lint = Lint {
    name: "mutex_across_transaction",
    group: "locking",
    level: Level::Warn,
    summary: "a mutex is locked inside a transaction and held over a statement, or held while a connection is waited for",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// A mutex's guard, and the transaction that was open when it was taken.
struct Guard<'f> {
    index: usize,
    held: &'f Resource,
    inside: Option<Inside>,
}

/// The connection of a transaction that is open, and where that is to be seen.
struct Inside {
    connection: Place,
    label: Option<Label>,
}

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let mut guards: Vec<Guard<'_>> = Vec::new();
    unit.flow.walk(|state, event, _| {
        let taken = unit.flow.resources.iter().enumerate().find(|(_, held)| {
            held.kind == ResourceKind::Mutex && held.at == Some(event.at) && is_lock(&event.kind)
        });
        if let Some((index, guard)) =
            taken.filter(|(_, guard)| !unit.is_kept_for_its_own_sake(guard))
        {
            let inside = inside(unit, state);
            guards.push(Guard {
                index,
                held: guard,
                inside,
            });
        }
    });
    for guard in &guards {
        found.extend(over_statement(unit, guard).or_else(|| over_checkout(unit, guard)));
    }
}

fn is_lock(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::MutexLock {
            tries: false,
            reads: false,
            ..
        }
    )
}

/// A transaction that is open here, or on a parameter of this function by some caller.
fn inside(unit: &UnitContext<'_, '_>, state: State) -> Option<Inside> {
    let open = unit
        .flow
        .open(state.must)
        .find(|held| held.is_transaction());
    if let Some(open) = open {
        return Some(Inside {
            connection: unit.flow.connection(&open.place),
            label: Some(beginning(open)),
        });
    }
    let program = unit.flow.program;
    let mut params = unit.flow.unit.params.iter();
    let (index, _) = params.find(|(index, _)| program.is_in_transaction(unit.flow.unit, *index))?;
    Some(Inside {
        connection: Place::root(Root::Param(*index)),
        label: None,
    })
}

/// A statement that may have to wait for rows that others have locked: reading doesn't.
fn waits(kind: &EffectKind) -> bool {
    let may = |statement: &Statement| {
        statement.is_write() || statement.sure_lock().is_some() || statement.verb == Verb::LockTable
    };
    matches!(kind, EffectKind::Statement(sql, _) if sql.statements().any(may))
}

/// The first event of some kind while the guard is held.
fn first_held<'p>(
    unit: &UnitContext<'p, '_>,
    guard: &Guard<'_>,
    is_it: impl Fn(&Event, &Moment) -> bool,
) -> Option<&'p Event> {
    let mut first: Option<&Event> = None;
    unit.flow.walk(|state, event, moment| {
        let is_held = state.must >> guard.index & 1 == 1;
        if is_held
            && is_it(event, moment)
            && first.is_none_or(|first| event.range.start < first.range.start)
        {
            first = Some(event);
        }
    });
    first
}

/// Locked inside a transaction, and held over one of its statements.
fn over_statement(unit: &UnitContext<'_, '_>, guard: &Guard<'_>) -> Option<Finding> {
    let inside = guard.inside.as_ref()?;
    if guards(guard.held, &inside.connection) {
        return None;
    }
    let statement = first_held(unit, guard, |_, moment| {
        moment.happenings.iter().any(|happening| {
            let mut places = happening.effect.on.places().iter();
            waits(&happening.effect.kind)
                && places.any(|place| unit.flow.connection(place) == inside.connection)
        })
    })?;
    let name = unit.mutex_name(guard.held);
    let message = format!(
        "locks {name} inside a transaction and holds it over a statement: one task waits for the mutex with rows locked, another for those rows with the mutex, and no server sees that circle"
    );
    let primary = Label {
        span: guard.held.span,
        message: "locks the mutex".to_owned(),
    };
    let mut finding = unit.meeting(&LINT, primary, message);
    finding.related.extend(inside.label.clone());
    finding.related.push(Label {
        span: unit.span(statement),
        message: "waits for the database with the mutex locked".to_owned(),
    });
    finding.help = Some(
        "lock the mutex before the transaction begins, or release it before the statement"
            .to_owned(),
    );
    Some(finding)
}

/// Held while a connection of a pool is waited for: how many want the mutex, and for how long, decides whether that matters.
fn over_checkout(unit: &UnitContext<'_, '_>, guard: &Guard<'_>) -> Option<Finding> {
    let checkout = first_held(unit, guard, |_, moment| {
        moment.happenings.iter().any(|happening| {
            let taken = unit.pool_use(&happening.effect);
            taken.is_some_and(|taken| {
                !taken.tries
                    && !taken
                        .pool
                        .places()
                        .iter()
                        .any(|pool| guards(guard.held, pool))
            })
        })
    })?;
    let name = unit.mutex_name(guard.held);
    let message = format!(
        "holds {name} while it waits for a connection and for the database: whoever needs the mutex waits as well"
    );
    let primary = Label {
        span: unit.span(checkout),
        message: "waits with the mutex locked".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.push(Label {
        span: guard.held.span,
        message: "the mutex is locked from here on".to_owned(),
    });
    finding.help = Some("copy what is needed out of the mutex, and release it first".to_owned());
    finding.pedantic = true;
    Some(finding)
}
