//! Pools that are made anew for every request.

use crate::body::{Event, EventKind, Sink, Unit};
use crate::context::Context;
use crate::handlers::{Handler, HandlerKind};
use crate::infer::Owner;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::TextRange;
use crate::summary::{EffectKind, Step};

/// The lint.
pub static LINT: Lint = Lint {
    name: "pool_in_handler",
    group: "connection",
    level: Level::Allow,
    summary: "a pool is made by a request handler, for every request anew",
    docs: include_str!("README.md"),
    check: Check::Whole(check),
};

fn check(cx: &Context<'_>, found: &mut Vec<Finding>) {
    for handler in cx.handlers {
        if !matches!(
            handler.kind,
            HandlerKind::Concurrent | HandlerKind::OneAtATime
        ) {
            continue;
        }
        let Some(unit) =
            (cx.program.index.get(&handler.unit)).map(|index| &cx.program.units[*index])
        else {
            continue;
        };
        let made = unit.events().find_map(|event| {
            let steps = cx.program.pool_made_at(unit, event)?;
            let is_meant = goes_on(unit, event) || is_for_request(cx, unit, event);
            (!is_meant).then_some(steps)
        });
        found.extend(made.map(|steps| report(cx, handler, unit, &steps)));
    }
}

/// Whether what an event makes is handed on, to live longer than the request.
fn goes_on(unit: &Unit, event: &Event) -> bool {
    let owns = |local| unit.owners.contains(&(event.at, local));
    unit.events().any(|other| match other.kind {
        EventKind::Move { local, sink } => {
            matches!(sink, Sink::Unknown | Sink::Return) && owns(local)
        }
        _ => false,
    })
}

/// Whether the pool is made of what was read from a database for this request: a database of the user's own, say, which nobody knows at start-up.
fn is_for_request(cx: &Context<'_>, unit: &Unit, event: &Event) -> bool {
    let Owner::Fn(id) = unit.id.owner else {
        return false;
    };
    let Some(body) = cx.defs().body(id) else {
        return false;
    };
    let reads = |other: &&Event| match &other.kind {
        EventKind::Statement { .. } => true,
        EventKind::Call { fns, .. } => {
            let mut callees = fns.iter().filter_map(|id| cx.program.of_fn(*id));
            callees.any(|callee| {
                let mut effects = callee.effects.iter();
                effects.any(|effect| matches!(effect.kind, EffectKind::Statement(..)))
            })
        }
        _ => false,
    };
    let read: Vec<TextRange> = unit
        .events()
        .filter(reads)
        .map(|event| event.range)
        .collect();
    // From what the call is given back to what that was made of.
    let (mut known, mut next) = (Vec::new(), body.locals_in(body.range(event.at)));
    while let Some(local) = next.pop() {
        if known.contains(&local) {
            continue;
        }
        known.push(local);
        let values = body
            .bindings()
            .filter(|bound| body.bound_by(bound.pat).contains(&local));
        for value in values.map(|bound| body.range(bound.value)) {
            if read.iter().any(|read| value.holds(*read)) {
                return true;
            }
            next.extend(body.locals_in(value));
        }
    }
    false
}

fn report(cx: &Context<'_>, handler: &Handler, unit: &Unit, steps: &[Step]) -> Finding {
    let what = handler.kind.what();
    let message = format!(
        "makes a pool for every {what}: each opens connections of its own, until the database has no more to give"
    );
    let primary = Label {
        span: steps[0].span,
        message: format!("once a {what}"),
    };
    let mut finding = cx.finding(unit, &LINT, primary, message);
    let rest = steps.get(1..).unwrap_or(&[]);
    finding.related.extend(cx.chain_to(rest, "makes the pool"));
    finding.help = Some(
        "make it once at start-up, and give it to handlers as shared state or in a static cell"
            .to_owned(),
    );
    finding
}
