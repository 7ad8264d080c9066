//! Values that two statements of a body share: what picks one row, or is read from it, and goes into the other.

use super::Run;
use crate::body::{Event, EventKind};
use crate::context::UnitContext;
use crate::infer::Owner;
use crate::ir::{Body, Expr, ExprId, LocalId, Name, PatId, Stmt};
use crate::source::TextRange;

/// Locals made of locals are followed this far.
const MAX_ROUNDS: usize = 3;

/// A local, or a field of it.
type Value = (LocalId, Vec<Name>);

/// Whether what picks the row of `run`, or what the statement gave, is used at a later event. Connections don't count.
pub(super) fn is_tied(unit: &UnitContext<'_, '_>, run: &Run<'_>, later: &Event) -> bool {
    let Owner::Fn(id) = unit.flow.unit.id.owner else {
        return false;
    };
    let Some(body) = unit.cx.defs().body(id) else {
        return false;
    };
    let handles = handles(unit, body);
    let mut picks = picking(body, run);
    picks.extend(
        made(body, run.event.at, later.at)
            .into_iter()
            .map(|local| (local, Vec::new())),
    );
    let mut used = values(body, body.range(later.at));
    used.extend(binds(body, later));
    let used = with_sources(body, used);
    let counts = |value: &&Value| !handles.contains(value) && !is_bare_self(body, value);
    picks.iter().filter(counts).any(|pick| {
        used.iter()
            .filter(counts)
            .any(|value| value.0 == pick.0 && is_within(&value.1, &pick.1))
    })
}

fn is_within(one: &[Name], other: &[Name]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn is_bare_self(body: &Body, value: &Value) -> bool {
    Some(value.0) == body.self_local && value.1.is_empty()
}

/// The value bound to the row's key where that is known, else all that the statement or call is given.
fn picking(body: &Body, run: &Run<'_>) -> Vec<Value> {
    let direct = matches!(run.event.kind, EventKind::Statement { .. });
    let key = run.locking().find_map(|statement| statement.key);
    let bind = key.and_then(|key| run.sql.binds.get(usize::from(key)));
    match bind {
        Some(bind) if direct => values(body, body.range(*bind)),
        _ => {
            let mut found = values(body, body.range(run.event.at));
            found.extend(binds(body, run.event));
            found
        }
    }
}

fn binds(body: &Body, event: &Event) -> Vec<Value> {
    let EventKind::Statement { sql, .. } = &event.kind else {
        return Vec::new();
    };
    let binds = sql.binds.iter();
    binds
        .flat_map(|bind| values(body, body.range(*bind)))
        .collect()
}

/// Locals and fields in a range, each as far as its fields go.
fn values(body: &Body, range: TextRange) -> Vec<Value> {
    let inside = || {
        let all = body.exprs.iter().zip(&body.ranges).enumerate();
        all.filter(move |(_, (_, at))| range.holds(**at))
    };
    let bases: Vec<ExprId> = inside()
        .filter_map(|(_, (expr, _))| match expr {
            Expr::Field { base, .. } => Some(*base),
            _ => None,
        })
        .collect();
    let whole = inside().map(|(index, _)| ExprId(index as u32));
    whole
        .filter(|id| !bases.contains(id))
        .filter_map(|id| value(body, id))
        .collect()
}

fn value(body: &Body, id: ExprId) -> Option<Value> {
    match body.expr(id) {
        Expr::Local(local) => Some((*local, Vec::new())),
        Expr::Field { base, name } => {
            let (local, mut path) = value(body, *base)?;
            path.push(*name);
            Some((local, path))
        }
        _ => None,
    }
}

/// With what the locals among them are made of.
fn with_sources(body: &Body, mut values_used: Vec<Value>) -> Vec<Value> {
    let lets = lets(body);
    let mut from = 0;
    for _ in 0..MAX_ROUNDS {
        let new: Vec<Value> = values_used[from..]
            .iter()
            .flat_map(|(local, _)| lets.iter().filter(|(to, _)| to.contains(local)))
            .flat_map(|(_, init)| values(body, body.range(*init)))
            .collect();
        from = values_used.len();
        values_used.extend(new);
    }
    values_used
}

/// Locals and what they, or fields of them, are set to.
fn lets(body: &Body) -> Vec<(Vec<LocalId>, ExprId)> {
    let mut found = Vec::new();
    let bind = |pat: PatId, value: ExprId| (body.bound_by(pat), value);
    for expr in &body.exprs {
        match expr {
            Expr::Block(block) => found.extend(block.stmts.iter().filter_map(|stmt| match stmt {
                Stmt::Let {
                    pat,
                    init: Some(init),
                    ..
                } => Some(bind(*pat, *init)),
                _ => None,
            })),
            Expr::Let { pat, value } => found.push(bind(*pat, *value)),
            Expr::Match { value, arms } => {
                found.extend(arms.iter().map(|arm| bind(arm.pat, *value)));
            }
            Expr::Assign {
                place, value: by, ..
            } => {
                let local = value(body, *place).map(|(local, _)| local);
                found.push((local.into_iter().collect(), *by));
            }
            _ => {}
        }
    }
    found
}

/// Locals bound to what an expression gives; a block around both expressions is no such thing.
fn made(body: &Body, at: ExprId, later: ExprId) -> Vec<LocalId> {
    let gives = |init: &ExprId| {
        let range = body.range(*init);
        range.holds(body.range(at)) && !range.holds(body.range(later))
    };
    let lets = lets(body);
    lets.iter()
        .filter(|(_, init)| gives(init))
        .flat_map(|(to, _)| to.iter().copied())
        .collect()
}

/// Connections, as the body's statements and calls are given them.
fn handles(unit: &UnitContext<'_, '_>, body: &Body) -> Vec<Value> {
    let events = unit.flow.unit.events();
    let operands = events.flat_map(|event| match &event.kind {
        EventKind::Statement { call, .. } => {
            let operand = unit.cx.catalogue().call(*call).handle;
            let given = match body.expr(event.at) {
                Expr::Method { receiver, args, .. } => {
                    operand.and_then(|operand| operand.of(Some(*receiver), args))
                }
                Expr::Call { args, .. } => operand.and_then(|operand| operand.of(None, args)),
                _ => None,
            };
            given.into_iter().collect()
        }
        EventKind::Call { args, .. } => {
            let given = args.iter().filter(|arg| arg.part.is_some());
            given.map(|arg| arg.at).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    });
    operands
        .flat_map(|operand| values(body, body.range(operand)))
        .collect()
}
