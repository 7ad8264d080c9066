//! Places that call a function: events of the bodies that were read closely, names in the others.

use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{EventKind, Unit, UnitKind, units};
use crate::context::Context;
use crate::defs::{Defs, FnId};
use crate::flow::{Flow, ResourceKind};
use crate::infer::Owner;
use crate::ir::{Body, Expr, ExprId, Name};
use crate::summary::Program;
use crate::ty::Ty;

/// How a call stands.
pub(super) enum Standing {
    /// A mutex lets one in at a time.
    Alone,
    /// As its caller does.
    AsIts(FnId),
}

/// All calls.
#[derive(Debug)]
pub(super) struct Sites {
    /// In bodies that were read: the unit and the call's expression.
    calls: FxHashMap<FnId, Vec<(usize, ExprId)>>,
    /// Bodies that name a function: those that were not read, and those that name it without a call.
    names: FxHashMap<Name, Vec<FnId>>,
    /// What such bodies do, read when first asked.
    seen: Mutex<FxHashMap<FnId, Arc<Seen>>>,
}

/// What a body does with functions.
#[derive(Debug, Default)]
struct Seen {
    /// Calls: what, where, and in what kind of unit.
    calls: Vec<(FnId, ExprId, UnitKind)>,
    /// Functions given as values.
    values: Vec<FnId>,
}

impl Sites {
    pub(super) fn find(program: &Program<'_>) -> Self {
        let mut calls: FxHashMap<FnId, Vec<(usize, ExprId)>> = FxHashMap::default();
        for (index, unit) in program.units.iter().enumerate() {
            for (id, at, _) in calls_of(unit) {
                calls.entry(id).or_default().push((index, at));
            }
        }
        Self {
            calls,
            names: named(program),
            seen: Mutex::default(),
        }
    }

    /// How all calls of a function outside tests stand; none if there is one that may run beside others, or none at all.
    pub(super) fn callers(&self, cx: &Context<'_>, id: FnId) -> Option<Vec<Standing>> {
        let defs = cx.defs();
        let is_async = defs.function(id).ir.is_async;
        let mut found = Vec::new();
        for (index, at) in self.calls.get(&id).into_iter().flatten() {
            let unit = &cx.program.units[*index];
            if !cx.in_test(unit) {
                found.push(standing(cx, unit, *at, is_async)?);
            }
        }
        let name = defs.function(id).ir.name;
        for caller in self.names.get(&name).into_iter().flatten() {
            if is_test(defs, *caller) {
                continue;
            }
            let seen = self.seen(cx.program, *caller);
            if seen.values.contains(&id) {
                return None;
            }
            let is_read = cx.program.of_fn(*caller).is_some();
            let calls = seen
                .calls
                .iter()
                .filter(|(called, _, _)| *called == id && !is_read);
            for (_, at, kind) in calls {
                if !is_straight(defs.body(*caller)?, *at, *kind, is_async) {
                    return None;
                }
                found.push(Standing::AsIts(*caller));
            }
        }
        (!found.is_empty()).then_some(found)
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
        let values = typed
            .tys
            .iter()
            .enumerate()
            .filter_map(|(at, ty)| match ty {
                Ty::Fn(id) if !called.contains(&ExprId(at as u32)) => Some(*id),
                _ => None,
            });
        Some(Self {
            calls: units.iter().flat_map(calls_of).collect(),
            values: values.collect(),
        })
    }
}

/// Calls of a unit's events; what is spawned is detached.
fn calls_of(unit: &Unit) -> Vec<(FnId, ExprId, UnitKind)> {
    let mut found = Vec::new();
    for event in unit.graph.blocks.iter().flat_map(|block| &block.events) {
        let (fns, kind) = match &event.kind {
            EventKind::Call { fns, .. } => (fns, unit.kind),
            EventKind::Spawn { fns, .. } => (fns, UnitKind::Detached),
            _ => continue,
        };
        found.extend(fns.iter().map(|id| (*id, event.at, kind)));
    }
    found
}

fn is_test(defs: &Defs<'_>, id: FnId) -> bool {
    let function = defs.function(id);
    function.in_test || defs.crate_of(function.module).is_test
}

fn standing(cx: &Context<'_>, unit: &Unit, at: ExprId, is_async: bool) -> Option<Standing> {
    if is_guarded(cx, unit, at) {
        return Some(Standing::Alone);
    }
    let Owner::Fn(caller) = unit.id.owner else {
        return None;
    };
    let body = cx.defs().body(caller)?;
    is_straight(body, at, unit.kind, is_async).then_some(Standing::AsIts(caller))
}

/// Whether a mutex is locked at a call on every path.
fn is_guarded(cx: &Context<'_>, unit: &Unit, at: ExprId) -> bool {
    let mut events = unit.graph.blocks.iter().flat_map(|block| &block.events);
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

/// Bodies by the names that they call, if they were not read, and by those that they give as values.
fn named(program: &Program<'_>) -> FxHashMap<Name, Vec<FnId>> {
    let defs = program.types.defs;
    let mut names: FxHashMap<Name, Vec<FnId>> = FxHashMap::default();
    for index in 0..defs.fns.len() as u32 {
        let id = FnId(index);
        let Some(body) = defs.body(id) else { continue };
        let is_read = program.of_fn(id).is_some();
        let called: FxHashSet<ExprId> = body.exprs.iter().filter_map(callee).collect();
        for (at, expr) in body.exprs.iter().enumerate() {
            let name = match expr {
                Expr::Method { name, .. } if !is_read => Some(*name),
                Expr::Path(path) if !(is_read && called.contains(&ExprId(at as u32))) => {
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

fn callee(expr: &Expr) -> Option<ExprId> {
    match expr {
        Expr::Call { callee, .. } => Some(*callee),
        _ => None,
    }
}

/// Whether a call runs where it is written, once each time: awaited at once, if that is what runs it.
fn is_straight(body: &Body, call: ExprId, kind: UnitKind, is_async: bool) -> bool {
    let awaits = |expr: &Expr| matches!(expr, Expr::Await(inner) if root(body, *inner, call));
    kind != UnitKind::Detached && (!is_async || body.exprs.iter().any(awaits))
}

/// Whether methods on a future (`.instrument(span)`) lead down to this call.
fn root(body: &Body, future: ExprId, call: ExprId) -> bool {
    let mut here = future;
    loop {
        match body.expr(here) {
            _ if here == call => return true,
            Expr::Method { receiver, .. } => here = *receiver,
            _ => return false,
        }
    }
}
