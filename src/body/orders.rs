//! In which order a list's values come: from the list back over what it was collected from, to what decides.

use super::lists::{KEEPS, find, gives_unordered, named_order, order_of_rows, taken_from};
use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};

use super::event::{Block, EventKind, Order, Origin};
use crate::catalogue::{Effect, Operand, Role};
use crate::infer::{Callee, Owner, Typed, Types};
use crate::ir::{Expr, ExprId, LocalId, MacroArgs, Name, TypeRef};
use crate::source::TextRange;
use crate::ty::Ty;

/// Lists made of lists are followed this deep.
const MAX_DEPTH: usize = 24;

/// Where a local's value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
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
            asked: RefCell::default(),
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
        let order = if makes && around {
            Order::Arrival
        } else {
            return Origin::default();
        };
        Origin { order, range }
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
    /// Locals that have been asked: in loops they are made of each other.
    asked: RefCell<FxHashSet<LocalId>>,
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
        if gives_unordered(typed, id) {
            let order = Order::Finish;
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
        if !self.asked.borrow_mut().insert(local) {
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
        let around = body.loops_around(at);
        let around = around.filter(|(_, range)| !range.holds(bound));
        match around.min_by_key(|(_, range)| range.end - range.start) {
            Some((Expr::For { iter, .. }, _)) => self.read(*iter, depth),
            Some((_, range)) if self.orders.receives(range) => Origin {
                order: Order::Arrival,
                range: at,
            },
            Some((Expr::While { cond, .. }, _)) => taken_from(self.orders.typed, *cond)
                .map_or_else(Origin::default, |list| self.read(list, depth)),
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
