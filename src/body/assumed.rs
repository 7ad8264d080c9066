//! What must hold of a function's own flags and options for control to come somewhere, and what a call hands to its callee's.

use super::build::Builder;
use super::event::{Condition, EventKind, Holds};
use crate::catalogue::Role;
use crate::infer::Owner;
use crate::ir::{Expr, ExprId, LocalId, Pat, PatId};
use crate::ty::Ty;

/// Chains and values of values are followed this deep.
const MAX_DEPTH: usize = 16;
/// What an option is seen through: it is filled where its view is, and not where it isn't.
const VIEWS: &[&str] = &[
    "as_ref",
    "as_deref",
    "as_mut",
    "as_deref_mut",
    "clone",
    "cloned",
    "copied",
    "map",
    "inspect",
    "is_some",
    "then",
    "then_some",
];
/// What empties or fills an option.
const CHANGES: &[&str] = &[
    "take",
    "take_if",
    "insert",
    "replace",
    "get_or_insert",
    "get_or_insert_with",
];
/// What gives something only if the option is filled.
const PARTS: &[&str] = &["filter", "and_then", "zip", "and", "is_some_and"];
/// Methods whose closure runs if the option is filled.
const IF_FILLED: &[&str] = &[
    "map",
    "and_then",
    "map_or",
    "map_or_else",
    "inspect",
    "filter",
    "is_some_and",
    "is_none_or",
];
/// Methods whose closure runs if it is empty.
const IF_EMPTY: &[&str] = &[
    "unwrap_or_else",
    "or_else",
    "ok_or_else",
    "get_or_insert_with",
];

/// A parameter that a value tells of.
#[derive(Clone, Copy)]
struct Told {
    param: u32,
    /// See `Condition::lends`.
    lends: bool,
    /// It holds where the value does, else where the value doesn't.
    same: bool,
    /// Of the value being `true` or filled alone, not of the other.
    one_way: bool,
}

impl Told {
    fn where_value(self, holds: bool) -> Option<Condition> {
        let known = Condition {
            param: self.param,
            holds: holds == self.same,
            lends: self.lends,
            of: None,
            other_than: None,
        };
        (holds || !self.one_way).then_some(known)
    }
}

impl Builder<'_, '_> {
    /// Control comes here only if these hold.
    pub(super) fn assume(&mut self, at: ExprId, conditions: &[Condition]) {
        for condition in conditions {
            self.emit(at, EventKind::Assume(*condition));
        }
    }

    /// What holds of parameters where a condition holds, or where it doesn't.
    pub(super) fn assumed(&self, cond: ExprId, holds: bool) -> Vec<Condition> {
        match self.typed.body.expr(cond) {
            Expr::Logic { and, left, right } if *and == holds => {
                let mut both = self.assumed(*left, holds);
                both.extend(self.assumed(*right, holds));
                both
            }
            Expr::Let { pat, value } => self.assumed_by(*pat, *value, holds),
            _ => self.assumed_of(cond, holds),
        }
    }

    /// What holds where a value is `true` or filled, or where it isn't.
    pub(super) fn assumed_of(&self, value: ExprId, holds: bool) -> Vec<Condition> {
        let told = self.told_of(value, 0);
        told.and_then(|told| told.where_value(holds))
            .into_iter()
            .collect()
    }

    /// What holds where a pattern takes a value, or where it doesn't.
    pub(super) fn assumed_by(&self, pat: PatId, value: ExprId, taken: bool) -> Vec<Condition> {
        match self.tells(pat) {
            Some((holds, whole)) if taken || whole => self.assumed_of(value, holds == taken),
            Some(_) => Vec::new(),
            None => self.variants_by(pat, value, taken),
        }
    }

    /// What holds in an arm that comes after others without a guard.
    pub(super) fn assumed_in_arm(
        &self,
        value: ExprId,
        pat: PatId,
        earlier: &[PatId],
    ) -> Vec<Condition> {
        let mut found = self.assumed_by(pat, value, true);
        for other in earlier {
            found.extend(self.assumed_by(*other, value, false));
        }
        found
    }

    /// What holds where a closure runs that a method of an option is given.
    pub(super) fn assumed_in_closure(&self, method: ExprId) -> Vec<Condition> {
        let Expr::Method { receiver, name, .. } = self.typed.body.expr(method) else {
            return Vec::new();
        };
        if !self.is_option(*receiver) {
            return Vec::new();
        }
        match name.as_str() {
            name if IF_FILLED.contains(&name) => self.assumed_of(*receiver, true),
            name if IF_EMPTY.contains(&name) => self.assumed_of(*receiver, false),
            _ => Vec::new(),
        }
    }

    /// Whether a pattern takes what is `true` or filled, or else the other, and whether it takes all of that.
    fn tells(&self, pat: PatId) -> Option<(bool, bool)> {
        match self.typed.body.pat(pat) {
            Pat::Bool(value) => Some((*value, true)),
            Pat::Ref(inner) | Pat::Typed(inner, _) => self.tells(*inner),
            Pat::Path(path) => path
                .segments
                .last()
                .filter(|last| last.name == "None")
                .map(|_| (false, true)),
            Pat::TupleStruct { pats, .. } if self.variant(pat) == Some("Some") => {
                Some((true, pats.iter().all(|pat| self.is_plain(*pat))))
            }
            _ => None,
        }
    }

    pub(super) fn is_option(&self, value: ExprId) -> bool {
        let catalogue = self.types.defs.catalogue;
        matches!(self.typed.ty(value).peeled(), Ty::Ext(id, _) if catalogue.ty(*id).path == "std::option::Option")
    }

    fn told_of(&self, value: ExprId, depth: usize) -> Option<Told> {
        if depth > MAX_DEPTH {
            return None;
        }
        let body = self.typed.body;
        match body.expr(value) {
            Expr::Local(local) => self.own_param(*local).map(|param| Told {
                param,
                lends: self.lends(*local),
                same: true,
                one_way: false,
            }),
            Expr::Ref(inner, false) | Expr::Deref(inner) => self.told_of(*inner, depth + 1),
            Expr::Unary(inner) => {
                let told = self
                    .told_of(*inner, depth + 1)
                    .filter(|told| !told.one_way)?;
                Some(Told {
                    same: !told.same,
                    ..told
                })
            }
            Expr::Method { receiver, name, .. } => {
                let name = name.as_str();
                let told = self.told_of(*receiver, depth + 1)?;
                match name {
                    "is_none" if !told.one_way => Some(Told {
                        same: !told.same,
                        ..told
                    }),
                    _ if VIEWS.contains(&name) => Some(told),
                    _ if PARTS.contains(&name) => Some(Told {
                        one_way: true,
                        ..told
                    }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an arm is never taken, because its value is written out.
    pub(super) fn is_ruled_out(&self, pat: PatId, value: ExprId) -> bool {
        let taken = self.tells(pat).map(|(holds, _)| holds);
        match self.holds(value) {
            Holds::Always(holds) => taken.is_some_and(|taken| taken != holds),
            _ => false,
        }
    }

    /// The parameter that a local is, as it was given: nothing changes it.
    pub(super) fn own_param(&self, local: LocalId) -> Option<u32> {
        let body = self.typed.body;
        let by_others = matches!(self.typed.local_tys[local.index()], Ty::Ref(_, true));
        if by_others || !matches!(self.typed.owner, Owner::Fn(_)) || self.is_changed(local) {
            return None;
        }
        let is_it = |pat: &PatId| match body.pat(*pat) {
            Pat::Bind {
                local: bound,
                sub: None,
                ..
            } => *bound == local,
            _ => false,
        };
        let index = body.params.iter().position(is_it)?;
        Some(index as u32 + 1)
    }

    /// Whether a local is an option of a connection or transaction.
    fn lends(&self, local: LocalId) -> bool {
        let ty = self.types.peel(self.typed.local_tys[local.index()].clone());
        let part = self.types.part(&ty, &self.typed.scope);
        let roles = [Role::Connection, Role::Checkout, Role::Transaction];
        part.is_some_and(|part| roles.contains(&part.role))
    }

    /// Whether anything but its parts is changed: it is assigned to, emptied, filled, or lent for that.
    fn is_changed(&self, local: LocalId) -> bool {
        let body = self.typed.body;
        let is_it = |id: &ExprId| matches!(body.expr(*id), Expr::Local(of) if *of == local);
        let changes = |expr: &Expr| match expr {
            Expr::Assign { place, .. } => is_it(place),
            Expr::Ref(inner, true) => is_it(inner),
            Expr::Method { receiver, name, .. } => {
                is_it(receiver) && CHANGES.contains(&name.as_str())
            }
            _ => false,
        };
        body.locals[local.index()].is_mut && body.exprs.iter().any(changes)
    }

    /// Whether an argument holds: a literal, a constant, or the caller's own parameter; or which variant it is written as.
    pub(super) fn holds(&self, at: ExprId) -> Holds {
        if let Some(value) = self.constant(at) {
            return Holds::Always(value);
        }
        let named = |id: ExprId, name: &str| match self.typed.body.expr(id) {
            Expr::Path(path) => path.segments.last().is_some_and(|last| last.name == name),
            _ => false,
        };
        match self.typed.body.expr(at) {
            Expr::Path(_) if named(at, "None") => Holds::Always(false),
            Expr::Call { callee, .. } if named(*callee, "Some") => Holds::Always(true),
            Expr::Ref(inner, false) => self.holds(*inner),
            _ => match self.told_of(at, 0) {
                Some(Told {
                    param,
                    same: true,
                    one_way: false,
                    ..
                }) => Holds::Like(param),
                _ => self.written_variant(at).unwrap_or_default(),
            },
        }
    }
}
