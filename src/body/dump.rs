//! A unit as text, for tests and for looking at what the engine saw.

use std::fmt::Write as _;

use super::event::{EventKind, Exit, Handle, Sql, Unit};
use crate::infer::{Place, Root, Val};

/// Blocks in order, an event a line.
#[must_use]
pub fn dump(unit: &Unit) -> String {
    let mut out = String::new();
    for (index, block) in unit.graph.blocks.iter().enumerate() {
        let next: Vec<String> = block.next.iter().map(|id| id.0.to_string()).collect();
        let exit = match &block.exit {
            Some(Exit::Return(val)) => format!(" returns {}", value(val)),
            Some(Exit::Error) => " fails".to_owned(),
            Some(Exit::Panic) => " panics".to_owned(),
            None => String::new(),
        };
        let _ = writeln!(out, "{index} -> [{}]{exit}", next.join(" "));
        for event in &block.events {
            let _ = writeln!(out, "    {}: {}", event.at.0, kind(&event.kind));
        }
    }
    out
}

fn kind(kind: &EventKind) -> String {
    match kind {
        EventKind::Checkout { pool, tries, .. } => {
            let tries = if *tries { " or gives up" } else { "" };
            format!("checkout from {}{tries}", handle(pool))
        }
        EventKind::Begin { on, scoped, .. } => {
            format!(
                "begin on {}{}",
                handle(on),
                if *scoped { ", scoped" } else { "" }
            )
        }
        EventKind::Failed { call } => format!("{} has failed", call.0),
        EventKind::Leave { way } => format!("leave by {way:?}"),
        EventKind::EndScope { begun } => format!("end of {}", begun.0),
        EventKind::Statement {
            on, sql, streams, ..
        } => {
            let streams = if *streams { " streams" } else { "" };
            format!("statement on {}{streams}: {}", handle(on), text(sql))
        }
        EventKind::Commit { on } => format!("commit {}", handle(on)),
        EventKind::Rollback { on } => format!("rollback {}", handle(on)),
        EventKind::Autocommit { on, value } => format!("autocommit of {} to {value:?}", handle(on)),
        EventKind::Detach { on } => format!("detach {}", handle(on)),
        EventKind::MutexLock { on, .. } => format!("lock {}", value(on)),
        EventKind::Call { fns, args } | EventKind::Spawn { fns, args } => {
            let ids: Vec<String> = fns.iter().map(|id| format!("f{}", id.0)).collect();
            let args: Vec<String> = args
                .iter()
                .map(|arg| {
                    format!(
                        "{}={} {:?}",
                        arg.param,
                        value(&arg.val),
                        arg.part.map(|part| part.role)
                    )
                })
                .collect();
            let word = if matches!(kind, EventKind::Spawn { .. }) {
                "spawn"
            } else {
                "call"
            };
            format!("{word} {}({})", ids.join("|"), args.join(", "))
        }
        EventKind::RunParam { what, .. } => format!("run {}", place(what)),
        EventKind::Drop { local, made } => {
            format!("drop {:?} {:?}", local.map(|id| id.0), made.map(|id| id.0))
        }
        EventKind::Move { local, sink } => format!("move {} to {sink:?}", local.0),
        EventKind::Slow { kind } => format!(
            "slow {}",
            kind.map(|kind| kind.to_string()).unwrap_or_default()
        ),
        EventKind::SideEffect { kind } => {
            format!(
                "side effect {}",
                kind.map(|kind| kind.to_string()).unwrap_or_default()
            )
        }
        EventKind::Await => "await".to_owned(),
        EventKind::Connect { .. } => "connect".to_owned(),
        EventKind::PoolCreate => "pool".to_owned(),
        EventKind::Unguard { on } => format!("unguard {}", handle(on)),
        EventKind::SessionReset { on } => format!("reset {}", handle(on)),
        EventKind::SessionLock { on, takes } => format!("session lock {takes} on {}", handle(on)),
        EventKind::PoolSetting { .. } => "pool setting".to_owned(),
        EventKind::PoolLimit { limit } => format!("pool limit {limit:?}"),
    }
}

fn handle(handle: &Handle) -> String {
    let role = handle.role().map_or_else(
        || "unknown".to_owned(),
        |role| format!("{role:?}").to_lowercase(),
    );
    format!("{role} {}", value(&handle.val))
}

fn text(sql: &Sql) -> String {
    let one = |statements: &Vec<crate::sql::Statement>| {
        let verbs: Vec<String> = statements
            .iter()
            .map(|statement| {
                let mut words = format!("{:?}", statement.verb).to_lowercase();
                for table in statement.reads.iter().chain(&statement.writes) {
                    let _ = write!(words, " {table}");
                }
                words
            })
            .collect();
        verbs.join("; ")
    };
    let alternatives: Vec<String> = sql.alternatives.iter().map(one).collect();
    alternatives.join(" or ")
}

fn value(val: &Val) -> String {
    let places: Vec<String> = val.places().iter().map(place).collect();
    if places.is_empty() {
        "?".to_owned()
    } else {
        places.join("|")
    }
}

fn place(place: &Place) -> String {
    let root = match place.root {
        Root::Param(index) => format!("p{index}"),
        Root::ClosureParam(id, index) => format!("c{}.{index}", id.0),
        Root::Static(id) => format!("s{}", id.0),
        Root::Site(id) => format!("e{}", id.0),
        Root::Local(id) => format!("l{}", id.0),
    };
    place
        .fields()
        .iter()
        .fold(root, |text, name| format!("{text}.{name}"))
}
