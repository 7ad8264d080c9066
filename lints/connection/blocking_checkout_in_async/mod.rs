//! Blocking checkouts, transactions and queries on the threads of an async runtime.

use crate::body::Event;
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::sql::Database;
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "blocking_checkout_in_async",
    group: "connection",
    level: Level::Allow,
    summary: "an async function waits for a pool or the database with a blocking call",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

/// Further calls beside the first are told up to here.
const MAX_TOLD: usize = 2;

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    if !unit.is_async() {
        return;
    }
    let mut calls: Vec<(&Event, Effect)> = Vec::new();
    unit.flow.walk(|_, event, moment| {
        let effects = moment.happenings.iter().map(|happening| &happening.effect);
        let mut blocking = effects.filter(|effect| unit.blocks_thread(event, effect));
        calls.extend(blocking.next().map(|effect| (event, effect.clone())));
    });
    calls.sort_by_key(|(event, _)| event.range.start);
    calls.dedup_by_key(|(event, _)| event.range.start);
    let checkout =
        |(_, effect): &&(&Event, Effect)| matches!(effect.kind, EffectKind::Checkout(..));
    let first = calls.iter().find(checkout).or(calls.first());
    found.extend(first.map(|first| report(unit, first, &calls)));
}

fn report(
    unit: &UnitContext<'_, '_>,
    (event, effect): &(&Event, Effect),
    all: &[(&Event, Effect)],
) -> Finding {
    let what = match &effect.kind {
        EffectKind::Checkout(_, call) => format!(
            "waits for a connection of the pool {}on a thread of the async runtime",
            up_to(unit.cx.behaviour(unit.cx.client_of(*call)).acquire_timeout)
        ),
        _ => "waits for the database on a thread of the async runtime".to_owned(),
    };
    let primary = Label {
        span: unit.span(event),
        message: "blocks the thread".to_owned(),
    };
    let message = format!("{what}: no other task runs on it until then");
    let mut finding = unit.finding(&LINT, primary, message);
    finding.related.extend(unit.chain(effect));
    let others = all
        .iter()
        .filter(|(other, _)| !std::ptr::eq(*other, *event));
    finding
        .related
        .extend(others.take(MAX_TOLD).map(|(other, _)| Label {
            span: unit.span(other),
            message: "and this".to_owned(),
        }));
    finding.help = Some(
        "run it on a thread that may block (`spawn_blocking`), or use an asynchronous client"
            .to_owned(),
    );
    // A local file answers in microseconds, and a start-up has nobody to keep waiting.
    let is_local = effect.part.is_some_and(|part| {
        let databases = part.database.map_or_else(
            || unit.cx.catalogue().client(part.sheet).databases.clone(),
            |database| vec![database],
        );
        let is_embedded =
            |database: &Database| matches!(database, Database::Sqlite | Database::DuckDb);
        !databases.is_empty() && databases.iter().all(is_embedded)
    });
    let is_query = !matches!(effect.kind, EffectKind::Checkout(..));
    finding.pedantic = is_local && is_query || unit.cx.runs_alone(unit.flow.unit.id.owner);
    finding
}

fn up_to(seconds: Option<u32>) -> String {
    match seconds {
        Some(0) => "for as long as it takes, ".to_owned(),
        Some(seconds) => format!("for up to {seconds} s, "),
        None => String::new(),
    }
}
