//! Loops over lists, and the values that statements are given: where they come from and in which order.

use super::build::Builder;
use super::event::{Block, BlockId, Event, EventKind, Loop, Order, Origin, Sql};
use crate::catalogue::Role;
use crate::infer::{Place, Query};
use crate::ir::{Expr, ExprId, LocalId, Name};
use crate::source::TextRange;
use crate::sql::{Rows, Statement, Verb};
use crate::ty::Ty;

/// Names of a statement's values beyond this are not kept.
const MAX_NAMES: usize = 12;

impl Builder<'_, '_> {
    /// Runs `repeats`, which makes a loop's head, what comes after it, and then its body.
    pub(super) fn over(&mut self, at: ExprId, list: ExprId, repeats: impl FnOnce(&mut Self)) {
        let origin = self.orders.of(&self.blocks, list);
        let first = self.blocks.len() as u32 + 2;
        repeats(self);
        if matches!(origin.order, Order::Unknown | Order::Sorted) {
            return;
        }
        let blocks = (BlockId(first), BlockId(self.blocks.len() as u32));
        let range = self.typed.body.range(at);
        let inside = self.blocks.get(first as usize..).unwrap_or_default();
        let varying = self.varying(inside, range);
        self.loops.push(Loop {
            blocks,
            range,
            origin,
            varying,
        });
    }

    fn varying(&self, blocks: &[Block], range: TextRange) -> Vec<ExprId> {
        let events = blocks.iter().flat_map(|block| &block.events);
        let runs = events.filter(|event| {
            matches!(
                event.kind,
                EventKind::Statement { .. } | EventKind::Call { .. }
            )
        });
        let varies = |event: &&Event| self.uses_local_of(decisive(event), range);
        let mut found: Vec<ExprId> = runs.filter(varies).map(|event| event.at).collect();
        found.dedup();
        found
    }

    /// Whether an expression uses a local that is bound in `range`, outside of the expression.
    fn uses_local_of(&self, at: ExprId, range: TextRange) -> bool {
        let body = self.typed.body;
        let own = body.range(at);
        self.locals_in(own).any(|local| {
            let bound = body.locals[local.index()].range;
            range.holds(bound) && !own.holds(bound)
        })
    }

    fn locals_in(&self, range: TextRange) -> impl Iterator<Item = LocalId> {
        let body = self.typed.body;
        body.exprs
            .iter()
            .zip(&body.ranges)
            .filter_map(move |(expr, at)| match expr {
                Expr::Local(local) if range.holds(*at) => Some(*local),
                _ => None,
            })
    }

    /// The order of an argument's values.
    pub(super) fn origin_of(&self, arg: ExprId) -> Origin {
        let ty = self.typed.ty(arg).peeled();
        if matches!(ty, Ty::Closure(_) | Ty::Fn(_) | Ty::Future(_))
            || self.types.part(ty, &self.typed.scope).is_some()
        {
            return Origin::default();
        }
        let may_hold_lists = matches!(
            ty,
            Ty::Adt(..) | Ty::Ext(..) | Ty::Slice(_) | Ty::Param(_) | Ty::Bounded(_)
        );
        let origin = self.orders.of(&self.blocks, arg);
        match origin.order {
            Order::Param(_) if may_hold_lists => origin,
            order if order.varies() => origin,
            Order::Unknown if self.is_list(ty) => self.orders.in_turn_of_messages(arg),
            _ => Origin::default(),
        }
    }

    fn is_list(&self, ty: &Ty) -> bool {
        let catalogue = self.types.defs.catalogue;
        matches!(ty, Ty::Ext(id, _) if catalogue.ty(*id).role == Some(Role::List))
    }

    /// A statement with what is known of the values it is given.
    pub(super) fn with_values(&self, sql: Sql, query: &Query) -> Sql {
        let wants_list = sql
            .statements()
            .any(|statement| statement.rows == Rows::List && statement.verb != Verb::Select);
        let list = if wants_list {
            self.list_order(&sql, query)
        } else {
            Origin::default()
        };
        let key = sql
            .statements()
            .find_map(|statement| self.key(statement, &sql, query));
        let names = self.names(&sql, query).into();
        let key_seed = self.key_seed(&sql, query);
        Sql {
            list,
            key,
            names,
            key_seed,
            ..sql
        }
    }

    fn list_order(&self, sql: &Sql, query: &Query) -> Origin {
        let pushed = query
            .root
            .into_iter()
            .flat_map(|root| self.pushed_values(root));
        let lists: Vec<Origin> = sql
            .binds
            .iter()
            .copied()
            .chain(pushed)
            .map(|list| self.orders.of(&self.blocks, list))
            .collect();
        let is = |test: fn(Order) -> bool| lists.iter().find(|origin| test(origin.order)).copied();
        is(|order| order == Order::Sorted)
            .or_else(|| is(|order| order != Order::Unknown))
            .unwrap_or_default()
    }

    /// `builder.push_values(list, …)`
    fn pushed_values(&self, root: ExprId) -> Vec<ExprId> {
        let body = self.typed.body;
        let made = crate::infer::Val::site(root);
        let is_builder = |local: &LocalId| self.typed.local_vals[local.index()] == made;
        let lists = body.exprs.iter().filter_map(|expr| match expr {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if matches!(name.as_str(), "push_values" | "push_tuples") => {
                match body.expr(*receiver) {
                    Expr::Local(local) if is_builder(local) => args.first().copied(),
                    _ => None,
                }
            }
            _ => None,
        });
        lists.collect()
    }

    /// What picks the statement's one row.
    fn key(&self, statement: &Statement, sql: &Sql, query: &Query) -> Option<Place> {
        if statement.rows != Rows::One {
            return None;
        }
        let bind = if let Some(index) = statement.key {
            *sql.binds.get(index as usize)?
        } else {
            let fact = query
                .facts
                .iter()
                .find(|fact| fact.value.is_some_and(|value| value == "key"))?;
            match self.typed.body.expr(fact.at) {
                Expr::Method { args, .. } | Expr::Call { args, .. } => *args.first()?,
                _ => return None,
            }
        };
        self.typed.val(bind).one().cloned()
    }

    /// Names of what a statement's rows are picked by; of all its values where nothing says which those are.
    fn names(&self, sql: &Sql, query: &Query) -> Vec<Name> {
        let body = self.typed.body;
        let key = sql
            .statements()
            .find_map(|statement| sql.binds.get(usize::from(statement.key?)));
        let picks = |word: Name| matches!(word.as_str(), "key" | "filter" | "list");
        let arguments = query
            .facts
            .iter()
            .filter(|fact| fact.value.is_some_and(picks))
            .flat_map(|fact| match body.expr(fact.at) {
                Expr::Method { args, .. } | Expr::Call { args, .. } => &**args,
                _ => &[],
            });
        let binds = sql
            .binds
            .iter()
            .filter(|bind| key.is_none_or(|key| key == *bind));
        let places: Vec<TextRange> = binds.chain(arguments).map(|id| body.range(*id)).collect();
        let mut names: Vec<Name> = Vec::new();
        for (expr, at) in body.exprs.iter().zip(&body.ranges) {
            let name = match expr {
                Expr::Local(local) => body.locals[local.index()].name,
                Expr::Field { name, .. } => *name,
                _ => continue,
            };
            if names.len() < MAX_NAMES
                && places.iter().any(|place| place.holds(*at))
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }
}

/// What decides which rows an event is about: the value bound to a row's key where that is known, else all of it.
fn decisive(event: &Event) -> ExprId {
    let EventKind::Statement { sql, .. } = &event.kind else {
        return event.at;
    };
    let mut keys = sql.statements().map(|statement| statement.key);
    let key = keys.next().flatten().filter(|_| keys.next().is_none());
    let bind = key.and_then(|key| sql.binds.get(usize::from(key)));
    bind.copied().unwrap_or(event.at)
}
