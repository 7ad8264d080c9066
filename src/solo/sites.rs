//! Places that call a function: events of the bodies that were read closely, names in the others.

use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{Event, EventKind, Unit, UnitKind, units};
use crate::context::Context;
use crate::defs::FnId;
use crate::flow::{Flow, ResourceKind};
use crate::infer::Owner;
use crate::ir::{Body, Expr, ExprId, MacroArgs, Name};
use crate::summary::Program;
use crate::ty::Ty;

/// How a call stands.
pub(super) enum Standing {
    /// A mutex lets one in at a time, or it fills a cell.
    Alone,
    /// Somewhere in a body.
    In(Place),
}

/// Where a call is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Who calls.
    pub(super) by: FnId,
    /// The call.
    pub(super) at: ExprId,
    /// In a loop.
    pub(super) again: bool,
    /// In a task of its own, which goes on when the caller does.
    pub(super) starts: bool,
}

/// All calls.
#[derive(Debug)]
pub(super) struct Sites {
    /// Bodies that were read, by the functions that they name without a call.
    names: FxHashMap<Name, Vec<FnId>>,
    /// Functions that some body outside of tests calls where control never comes.
    cut: FxHashSet<FnId>,
    /// What such bodies do, read when first asked.
    seen: Mutex<FxHashMap<FnId, Arc<Seen>>>,
}

/// What a body does with functions.
#[derive(Debug, Default)]
struct Seen {
    /// Calls.
    calls: Vec<Call>,
    /// Functions given as values.
    values: Vec<FnId>,
}

/// A call of a function.
#[derive(Clone, Copy, Debug)]
struct Call {
    of: FnId,
    at: ExprId,
    /// The future that is handed to another task, or the call that makes it one.
    task: Option<ExprId>,
    /// In a closure that others run, who knows how often.
    handed: bool,
    /// In a closure that fills a cell.
    fills: bool,
}

impl Sites {
    pub(super) fn find(program: &Program<'_>) -> Self {
        Self {
            names: named(program),
            cut: cut(program),
            seen: Mutex::default(),
        }
    }

    /// Whether some body calls a function, or names one that is called like it.
    pub(super) fn is_named(&self, cx: &Context<'_>, id: FnId) -> bool {
        self.names.contains_key(&cx.defs().function(id).ir.name)
            || cx.program.calls_of(id).next().is_some()
            || !cx.reach.callers(cx.defs(), id).is_empty()
    }

    /// Whether calls of a function are known, and control gets to none of them.
    pub(super) fn is_cut_off(&self, cx: &Context<'_>, id: FnId) -> bool {
        let defs = cx.defs();
        let mut calls = cx.program.calls_of(id);
        let mut unread = cx.reach.callers(defs, id).into_iter();
        self.cut.contains(&id)
            && !self.names.contains_key(&defs.function(id).ir.name)
            && calls.all(|(unit, _)| cx.in_test(unit))
            && unread.all(|caller| defs.is_test(caller) || cx.program.of_fn(caller).is_some())
    }

    /// How all calls of a function outside tests stand; none if there is one that may run beside others.
    pub(super) fn callers(&self, cx: &Context<'_>, id: FnId) -> Option<Vec<Standing>> {
        let defs = cx.defs();
        let is_async = defs.function(id).ir.is_async;
        let mut found = Vec::new();
        for (unit, event) in cx.program.calls_of(id) {
            if cx.in_test(unit) {
                continue;
            }
            if fills(unit, event) || is_guarded(cx, unit, event.at) {
                found.push(Standing::Alone);
            } else if let Owner::Fn(caller) = unit.id.owner {
                let body = defs.body(caller)?;
                let call = Call::new(body, unit, event, id);
                found.push(call.standing(body, caller, is_async)?);
            }
        }
        let named = self.names.get(&defs.function(id).ir.name);
        let unread = |id: &FnId| cx.program.of_fn(*id).is_none();
        let others = cx.reach.callers(defs, id).into_iter().filter(unread);
        for caller in named.into_iter().flatten().copied().chain(others) {
            if defs.is_test(caller) {
                continue;
            }
            let seen = self.seen(cx.program, caller);
            if seen.values.contains(&id) {
                return None;
            }
            if !unread(&caller) {
                continue;
            }
            for call in seen.calls.iter().filter(|call| call.of == id) {
                found.push(call.standing(defs.body(caller)?, caller, is_async)?);
            }
        }
        Some(found)
    }

    /// Whether a body calls a function, or gives it away.
    pub(super) fn calls(&self, program: &Program<'_>, caller: FnId, id: FnId) -> bool {
        let seen = self.seen(program, caller);
        seen.calls.iter().any(|call| call.of == id) || seen.values.contains(&id)
    }

    fn seen(&self, program: &Program<'_>, caller: FnId) -> Arc<Seen> {
        let known = self.seen.lock().ok();
        if let Some(seen) = known.as_ref().and_then(|known| known.get(&caller)) {
            return Arc::clone(seen);
        }
        drop(known);
        let seen = Arc::new(Seen::read(program, caller).unwrap_or_default());
        if let Ok(mut known) = self.seen.lock() {
            known.insert(caller, Arc::clone(&seen));
        }
        seen
    }
}

impl Seen {
    fn read(program: &Program<'_>, id: FnId) -> Option<Self> {
        let typed = program.types.infer_fn(id)?;
        let units = units(program.types, &typed);
        let called: FxHashSet<ExprId> = typed.body.exprs.iter().filter_map(callee).collect();
        let is_filling = |at: ExprId| {
            let mut once = units.iter().flat_map(|unit| &unit.once);
            once.any(|range| range.holds(typed.body.range(at)))
        };
        let values = typed
            .tys
            .iter()
            .enumerate()
            .filter_map(|(at, ty)| match ty {
                Ty::Fn(id)
                    if !called.contains(&ExprId(at as u32)) && !is_filling(ExprId(at as u32)) =>
                {
                    Some(*id)
                }
                _ => None,
            });
        Some(Self {
            calls: units
                .iter()
                .flat_map(|unit| calls_of(typed.body, unit))
                .collect(),
            values: values.collect(),
        })
    }
}

impl Call {
    fn new(body: &Body, unit: &Unit, event: &Event, of: FnId) -> Self {
        let is_apart = matches!(unit.kind, UnitKind::Spawned | UnitKind::Detached);
        let detached = unit.id.inner.filter(|_| is_apart);
        let strange = detached.filter(|_| unit.kind == UnitKind::Detached);
        let is_spawn = matches!(event.kind, EventKind::Spawn { .. });
        Self {
            of,
            at: event.at,
            task: if is_spawn { Some(event.at) } else { detached },
            fills: fills(unit, event),
            handed: strange.is_some_and(|inner| matches!(body.expr(inner), Expr::Closure(_))),
        }
    }

    /// Awaited at once, if that is what runs it; or in a task of its own.
    fn standing(self, body: &Body, caller: FnId, is_async: bool) -> Option<Standing> {
        if self.fills {
            return Some(Standing::Alone);
        }
        if self.handed {
            return None;
        }
        let awaits =
            |expr: &Expr| matches!(expr, Expr::Await(inner) if leads_to(body, *inner, self.at));
        let is_awaited = !is_async || body.exprs.iter().any(awaits);
        let given = (!is_awaited && is_given_away(body, self.at)).then_some(self.at);
        let task = self.task.or(given);
        if !is_awaited && task != Some(self.at) {
            return None;
        }
        Some(Standing::In(Place {
            by: caller,
            at: self.at,
            again: is_repeated(body, task.unwrap_or(self.at)),
            starts: task.is_some(),
        }))
    }
}

/// Whether an event is part of what fills a cell: it happens once.
fn fills(unit: &Unit, event: &Event) -> bool {
    unit.once.iter().any(|range| range.holds(event.range))
}

/// Calls of a unit's events.
fn calls_of(body: &Body, unit: &Unit) -> Vec<Call> {
    let mut found = Vec::new();
    for event in unit.events() {
        if let EventKind::Call { fns, .. } | EventKind::Spawn { fns, .. } = &event.kind {
            found.extend(fns.iter().map(|of| Call::new(body, unit, event, *of)));
        }
    }
    found
}

/// Given to a call, or to a macro that runs its futures side by side: whoever has a future runs it once at most.
fn is_given_away(body: &Body, at: ExprId) -> bool {
    body.exprs.iter().any(|expr| match expr {
        Expr::Macro(call) => {
            let last = call.path.segments.last();
            let joins = last.is_some_and(|last| matches!(last.name.as_str(), "join" | "try_join"));
            joins && matches!(&call.args, MacroArgs::Exprs { args, .. } if args.contains(&at))
        }
        Expr::Call { args, .. } | Expr::Method { args, .. } => args.contains(&at),
        _ => false,
    })
}

/// In a loop, or in a closure around the task.
fn is_repeated(body: &Body, at: ExprId) -> bool {
    let range = body.range(at);
    let mut exprs = body.exprs.iter().zip(&body.ranges).enumerate();
    exprs.any(|(index, (expr, around))| {
        (expr.is_loop() || matches!(expr, Expr::Closure(_)))
            && index != at.index()
            && around.start <= range.start
            && range.end <= around.end
    })
}

/// Whether a mutex is locked at a call on every path.
fn is_guarded(cx: &Context<'_>, unit: &Unit, at: ExprId) -> bool {
    let mut events = unit.events();
    if !events.any(|event| matches!(event.kind, EventKind::MutexLock { .. })) {
        return false;
    }
    let flow = Flow::new(cx.program, unit);
    let mut guarded = false;
    flow.walk(|state, event, _| {
        let is_it = event.at == at && matches!(event.kind, EventKind::Call { .. });
        guarded |= is_it && flow.open(state.must).any(|held| excludes(cx, unit, held));
    });
    guarded
}

/// A mutex's guard, or a read-write lock's for writing.
fn excludes(cx: &Context<'_>, unit: &Unit, held: &crate::flow::Resource) -> bool {
    let Owner::Fn(id) = unit.id.owner else {
        return false;
    };
    let locked_by = held.at.zip(cx.defs().body(id));
    let reads = locked_by.is_some_and(
        |(at, body)| matches!(body.expr(at), Expr::Method { name, .. } if *name == "read"),
    );
    held.kind == ResourceKind::Mutex && !reads
}

/// Bodies that were read, by the names that they give as values.
fn named(program: &Program<'_>) -> FxHashMap<Name, Vec<FnId>> {
    let defs = program.types.defs;
    let mut names: FxHashMap<Name, Vec<FnId>> = FxHashMap::default();
    for index in 0..defs.fns.len() as u32 {
        let id = FnId(index);
        let read = program.of_fn(id).and_then(|_| defs.body(id));
        let Some(body) = read else { continue };
        let called: FxHashSet<ExprId> = body.exprs.iter().filter_map(callee).collect();
        for (at, expr) in body.exprs.iter().enumerate() {
            let name = match expr {
                Expr::Path(path) if !called.contains(&ExprId(at as u32)) => {
                    path.segments.last().map(|segment| segment.name)
                }
                _ => None,
            };
            let Some(name) = name else { continue };
            let bodies = names.entry(name).or_default();
            if bodies.last() != Some(&id) {
                bodies.push(id);
            }
        }
    }
    names
}

/// Functions that bodies outside of tests call where control never comes.
fn cut(program: &Program<'_>) -> FxHashSet<FnId> {
    let is_test =
        |unit: &&Unit| matches!(unit.id.owner, Owner::Fn(id) if program.types.defs.is_test(id));
    let units = program.units.iter().filter(|unit| !is_test(unit));
    units.flat_map(|unit| unit.cut.iter().copied()).collect()
}

fn callee(expr: &Expr) -> Option<ExprId> {
    match expr {
        Expr::Call { callee, .. } => Some(*callee),
        _ => None,
    }
}

/// Whether methods on a future (`.instrument(span)`) lead down to this call.
fn leads_to(body: &Body, future: ExprId, call: ExprId) -> bool {
    let mut here = future;
    loop {
        match body.expr(here) {
            _ if here == call => return true,
            Expr::Method { receiver, .. } => here = *receiver,
            _ => return false,
        }
    }
}
