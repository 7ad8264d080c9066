//! Callers to callees: the order of the lists that a parameter is given, and whether a connection is given inside a transaction.

use std::cell::OnceCell;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Canon, Program, Step};
use crate::body::{Arg, EventKind, Order, Unit};
use crate::catalogue::Role;
use crate::defs::FnId;
use crate::infer::{Owner, Place, Root};
use crate::source::Span;

/// Rounds over all calls; what is given passes through as many callers.
const MAX_ROUNDS: usize = 8;
/// Orders of one parameter beyond this are not told.
const MAX_ORDERS: usize = 3;

/// An order that some caller gives a list in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenOrder {
    /// Which; it varies.
    pub order: Order,
    /// What decides it.
    pub cause: Span,
    /// The call that hands the list in, in this or in a caller's caller.
    pub call: Step,
}

/// What callers give to parameters.
#[derive(Debug, Default)]
pub struct Given {
    /// Varying orders of lists.
    pub orders: FxHashMap<(FnId, u32), Vec<GivenOrder>>,
    /// Connections on which a transaction is open.
    pub transactions: FxHashSet<(FnId, u32)>,
}

/// Fills `Program::handed`.
pub(super) fn give(program: &mut Program<'_>) {
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        let (orders, transactions) = round(program);
        for (key, order) in orders {
            let known = program.handed.orders.entry(key).or_default();
            if known.len() < MAX_ORDERS && !known.iter().any(|other| other.order == order.order) {
                known.push(order);
                changed = true;
            }
        }
        for key in transactions {
            changed |= program.handed.transactions.insert(key);
        }
        if !changed {
            return;
        }
    }
}

type Key = (FnId, u32);

fn round(program: &Program<'_>) -> (Vec<(Key, GivenOrder)>, Vec<Key>) {
    let units = program.units.par_iter();
    let units = units.filter(|unit| !program.is_test_fn(unit));
    let (orders, transactions): (Vec<_>, Vec<_>) =
        units.map(|unit| given_in(program, unit)).unzip();
    (orders.concat(), transactions.concat())
}

fn given_in(program: &Program<'_>, unit: &Unit) -> (Vec<(Key, GivenOrder)>, Vec<Key>) {
    let (mut orders, mut transactions) = (Vec::new(), Vec::new());
    let canon = OnceCell::new();
    let canon = || canon.get_or_init(|| program.canon(unit));
    for event in unit.events() {
        let (EventKind::Call { fns, args } | EventKind::Spawn { fns, args }) = &event.kind else {
            continue;
        };
        for arg in args.iter() {
            let call = program.step(unit, event);
            for order in orders_of(program, unit, arg, &call) {
                orders.extend(fns.iter().map(|id| ((*id, arg.param), order.clone())));
            }
            if arg.part.is_some() && in_transaction(program, unit, &canon, arg) {
                transactions.extend(fns.iter().map(|id| (*id, arg.param)));
            }
        }
    }
    (orders, transactions)
}

fn orders_of(program: &Program<'_>, unit: &Unit, arg: &Arg, call: &Step) -> Vec<GivenOrder> {
    match (arg.origin.order, unit.id.owner) {
        (Order::Param(index), Owner::Fn(id)) => {
            let passed = program.handed.orders.get(&(id, index));
            passed.into_iter().flatten().cloned().collect()
        }
        (order, _) if order.varies() => vec![GivenOrder {
            order,
            cause: Span {
                file: call.span.file,
                range: arg.origin.range,
            },
            call: call.clone(),
        }],
        _ => Vec::new(),
    }
}

/// Whether an argument leads to a transaction begun here, or given to this function as one.
fn in_transaction<'c>(
    program: &Program<'_>,
    unit: &Unit,
    canon: &impl Fn() -> &'c Canon<'c>,
    arg: &Arg,
) -> bool {
    if arg.part.is_some_and(|part| part.role == Role::Transaction) {
        return true;
    }
    let canon = canon();
    let val = canon.val(program, &arg.val);
    val.places().iter().any(|place| match place {
        Place {
            root: Root::Param(index),
            path: None,
        } => program.is_in_transaction(unit, *index),
        _ => program
            .fresh_at(unit, canon, place)
            .is_some_and(|fresh| fresh.is_transaction),
    })
}

impl Program<'_> {
    /// Whether a parameter of a unit's function is a transaction, or a connection on which a caller has one open.
    #[must_use]
    pub fn is_in_transaction(&self, unit: &Unit, param: u32) -> bool {
        let declared = unit
            .params
            .iter()
            .any(|(index, part)| *index == param && part.role == Role::Transaction);
        match unit.id.owner {
            Owner::Fn(id) => declared || self.handed.transactions.contains(&(id, param)),
            Owner::Value(_) => declared,
        }
    }

    /// A varying order that callers give a parameter's list in.
    #[must_use]
    pub fn given_order(&self, unit: &Unit, param: u32) -> Option<&GivenOrder> {
        let Owner::Fn(id) = unit.id.owner else {
            return None;
        };
        self.handed.orders.get(&(id, param))?.first()
    }
}
