//! Places that call a function: events of the bodies that were read closely, names in the others.

use rustc_hash::FxHashMap;

use crate::body::{EventKind, Unit, UnitKind};
use crate::context::Context;
use crate::defs::{Defs, FnId};
use crate::flow::{Flow, ResourceKind};
use crate::infer::Owner;
use crate::ir::{Body, Expr, ExprId, Name};
use crate::summary::Program;

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
    /// By name, in bodies that were not; and wherever a function is named but not called.
    names: FxHashMap<Name, Vec<(FnId, ExprId)>>,
}

impl Sites {
    pub(super) fn find(program: &Program<'_>) -> Self {
        let mut calls: FxHashMap<FnId, Vec<(usize, ExprId)>> = FxHashMap::default();
        for (index, unit) in program.units.iter().enumerate() {
            for event in unit.graph.blocks.iter().flat_map(|block| &block.events) {
                let (EventKind::Call { fns, .. } | EventKind::Spawn { fns, .. }) = &event.kind
                else {
                    continue;
                };
                for id in fns.iter() {
                    calls.entry(*id).or_default().push((index, event.at));
                }
            }
        }
        Self {
            calls,
            names: named(program),
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
        for (caller, at) in self.names.get(&name).into_iter().flatten() {
            let body = defs.body(*caller)?;
            if is_test(defs, *caller) {
                continue;
            }
            if !is_called_straight(body, *at, is_async) {
                return None;
            }
            found.push(Standing::AsIts(*caller));
        }
        (!found.is_empty()).then_some(found)
    }
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
    let straight = unit.kind != UnitKind::Detached && (!is_async || is_awaited(body, at));
    straight.then_some(Standing::AsIts(caller))
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

/// Functions by name: calls in bodies that were not read, and functions given as values anywhere.
fn named(program: &Program<'_>) -> FxHashMap<Name, Vec<(FnId, ExprId)>> {
    let defs = program.types.defs;
    let mut names: FxHashMap<Name, Vec<(FnId, ExprId)>> = FxHashMap::default();
    for index in 0..defs.fns.len() as u32 {
        let id = FnId(index);
        let Some(body) = defs.body(id) else { continue };
        let is_read = program.of_fn(id).is_some();
        let called: rustc_hash::FxHashSet<ExprId> = body.exprs.iter().filter_map(callee).collect();
        for (at, expr) in body.exprs.iter().enumerate() {
            let at = ExprId(at as u32);
            let name = match expr {
                Expr::Method { name, .. } if !is_read => Some(*name),
                Expr::Path(path) if !(is_read && called.contains(&at)) => {
                    path.segments.last().map(|segment| segment.name)
                }
                _ => None,
            };
            if let Some(name) = name {
                names.entry(name).or_default().push((id, at));
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

/// Whether what is named here is called, awaited at once if that is what runs it, and in no closure or block that may run elsewhere.
fn is_called_straight(body: &Body, at: ExprId, is_async: bool) -> bool {
    let call = match body.expr(at) {
        Expr::Method { .. } => Some(at),
        _ => (0..body.exprs.len() as u32)
            .map(ExprId)
            .find(|id| callee(body.expr(*id)) == Some(at)),
    };
    let range = body.range(at);
    let elsewhere = body.exprs.iter().zip(&body.ranges).any(|(expr, around)| {
        matches!(expr, Expr::Closure(_) | Expr::Async { .. })
            && around.start <= range.start
            && range.end <= around.end
    });
    !elsewhere && call.is_some_and(|call| !is_async || is_awaited(body, call))
}

fn is_awaited(body: &Body, call: ExprId) -> bool {
    body.exprs
        .iter()
        .any(|expr| matches!(expr, Expr::Await(inner) if *inner == call))
}
