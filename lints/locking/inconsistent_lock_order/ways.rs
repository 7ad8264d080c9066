//! Pairs of locks that one unit takes one after the other, the first still held.

use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{BlockId, EventKind, Unit};
use crate::context::{Context, UnitContext};
use crate::defs::{AdtId, ValueId};
use crate::flow::{Flow, ResourceKind, State};
use crate::infer::{Owner, Place, Root};
use crate::ir::Name;
use crate::lint::Label;
use crate::locks::{self, Run};
use crate::source::Span;
use crate::sql::{AdvisoryOp, Rows, Statement, Verb};
use crate::summary::{EffectKind, Step};
use crate::ty::Ty;

/// Pairs of one unit beyond this are not looked at.
const MAX_WAYS: usize = 200;

/// Something that one holds and another waits for.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) enum Lock {
    /// Rows of a table, or all of it.
    Table(String),
    /// An advisory lock by its constant key.
    Advisory(String),
    /// A mutex in a field.
    Field(AdtId, Vec<Name>),
    /// A mutex in a static.
    Static(ValueId, Name),
}

impl Lock {
    /// Held by the database, not by the program.
    pub(super) fn is_in_database(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Advisory(_))
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(out, "rows of `{table}`"),
            Self::Advisory(key) => write!(out, "advisory lock {key}"),
            Self::Field(_, path) => {
                let path: Vec<&str> = path.iter().map(Name::as_str).collect();
                write!(out, "the mutex `{}`", path.join("."))
            }
            Self::Static(_, name) => write!(out, "the mutex `{name}`"),
        }
    }
}

/// A lock that is taken somewhere.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub lock: Lock,
    /// Names that its rows are picked by; none if all rows are locked or it has no rows.
    pub names: Option<Vec<String>>,
    /// Its rows are there before and after: neither deleted nor upserted.
    pub stays: bool,
    pub span: Span,
    /// Where it is taken, behind the calls that lead there.
    pub steps: Arc<[Step]>,
    /// The same in words.
    pub chain: Vec<Label>,
}

/// Two locks, the first held while the second is taken.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub function: String,
    pub first: Taken,
    pub second: Taken,
    /// Where the transaction begins, if it begins here.
    pub begun: Option<Span>,
    /// What is held before the first.
    pub before: Vec<Taken>,
}

struct Held {
    taken: Taken,
    block: BlockId,
    index: usize,
    event: usize,
    state: State,
    /// It waits for others.
    waits: bool,
    /// The connection and where its transaction began, of a lock that a transaction keeps.
    kept: Option<(Place, Option<Span>)>,
    /// The resource that keeps a mutex locked.
    guard: Option<usize>,
}

impl Way {
    /// Whether both are taken whenever the transaction gets to its end.
    pub(super) fn is_sure(&self, cx: &Context<'_>) -> bool {
        let first = match &self.first.lock {
            Lock::Table(_) | Lock::Advisory(_) => cx.is_sure(&self.first.steps, self.begun),
            Lock::Field(..) | Lock::Static(..) => true,
        };
        first && cx.is_sure(&self.second.steps, Some(self.first.span))
    }

    /// Both locks are of rows that stay, of tables, keys or mutexes.
    pub(super) fn stays(&self) -> bool {
        self.first.stays && self.second.stays
    }
}

/// The pairs of a unit.
pub(super) fn ways(cx: &Context<'_>, unit: &Unit) -> Vec<Way> {
    if cx.in_test(unit) || !may_hold(cx, unit) {
        return Vec::new();
    }
    let flow = Flow::new(cx.program, unit);
    let unit = UnitContext { cx, flow: &flow };
    let mut steps = statements(&unit);
    // Mutexes alone are the program's own business.
    if steps.is_empty() {
        return Vec::new();
    }
    steps.extend(mutexes(&unit));
    steps.sort_by_key(|step| (step.event, step.index));
    let ahead = Ahead::of(&unit, &steps);
    let mut found = Vec::new();
    for second in steps.iter().filter(|step| step.waits) {
        let earlier = steps.iter().filter(|step| ahead.leads(step, second));
        let earlier: Vec<&Held> = earlier.collect();
        if found.len() >= MAX_WAYS || earlier.iter().any(|step| is_same(step, second)) {
            continue;
        }
        for first in (earlier.iter()).filter(|first| holds(&unit, first, second)) {
            let before = earlier.iter().filter(|step| ahead.leads(step, first));
            let before = before.filter(|step| holds(&unit, step, first));
            found.push(Way {
                function: cx.function(unit.flow.unit),
                first: first.taken.clone(),
                second: second.taken.clone(),
                begun: first.kept.as_ref().and_then(|(_, begun)| *begun),
                before: before.map(|step| step.taken.clone()).collect(),
            });
        }
    }
    found
}

/// Whether anything is held here beyond one statement.
fn may_hold(cx: &Context<'_>, unit: &Unit) -> bool {
    let keeps = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::Begin { .. } | EventKind::MutexLock { .. } | EventKind::Call { .. }
        )
    };
    let given = (0..16).any(|param| cx.program.is_in_transaction(unit, param));
    let mut events = unit.events();
    given || events.any(|event| keeps(&event.kind))
}

/// Blocks that lie ahead of those in which locks are taken, on ways that don't turn back.
struct Ahead(FxHashMap<BlockId, FxHashSet<BlockId>>);

impl Ahead {
    fn of(unit: &UnitContext<'_, '_>, steps: &[Held]) -> Self {
        let mut found = FxHashMap::default();
        for step in steps {
            let ahead = || unit.flow.unit.graph.ahead_of(step.block);
            found.entry(step.block).or_insert_with(ahead);
        }
        Self(found)
    }

    fn leads(&self, first: &Held, second: &Held) -> bool {
        if first.block == second.block {
            return first.event < second.event;
        }
        let ahead = self.0.get(&first.block);
        ahead.is_some_and(|ahead| ahead.contains(&second.block))
    }
}

/// Whether one lock is still held when another is taken after it.
fn holds(unit: &UnitContext<'_, '_>, first: &Held, second: &Held) -> bool {
    if first.taken.lock == second.taken.lock {
        return false;
    }
    if !first.taken.lock.is_in_database() && !second.taken.lock.is_in_database() {
        return false;
    }
    match (&first.kept, first.guard) {
        (_, Some(guard)) => second.state.must & 1 << guard != 0,
        (Some(kept), None) => match &second.kept {
            Some(other) => kept == other,
            None => !second.taken.lock.is_in_database() && is_open(unit, kept, second),
        },
        (None, None) => false,
    }
}

/// Whether the transaction that keeps a lock is open when a mutex is taken.
fn is_open(unit: &UnitContext<'_, '_>, kept: &(Place, Option<Span>), second: &Held) -> bool {
    match kept.1 {
        Some(begun) => unit
            .held(second.state)
            .iter()
            .any(|resource| resource.is_transaction() && resource.span == begun),
        None => true,
    }
}

/// The same rows, or some of the same table, are locked before: taking them again waits for nobody new.
fn is_same(before: &Held, second: &Held) -> bool {
    before.taken.lock == second.taken.lock && before.kept == second.kept
}

fn statements(unit: &UnitContext<'_, '_>) -> Vec<Held> {
    let mut found = Vec::new();
    for run in locks::runs(unit) {
        let kept = run
            .transaction(unit)
            .map(|begun| (run.on.clone(), begun.map(|resource| resource.span)));
        for statement in run.sql.statements() {
            let locks = locks_of(statement);
            found.extend(locks.into_iter().map(|(lock, waits)| Held {
                taken: Taken {
                    names: names(&run, statement, &lock),
                    stays: !matches!(statement.verb, Verb::Delete | Verb::Upsert),
                    lock,
                    span: unit.span(run.event),
                    steps: run.effect.steps.clone(),
                    chain: unit.chain(run.effect),
                },
                block: run.block,
                index: run.index,
                event: run.order,
                state: run.state,
                waits,
                kept: kept.clone(),
                guard: None,
            }));
        }
    }
    found
}

/// What a statement locks, and whether it waits for it.
fn locks_of(statement: &Statement) -> Vec<(Lock, bool)> {
    let mut found = Vec::new();
    for call in &statement.advisory {
        if let (AdvisoryOp::Lock | AdvisoryOp::TryLock, Some(key), false) =
            (call.op, &call.key, call.shared)
        {
            found.push((Lock::Advisory(key.clone()), call.op == AdvisoryOp::Lock));
        }
    }
    let waits = statement
        .sure_lock()
        .is_none_or(|lock| !lock.skip_locked && !lock.no_wait);
    if statement.verb == Verb::LockTable {
        found.extend(
            statement
                .writes
                .iter()
                .map(|table| (Lock::Table(table.clone()), true)),
        );
    } else if statement.locks_rows()
        && let Some(table) = locks::table(statement)
    {
        found.push((Lock::Table(table.to_owned()), waits));
    }
    found
}

fn names(run: &Run<'_>, statement: &Statement, lock: &Lock) -> Option<Vec<String>> {
    let Lock::Table(table) = lock else {
        return None;
    };
    if statement.verb == Verb::LockTable || statement.rows == Rows::All {
        return None;
    }
    let plain = |name: &Name| plain(name, table);
    let mut names: Vec<String> = run.sql.names.iter().map(plain).collect();
    names.sort();
    names.dedup();
    Some(names)
}

/// `order`, `order_id`, `orders` and, of the table of orders, `id` mean one thing.
fn plain(name: &str, table: &str) -> String {
    let stem = |name: &str| {
        let name = ["_ids", "_id", "_uuid", "_key"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        name.strip_suffix('s').unwrap_or(name).to_owned()
    };
    match name {
        "id" | "ids" | "key" | "uuid" | "self" => stem(table),
        _ => stem(name),
    }
}

fn mutexes(unit: &UnitContext<'_, '_>) -> Vec<Held> {
    let mut found = Vec::new();
    let mut order = 0;
    unit.flow.walk_blocks(|block, state, event, moment| {
        order += 1;
        for happening in &moment.happenings {
            let EffectKind::MutexLock(tries) = happening.effect.kind else {
                continue;
            };
            let Some(lock) = happening
                .effect
                .on
                .one()
                .and_then(|place| mutex(unit, place))
            else {
                continue;
            };
            let made = unit.flow.resources.iter().position(|resource| {
                resource.kind == ResourceKind::Mutex && resource.at == Some(event.at)
            });
            found.push(Held {
                taken: Taken {
                    lock,
                    names: None,
                    stays: true,
                    span: unit.span(event),
                    steps: happening.effect.steps.clone(),
                    chain: unit.chain(&happening.effect),
                },
                block,
                index: 0,
                event: order,
                state,
                waits: !tries,
                kept: None,
                guard: made,
            });
        }
    });
    found
}

/// A mutex that all who use it call the same.
fn mutex(unit: &UnitContext<'_, '_>, place: &Place) -> Option<Lock> {
    match (place.root, unit.flow.unit.id.owner) {
        (Root::Static(id), _) => Some(Lock::Static(id, unit.cx.defs().value(id).name)),
        (Root::Param(index), Owner::Fn(id)) if !place.fields().is_empty() => {
            let signature = unit.cx.program.types.signature(id);
            match signature.param(index)?.peeled() {
                Ty::Adt(adt, _) => Some(Lock::Field(*adt, place.fields().to_vec())),
                _ => None,
            }
        }
        _ => None,
    }
}
