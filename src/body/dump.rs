//! A unit as text, for tests and for looking at what the engine saw: blocks in the order of first visits, an event a line.
//! Values are shown by their source; blocks in which nothing happens are left out.

use std::fmt::Write as _;

use super::event::{Arg, Block, Caught, Condition, EventKind, Exit, Handle, Sql, Unit};
use crate::defs::{Defs, FnId};
use crate::infer::{Owner, Place, Root, Val};
use crate::ir::{Body, ExprId, LocalId};
use crate::source::TextRange;

/// Source text is shown up to so many characters.
const SHOWN: usize = 32;

/// A unit of a body in a file with this text.
#[must_use]
pub fn dump(defs: &Defs<'_>, text: &str, unit: &Unit) -> String {
    let body = match unit.id.owner {
        Owner::Fn(id) => defs.body(id),
        Owner::Value(id) => {
            let value = defs.value(id);
            let file = defs.module(value.module).file;
            value.init.and_then(|init| defs.body_of(file, init))
        }
    };
    let Some(body) = body else {
        return String::new();
    };
    let mut out = String::new();
    let shown = Shown { defs, body, text };
    let kept = visited(&unit.graph.blocks);
    let number = |block: usize| kept.iter().position(|kept| *kept == block);
    for (index, block) in kept
        .iter()
        .map(|block| &unit.graph.blocks[*block])
        .enumerate()
    {
        let next = block.next.iter().map(|id| id.0 as usize);
        let next: Vec<String> = next
            .filter_map(|id| number(through(&unit.graph.blocks, id)))
            .map(|number| number.to_string())
            .collect();
        let exit = shown.exit(block.exit.as_ref());
        let _ = writeln!(out, "{index} -> [{}]{exit}", next.join(" "));
        for event in &block.events {
            let (at, kind) = (shown.range(event.range), shown.kind(&event.kind));
            let _ = writeln!(out, "    {at}: {kind}");
        }
    }
    out
}

/// Past blocks that only go on.
fn through(blocks: &[Block], mut at: usize) -> usize {
    for _ in 0..blocks.len() {
        match &blocks[at] {
            Block {
                events,
                next,
                exit: None,
            } if events.is_empty() && next.len() == 1 => {
                at = next[0].0 as usize;
            }
            _ => break,
        }
    }
    at
}

/// The blocks that can be reached, in depth-first order.
fn visited(blocks: &[Block]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut stack = vec![0];
    while let Some(at) = stack.pop() {
        let at = through(blocks, at);
        if at < blocks.len() && !found.contains(&at) {
            found.push(at);
            stack.extend(blocks[at].next.iter().rev().map(|id| id.0 as usize));
        }
    }
    found
}

/// What a unit's parts are called in its source.
struct Shown<'x> {
    defs: &'x Defs<'x>,
    body: &'x Body,
    text: &'x str,
}

impl Shown<'_> {
    fn range(&self, range: TextRange) -> String {
        let text = self.text.get(range.start as usize..range.end as usize);
        let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
        let line = words.join(" ");
        if line.chars().count() <= SHOWN {
            return line;
        }
        line.chars().take(SHOWN).chain(['…']).collect()
    }

    fn expr(&self, id: ExprId) -> String {
        format!("`{}`", self.range(self.body.range(id)))
    }

    fn local(&self, id: LocalId) -> &str {
        &self.body.locals[id.index()].name
    }

    fn exit(&self, exit: Option<&Exit>) -> String {
        match exit {
            Some(Exit::Return(val)) => format!(" returns {}", self.value(val)),
            Some(Exit::Error) => " fails".to_owned(),
            Some(Exit::Panic) => " panics".to_owned(),
            None => String::new(),
        }
    }

    fn kind(&self, kind: &EventKind) -> String {
        match kind {
            EventKind::Checkout { pool, tries, .. } => {
                let tries = if *tries { " or gives up" } else { "" };
                format!("checkout from {}{tries}", self.handle(pool))
            }
            EventKind::Begin { on, scoped, .. } => {
                let scoped = if *scoped { ", scoped" } else { "" };
                format!("begin on {}{scoped}", self.handle(on))
            }
            EventKind::Statement {
                on, sql, streams, ..
            } => {
                let streams = if *streams { ", streams" } else { "" };
                format!("statement on {}{streams}: {}", self.handle(on), text(sql))
            }
            EventKind::Autocommit { on, value } => {
                format!("autocommit of {} to {value:?}", self.handle(on))
            }
            EventKind::Lend { val } => format!("lend {}", self.value(val)),
            EventKind::Respond { body } => format!("respond with {}", self.value(body)),
            EventKind::Keep { val } => format!("keep {}", self.value(val)),
            EventKind::Limit { on } => format!("limit {}", self.value(on)),
            EventKind::MutexLock { on, .. } => format!("lock {}", self.value(on)),
            EventKind::Call { fns, args } => format!("call {}", self.call(fns, args)),
            EventKind::Spawn { fns, args } => format!("spawn {}", self.call(fns, args)),
            EventKind::RunParam { what, .. } => format!("run {}", self.place(what)),
            EventKind::Drop {
                local: Some(local), ..
            } => format!("drop {}", self.local(*local)),
            EventKind::Drop { made, .. } => {
                format!(
                    "drop {}",
                    made.map(|made| self.expr(made)).unwrap_or_default()
                )
            }
            EventKind::Move { local, sink } => format!("move {} to {sink:?}", self.local(*local)),
            EventKind::Failed {
                call,
                caught,
                quiet,
            } => self.failed(*call, *caught, *quiet),
            EventKind::Absent { made } => format!("{} isn't there", self.expr(*made)),
            EventKind::Refused { call } => format!("{} is refused", self.expr(*call)),
            EventKind::Ignored { call, how } => format!("{} is {}", self.expr(*call), how.words()),
            EventKind::Refuse { begun } => {
                format!("refuses, and {} is committed", self.expr(*begun))
            }
            EventKind::EndScope { begun, commits } => {
                let way = if *commits { "" } else { " by an error" };
                format!("end of {}{way}", self.expr(*begun))
            }
            EventKind::SessionLock { on, takes } => {
                format!("session lock {takes} on {}", self.handle(on))
            }
            kind => self.plain(kind),
        }
    }

    fn failed(&self, call: ExprId, caught: Caught, quiet: bool) -> String {
        let caught = match caught {
            Caught::Any => "",
            Caught::Server => " on the server",
            Caught::Client => " in the client",
            Caught::Some => " somehow",
        };
        let quiet = if quiet { ", quietly" } else { "" };
        format!("{} has failed{caught}{quiet}", self.expr(call))
    }

    fn plain(&self, kind: &EventKind) -> String {
        let (word, on) = match kind {
            EventKind::Prepare { on } => ("prepare on", on),
            EventKind::Commit { on } => ("commit", on),
            EventKind::Rollback { on } => ("rollback", on),
            EventKind::Detach { on } => ("detach", on),
            EventKind::Unguard { on } => ("unguard", on),
            EventKind::CommitOnDrop { on } => ("commit on drop of", on),
            EventKind::SessionReset { on } => ("reset", on),
            EventKind::Leave { way, ok } => {
                let ok = if *ok { ", ok" } else { "" };
                return format!("leave by {way:?}{ok}");
            }
            EventKind::Assume(Condition {
                param,
                other_than: Some((of, variant)),
                ..
            }) => {
                let variant = &self.defs.adt(*of).variants[*variant as usize].name;
                return format!("assume p{param} isn't {variant}");
            }
            EventKind::Assume(Condition { param, holds, .. }) => {
                return format!("assume p{param} {holds}");
            }
            EventKind::Slow { kind } => return format!("slow {}", kind.unwrap_or_default()),
            EventKind::SideEffect { kind } => {
                return format!("side effect {}", kind.unwrap_or_default());
            }
            EventKind::PoolOption { option, value, .. } => {
                return format!("pool option {option} {value:?}");
            }
            EventKind::PoolSetting { .. } => return "pool setting".to_owned(),
            EventKind::PoolCreate { .. } => return "pool".to_owned(),
            EventKind::Connect { .. } => return "connect".to_owned(),
            EventKind::Yield => return "yield".to_owned(),
            _ => return "await".to_owned(),
        };
        format!("{word} {}", self.handle(on))
    }

    fn call(&self, fns: &[FnId], args: &[Arg]) -> String {
        let name = |id: &FnId| self.defs.function(*id).ir.name.to_string();
        let names: Vec<String> = fns.iter().map(name).collect();
        let args: Vec<String> = args.iter().map(|arg| self.arg(arg)).collect();
        format!("{}({})", names.join("|"), args.join(", "))
    }

    fn arg(&self, arg: &Arg) -> String {
        let role = arg
            .part
            .map(|part| format!("{:?} ", part.role).to_lowercase());
        format!(
            "{}={}{}",
            arg.param,
            role.unwrap_or_default(),
            self.value(&arg.val)
        )
    }

    fn handle(&self, handle: &Handle) -> String {
        let role = handle.role().map(|role| format!("{role:?}").to_lowercase());
        let role = role.unwrap_or_else(|| "unknown".to_owned());
        format!("{role} {}", self.value(&handle.val))
    }

    fn value(&self, val: &Val) -> String {
        let places: Vec<String> = val.places().iter().map(|place| self.place(place)).collect();
        if places.is_empty() {
            "?".to_owned()
        } else {
            places.join("|")
        }
    }

    fn place(&self, place: &Place) -> String {
        let root = match place.root {
            Root::Param(index) => format!("p{index}"),
            Root::ClosureParam(id, index) => format!("{}.p{index}", self.expr(id)),
            Root::Static(id) => self.defs.value(id).name.to_string(),
            Root::Site(id) => self.expr(id),
            Root::Local(id) => self.local(id).to_owned(),
        };
        let fields = place.fields().iter();
        fields.fold(root, |text, name| format!("{text}.{name}"))
    }
}

fn text(sql: &Sql) -> String {
    let alternatives: Vec<String> = sql.alternatives.iter().map(|all| words(all)).collect();
    alternatives.join(" or ")
}

fn words(statements: &[crate::sql::Statement]) -> String {
    let each = statements.iter().map(|statement| {
        let mut words = format!("{:?}", statement.verb).to_lowercase();
        for table in statement.reads.iter().chain(&statement.writes) {
            let _ = write!(words, " {table}");
        }
        words
    });
    each.collect::<Vec<_>>().join("; ")
}
