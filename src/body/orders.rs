//! In which order a list's values come: from the list back over what it was collected from, to what decides.

use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};

use super::event::{Block, EventKind, Order, Origin};
use crate::catalogue::{Effect, Operand, Role};
use crate::infer::{Callee, Owner, Typed, Types};
use crate::ir::{Expr, ExprId, LocalId, MacroArgs, Name, PatId, Stmt, TypeRef};
use crate::source::TextRange;
use crate::sql::{Rows, Statement, Verb};
use crate::ty::Ty;

/// Lists made of lists are followed this deep.
const MAX_DEPTH: usize = 24;

/// Adaptors that hand values on in the order they come, where the catalogue doesn't say so.
const KEEPS: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "drain",
    "map",
    "filter",
    "filter_map",
    "flat_map",
    "enumerate",
    "zip",
    "chain",
    "rev",
    "cloned",
    "copied",
    "keys",
    "values",
    "into_keys",
    "into_values",
    "values_mut",
    "collect",
    "collect_vec",
    "to_vec",
    "clone",
    "to_owned",
    "unzip",
    "partition",
    "chunks",
    "chunks_exact",
    "windows",
    "by_ref",
    "peekable",
    "skip",
    "take",
    "inspect",
    "as_slice",
    "as_ref",
    "as_mut",
    "as_deref",
    "into_inner",
    "unwrap",
    "expect",
    "unwrap_or_default",
    "unwrap_or_else",
    "map_err",
    "context",
    "with_context",
    "dedup",
    "unique",
    "flatten",
    "fold",
    "try_collect",
    "par_iter",
    "into_par_iter",
    "deref",
    "borrow",
    "then_some",
    "ok_or",
    "ok_or_else",
    "map_while",
];

/// Where a local's value comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// All of it.
    Value(ExprId),
    /// A part of it.
    Part(ExprId),
    /// One element after the other.
    Element(ExprId),
    /// The function's parameter.
    Param(u32),
    /// This call adds to it.
    Pushed(ExprId),
    /// Sorted in place, or handed to somebody who may sort it.
    Settled,
}

/// Orders of one body's lists.
pub(super) struct Orders<'t, 'a> {
    types: &'t Types<'a>,
    typed: &'t Typed<'a>,
    sources: OnceCell<FxHashMap<LocalId, Vec<Source>>>,
}

impl<'t, 'a> Orders<'t, 'a> {
    pub(super) fn new(types: &'t Types<'a>, typed: &'t Typed<'a>) -> Self {
        Self {
            types,
            typed,
            sources: OnceCell::new(),
        }
    }

    /// The order that a list's values come in; `blocks` hold the statements that have run.
    pub(super) fn of(&self, blocks: &[Block], list: ExprId) -> Origin {
        Reader {
            orders: self,
            blocks,
            seen: RefCell::default(),
        }
        .read(list, 0)
    }

    /// A list that a call makes in a loop over messages holds what has arrived.
    pub(super) fn in_turn_of_messages(&self, list: ExprId) -> Origin {
        let body = self.typed.body;
        let range = body.range(list);
        let makes = matches!(body.expr(list), Expr::Method { .. } | Expr::Call { .. });
        let around = body.exprs.iter().zip(&body.ranges).any(|(expr, at)| {
            matches!(expr, Expr::While { .. } | Expr::Loop { .. })
                && at.holds(range)
                && self.receives(*at)
        });
        if makes && around {
            Origin {
                order: Order::Arrival,
                range,
            }
        } else {
            Origin::default()
        }
    }

    /// Whether a loop takes messages from a channel.
    fn receives(&self, range: TextRange) -> bool {
        let body = self.typed.body;
        body.exprs.iter().zip(&body.ranges).any(|(expr, at)| {
            matches!(expr, Expr::Method { name, .. } if matches!(name.as_str(), "recv" | "try_recv" | "recv_async"))
                && range.holds(*at)
        })
    }

    fn sources(&self, local: LocalId) -> &[Source] {
        let all = self.sources.get_or_init(|| find(self.typed));
        all.get(&local).map_or(&[], Vec::as_slice)
    }
}

struct Reader<'r, 't, 'a> {
    orders: &'r Orders<'t, 'a>,
    blocks: &'r [Block],
    /// Locals that have been followed: they lead to one another in circles.
    seen: RefCell<FxHashSet<LocalId>>,
}

impl Reader<'_, '_, '_> {
    fn read(&self, id: ExprId, depth: usize) -> Origin {
        let typed = self.orders.typed;
        let range = typed.body.range(id);
        if depth > MAX_DEPTH {
            return Origin::default();
        }
        if let Some(order) = self.by_type(typed.ty(id)) {
            return Origin { order, range };
        }
        match typed.body.expr(id) {
            Expr::Local(local) => self.local(*local, depth),
            Expr::Field { base, .. } => self.part(*base, depth),
            Expr::Method {
                receiver,
                name,
                turbofish,
                ..
            } => self.method(id, *receiver, *name, turbofish, depth),
            Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Try(inner)
            | Expr::Await(inner)
            | Expr::Cast(inner, _) => self.read(*inner, depth + 1),
            Expr::Call { args, .. } => self.call(id, args, depth),
            Expr::Block(block) => block
                .tail
                .map_or_else(Origin::default, |tail| self.read(tail, depth + 1)),
            Expr::Range(..) => Origin {
                order: Order::Sorted,
                range,
            },
            Expr::Array(parts) if self.is_constant(parts) => Origin {
                order: Order::Sorted,
                range,
            },
            Expr::Macro(call) => match &call.args {
                MacroArgs::Exprs { args, .. } if !args.is_empty() && self.is_constant(args) => {
                    Origin {
                        order: Order::Sorted,
                        range,
                    }
                }
                _ => Origin::default(),
            },
            _ => Origin::default(),
        }
    }

    fn is_constant(&self, parts: &[ExprId]) -> bool {
        let is_literal = |id: &ExprId| {
            matches!(
                self.orders.typed.body.expr(*id),
                Expr::Str(_) | Expr::Int(_) | Expr::Bool(_) | Expr::Literal | Expr::Path(_)
            )
        };
        parts.iter().all(is_literal)
    }

    /// Maps and sets say it themselves.
    fn by_type(&self, ty: &Ty) -> Option<Order> {
        let catalogue = self.orders.types.defs.catalogue;
        let mut ty = ty.peeled();
        for _ in 0..4 {
            let Ty::Ext(id, args) = ty else { return None };
            let facts = catalogue.ty(*id);
            match facts.role {
                Some(Role::HashOrder) => return Some(Order::Hash),
                Some(Role::Sorted) => return Some(Order::Sorted),
                Some(Role::Wrapper | Role::SharedState | Role::MutexGuard) => {}
                None if facts.path.ends_with("::Option") || facts.path.ends_with("::Result") => {}
                _ => return None,
            }
            ty = args.first()?.peeled();
        }
        None
    }

    fn local(&self, local: LocalId, depth: usize) -> Origin {
        let typed = self.orders.typed;
        let bound = typed.body.locals[local.index()].range;
        if let Some(order) = self.by_type(&typed.local_tys[local.index()]) {
            return Origin {
                order,
                range: bound,
            };
        }
        if !self.seen.borrow_mut().insert(local) {
            return Origin::default();
        }
        let sources = self.orders.sources(local);
        if typed.sorted.contains(&local)
            || sources
                .iter()
                .any(|source| matches!(source, Source::Settled))
        {
            return Origin {
                order: Order::Sorted,
                range: bound,
            };
        }
        let mut origins = sources.iter().map(|source| match *source {
            Source::Value(value) => self.read(value, depth + 1),
            Source::Part(value) => self.part_of_pattern(value, depth + 1),
            Source::Element(list) => self.element(list, depth + 1),
            Source::Param(index) => Origin {
                order: self.param(index),
                range: bound,
            },
            Source::Pushed(call) => self.pushed(local, call, depth + 1),
            Source::Settled => Origin::default(),
        });
        origins
            .find(|origin| origin.order != Order::Unknown)
            .unwrap_or_default()
    }

    /// A parameter as its type has it: what a request holds, or what the caller gives.
    fn param(&self, index: u32) -> Order {
        let Owner::Fn(id) = self.orders.typed.owner else {
            return Order::Unknown;
        };
        let signature = self.orders.types.signature(id);
        let ty = (index as usize)
            .checked_sub(1)
            .and_then(|index| signature.params.get(index));
        match ty {
            Some(ty) if self.is_request(ty) => Order::Request,
            Some(_) => Order::Param(index),
            None => Order::Unknown,
        }
    }

    fn is_request(&self, ty: &Ty) -> bool {
        const EXTRACTORS: [&str; 5] = ["::Json", "::Form", "::Query", "::Multipart", "::TypedBody"];
        let Ty::Ext(id, _) = ty.peeled() else {
            return false;
        };
        let path = self.orders.types.defs.catalogue.ty(*id).path;
        EXTRACTORS.iter().any(|end| path.ends_with(end))
    }

    /// A list inside another value comes in the order of neither rows nor hashes, but still as a client or caller gave it.
    fn part(&self, base: ExprId, depth: usize) -> Origin {
        match self.orders.typed.body.expr(base) {
            Expr::Local(local) if self.orders.typed.body.self_local == Some(*local) => {
                Origin::default()
            }
            _ => given(self.read(base, depth + 1)),
        }
    }

    fn part_of_pattern(&self, value: ExprId, depth: usize) -> Origin {
        let name = match self.orders.typed.body.expr(value) {
            Expr::Method { name, .. } => name.as_str(),
            _ => "",
        };
        if matches!(name, "unzip" | "partition" | "fold" | "multiunzip") {
            self.read(value, depth)
        } else {
            self.part(value, depth)
        }
    }

    fn element(&self, list: ExprId, depth: usize) -> Origin {
        let origin = self.read(list, depth);
        let in_chunks = matches!(
            self.orders.typed.body.expr(list),
            Expr::Method { name, .. } if matches!(name.as_str(), "chunks" | "chunks_exact" | "windows")
        );
        if in_chunks || origin.order == Order::Request {
            origin
        } else {
            Origin::default()
        }
    }

    fn method(
        &self,
        id: ExprId,
        receiver: ExprId,
        name: Name,
        turbofish: &[TypeRef],
        depth: usize,
    ) -> Origin {
        let range = self.orders.typed.body.range(id);
        if name.starts_with("sorted")
            || matches!(
                name.as_str(),
                "k_smallest" | "k_largest" | "into_sorted_vec"
            )
        {
            return Origin {
                order: Order::Sorted,
                range,
            };
        }
        if let Some(order) = turbofish.first().and_then(named_order) {
            return Origin { order, range };
        }
        if let Some(origin) = self.rows(id) {
            return origin;
        }
        let keeps = match self.orders.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                let facts = self.orders.types.defs.catalogue.call(*call);
                facts.same_as == Some(Operand::Receiver) && facts.effect != Effect::Shuffle
            }
            Some(_) => return Origin::default(),
            None => false,
        };
        if keeps || KEEPS.contains(&name.as_str()) {
            self.read(receiver, depth + 1)
        } else {
            Origin::default()
        }
    }

    fn call(&self, id: ExprId, args: &[ExprId], depth: usize) -> Origin {
        let [only] = args else {
            return Origin::default();
        };
        let keeps = match self.orders.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                self.orders.types.defs.catalogue.call(*call).same_as == Some(Operand::Arg0)
            }
            _ => false,
        };
        if keeps {
            self.read(*only, depth + 1)
        } else {
            Origin::default()
        }
    }

    /// What a statement that has run returned.
    fn rows(&self, id: ExprId) -> Option<Origin> {
        let event = self
            .blocks
            .iter()
            .flat_map(|block| &block.events)
            .find(|event| event.at == id && matches!(event.kind, EventKind::Statement { .. }))?;
        let EventKind::Statement { sql, .. } = &event.kind else {
            return None;
        };
        let order = sql
            .alternatives
            .iter()
            .filter_map(|text| text.last())
            .map(order_of_rows)
            .reduce(|one, other| if one == other { one } else { Order::Unknown });
        Some(Origin {
            order: order.unwrap_or_default(),
            range: event.range,
        })
    }

    /// The loop that adds one value a turn decides.
    fn pushed(&self, local: LocalId, call: ExprId, depth: usize) -> Origin {
        let body = self.orders.typed.body;
        let (at, bound) = (body.range(call), body.locals[local.index()].range);
        let around = body.exprs.iter().enumerate().filter_map(|(index, expr)| {
            let range = body.ranges[index];
            let is_loop = matches!(
                expr,
                Expr::For { .. } | Expr::While { .. } | Expr::Loop { .. }
            );
            (is_loop && range.holds(at) && !range.holds(bound)).then_some((range, expr))
        });
        match around.min_by_key(|(range, _)| range.end - range.start) {
            Some((_, Expr::For { iter, .. })) => self.read(*iter, depth),
            Some((range, _)) if self.orders.receives(range) => Origin {
                order: Order::Arrival,
                range: at,
            },
            None => match body.expr(call) {
                Expr::Method { name, args, .. } if matches!(name.as_str(), "extend" | "append") => {
                    args.first()
                        .map_or_else(Origin::default, |arg| self.read(*arg, depth))
                }
                _ => Origin::default(),
            },
            Some(_) => Origin::default(),
        }
    }
}

fn given(origin: Origin) -> Origin {
    match origin.order {
        Order::Request | Order::Param(_) => origin,
        _ => Origin::default(),
    }
}

fn order_of_rows(statement: &Statement) -> Order {
    if statement.verb != Verb::Select || statement.holes || statement.row_lock.is_some() {
        return Order::Unknown;
    }
    match statement.rows {
        _ if statement.ordered => Order::Sorted,
        Rows::All | Rows::Range | Rows::List => Order::Rows,
        _ => Order::Unknown,
    }
}

/// `collect::<BTreeMap<_, _>>()`
fn named_order(ty: &TypeRef) -> Option<Order> {
    let TypeRef::Path(path) = ty else { return None };
    let last = path.segments.last()?;
    match last.name.as_str() {
        "BTreeMap" | "BTreeSet" => Some(Order::Sorted),
        "HashMap" | "HashSet" => Some(Order::Hash),
        "Result" | "Option" => last.args.first().and_then(named_order),
        _ => None,
    }
}

/// Where the locals of a body get their values.
fn find(typed: &Typed<'_>) -> FxHashMap<LocalId, Vec<Source>> {
    let body = typed.body;
    let mut found: FxHashMap<LocalId, Vec<Source>> = FxHashMap::default();
    let mut bind = |pat: PatId, whole: Source, part: Source| {
        for (local, is_whole) in bound_by(typed, pat, true) {
            found
                .entry(local)
                .or_default()
                .push(if is_whole { whole } else { part });
        }
    };
    for (index, pat) in body.params.iter().enumerate() {
        let source = Source::Param(index as u32 + 1);
        bind(*pat, source, source);
    }
    for expr in &body.exprs {
        match expr {
            Expr::Block(block) => {
                for stmt in &block.stmts {
                    if let Stmt::Let {
                        pat,
                        init: Some(init),
                        ..
                    } = stmt
                    {
                        bind(*pat, Source::Value(*init), Source::Part(*init));
                    }
                }
            }
            Expr::Let { pat, value } => bind(*pat, Source::Value(*value), Source::Part(*value)),
            Expr::Match { value, arms } => {
                arms.iter()
                    .for_each(|arm| bind(arm.pat, Source::Value(*value), Source::Part(*value)));
            }
            Expr::For { pat, iter, .. } => {
                bind(*pat, Source::Element(*iter), Source::Element(*iter));
            }
            _ => {}
        }
    }
    for index in 0..body.exprs.len() {
        if let Some((local, source)) = changed(typed, ExprId(index as u32)) {
            found.entry(local).or_default().push(source);
        }
    }
    found
}

/// What an expression does to a local's values in place.
fn changed(typed: &Typed<'_>, id: ExprId) -> Option<(LocalId, Source)> {
    let body = typed.body;
    match body.expr(id) {
        Expr::Method { receiver, name, .. } => {
            let local = root_local(typed, *receiver)?;
            match name.as_str() {
                "push" | "extend" | "append" | "push_back" => Some((local, Source::Pushed(id))),
                name if name.starts_with("sort") || name.starts_with("par_sort") => {
                    Some((local, Source::Settled))
                }
                _ => None,
            }
        }
        Expr::Assign {
            place,
            value,
            op: false,
        } => match body.expr(*place) {
            Expr::Local(local) => Some((*local, Source::Value(*value))),
            _ => None,
        },
        // Somebody who gets `&mut` of it may sort it.
        Expr::Ref(inner, true) => match body.expr(*inner) {
            Expr::Local(local) => Some((*local, Source::Settled)),
            _ => None,
        },
        _ => None,
    }
}

/// The local that a chain of fields and references hangs on.
fn root_local(typed: &Typed<'_>, mut id: ExprId) -> Option<LocalId> {
    loop {
        match typed.body.expr(id) {
            Expr::Local(local) => return Some(*local),
            Expr::Field { base: inner, .. }
            | Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Index(inner, _) => id = *inner,
            _ => return None,
        }
    }
}

/// Locals of a pattern, with whether each is the whole value; carriers (`Some`, `Ok`, an extractor) count as the whole.
fn bound_by(typed: &Typed<'_>, pat: PatId, is_whole: bool) -> Vec<(LocalId, bool)> {
    use crate::ir::Pat;
    let all = |pats: &[PatId], is_whole: bool| -> Vec<(LocalId, bool)> {
        pats.iter()
            .flat_map(|pat| bound_by(typed, *pat, is_whole))
            .collect()
    };
    match typed.body.pat(pat) {
        Pat::Bind { local, sub, .. } => {
            let mut found = vec![(*local, is_whole)];
            found.extend(sub.iter().flat_map(|sub| bound_by(typed, *sub, is_whole)));
            found
        }
        Pat::Typed(inner, _) | Pat::Ref(inner) => bound_by(typed, *inner, is_whole),
        Pat::Or(pats) => all(pats, is_whole),
        Pat::TupleStruct { pats, .. } => all(pats, is_whole && pats.len() == 1),
        Pat::Tuple { pats, .. } | Pat::Slice(pats) => all(pats, false),
        Pat::Struct { fields, .. } => fields
            .iter()
            .flat_map(|(_, pat)| bound_by(typed, *pat, false))
            .collect(),
        Pat::Path(_) | Pat::Wild => Vec::new(),
    }
}
