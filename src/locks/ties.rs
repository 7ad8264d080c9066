//! Values that two statements of a body share: what picks one row, or is read from it, and goes into the other.

use super::Run;
use crate::body::{Arg, Event, EventKind, Given};
use crate::context::UnitContext;
use crate::defs::FnId;
use crate::infer::{Owner, Root};
use crate::ir::{Body, Expr, ExprId, LocalId, Name, PatId, Stmt};
use crate::source::TextRange;
use crate::ty::Ty;

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
    let mut used = values(body, body.range(later.at));
    used.extend(binds(body, later));
    meet(unit, body, (picking(body, run), run), (used, later))
}

/// Whether two statements belong together: something that one is given, or gave, goes into the later one too. Times and what is handed
/// through everything don't count.
#[must_use]
pub fn share_values(unit: &UnitContext<'_, '_>, run: &Run<'_>, later: &Run<'_>) -> bool {
    let Some(body) = unit.body() else {
        return false;
    };
    let leading = leading(unit, body);
    let counts = |value: &Value| !leading.contains(value) && !is_ambient(body, value);
    let [mut first, mut second] = [given(unit, body, run), given(unit, body, later)];
    first.retain(counts);
    second.retain(counts);
    meet(unit, body, (first, run), (second, later.event))
}

/// What leads to a connection that a called function uses: what holds it, and what it is made of.
fn leading(unit: &UnitContext<'_, '_>, body: &Body) -> Vec<Value> {
    let program = unit.flow.program;
    let uses = |id: FnId, param: u32| {
        let effects = program.of_fn(id).into_iter().flat_map(|of| &of.effects);
        let mut places = effects.flat_map(|effect| effect.on.places());
        places.any(|place| place.root == Root::Param(param))
    };
    let events = unit.flow.unit.events();
    let given = events.flat_map(|event| match &event.kind {
        EventKind::Call { fns, args } => {
            let leads = |arg: &&Arg| fns.iter().any(|id| uses(*id, arg.param));
            args.iter().filter(leads).map(|arg| arg.at).collect()
        }
        _ => Vec::new(),
    });
    given
        .flat_map(|arg| values(body, body.range(arg)))
        .collect()
}

/// Whether a value of `run`, or what it gave, is among those used at a later event.
fn meet(
    unit: &UnitContext<'_, '_>,
    body: &Body,
    (mut values, run): (Vec<Value>, &Run<'_>),
    (used, later): (Vec<Value>, &Event),
) -> bool {
    let handles = handles(unit, body);
    let made = made(body, run.event.at, later.at).into_iter();
    values.extend(made.map(|local| (local, Vec::new())));
    let used = with_sources(body, used);
    let counts = |value: &&Value| !handles.contains(value) && !is_bare_self(body, value);
    values.iter().filter(counts).any(|one| {
        used.iter()
            .filter(counts)
            .any(|other| other.0 == one.0 && is_within(&other.1, &one.1))
    })
}

/// Whether something that a statement gave goes into a later one.
#[must_use]
pub fn goes_into(unit: &UnitContext<'_, '_>, run: &Run<'_>, later: &Run<'_>) -> bool {
    let used = |body| (given(unit, body, later), later.event);
    unit.body()
        .is_some_and(|body| meet(unit, body, (Vec::new(), run), used(body)))
}

/// The values that a statement is given for its columns where they are known, else all that it or the call is given.
fn given(unit: &UnitContext<'_, '_>, body: &Body, run: &Run<'_>) -> Vec<Value> {
    if run.is_direct() {
        let mut found = values(body, body.range(run.event.at));
        found.extend(binds(body, run.event));
        return found;
    }
    let known: Vec<&Given> = run.sql.sets.iter().chain(run.sql.picks.iter()).collect();
    if known.is_empty() {
        let args = plain_args(unit, body, run.event).into_iter();
        return args.flat_map(|arg| values(body, body.range(arg))).collect();
    }
    let of = |given: &Given| {
        let mut found = values(body, body.range(given.at));
        for (_, path) in &mut found {
            path.extend(given.fields.iter());
        }
        found
    };
    known.into_iter().flat_map(of).collect()
}

/// Arguments of a call that are values: a reference to an object says nothing of what is done with it.
fn plain_args(unit: &UnitContext<'_, '_>, body: &Body, event: &Event) -> Vec<ExprId> {
    let EventKind::Call { fns, .. } = &event.kind else {
        return Vec::new();
    };
    let (Expr::Method { args, .. } | Expr::Call { args, .. }) = body.expr(event.at) else {
        return Vec::new();
    };
    let is_object = |index: usize| {
        fns.iter().any(|id| {
            let params = &unit.flow.program.types.signature(*id).params;
            matches!(params.get(index), Some(Ty::Ref(to, _)) if matches!(**to, Ty::Adt(..) | Ty::Foreign(..) | Ty::Bounded(_) | Ty::Param(_)))
        })
    };
    let args = args.iter().enumerate();
    args.filter(|(index, _)| !is_object(*index))
        .map(|(_, arg)| *arg)
        .collect()
}

/// A time, or what a request or the program has once for all that it does: two statements that are given the same have nothing else in
/// common.
fn is_ambient(body: &Body, (local, path): &Value) -> bool {
    const TIMES: [&str; 4] = ["now", "timestamp", "time", "date"];
    const CARRIED: [&str; 10] = [
        "ctx", "cx", "context", "opctx", "state", "config", "settings", "options", "log", "request",
    ];
    let name = path
        .last()
        .copied()
        .unwrap_or(body.locals[local.index()].name);
    let is_time = |word: &&str| name == **word || name.ends_with(&format!("_{word}"));
    let asks_clock = |init: &ExprId| {
        let mut inside = body.exprs.iter().zip(&body.ranges);
        inside.any(|(expr, at)| match expr {
            Expr::Path(path) if body.range(*init).holds(*at) => {
                let last = path.segments.last();
                last.is_some_and(|last| last.name == "now" || last.name == "now_utc")
            }
            _ => false,
        })
    };
    TIMES.iter().any(is_time)
        || (path.is_empty()
            && (CARRIED.iter().any(|word| name == *word)
                || (lets(body).iter()).any(|(to, init)| to.contains(local) && asks_clock(init))))
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
