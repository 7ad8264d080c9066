//! How many rows a statement has changed: conditions that ask for it, and where they say that there are none.

use super::build::Builder;
use super::event::EventKind;
use super::outcome::Outcome;
use crate::catalogue::Effect;
use crate::ir::{Comparison, Expr, ExprId};
use crate::sql::{Statement, Verb};
use crate::ty::Ty;

/// Chains are followed this deep.
const MAX_DEPTH: usize = 32;
/// What tells the number of rows.
const COUNTS: &[&str] = &["rows_affected", "affected_rows"];
/// Methods that hand a number on.
const VIEWS: &[&str] = &[
    "map_err",
    "context",
    "with_context",
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_default",
];

impl Builder<'_, '_> {
    /// Statements that have changed no rows where a condition holds, and where it doesn't.
    pub(super) fn changed_nothing(&self, cond: ExprId) -> Outcome {
        let Expr::Compare(how, left, right) = self.typed.body.expr(cond) else {
            return Outcome::default();
        };
        let number = |id: ExprId| match self.typed.body.expr(id) {
            Expr::Int(value) => Some(*value),
            _ => None,
        };
        let (count, how, limit) = match (number(*left), number(*right)) {
            (None, Some(limit)) => (*left, *how, limit),
            (Some(limit), None) => (*right, how.turned(), limit),
            _ => return Outcome::default(),
        };
        let call = || self.counted(count).into_iter().collect();
        match (how, limit) {
            (Comparison::Equal | Comparison::LessOrEqual, 0) | (Comparison::Less, 1) => Outcome {
                holds: call(),
                ..Outcome::default()
            },
            (Comparison::Unequal | Comparison::Greater, 0) | (Comparison::GreaterOrEqual, 1) => {
                Outcome {
                    fails: call(),
                    ..Outcome::default()
                }
            }
            _ => Outcome::default(),
        }
    }

    /// The statement of whose rows a value is the number.
    fn counted(&self, value: ExprId) -> Option<ExprId> {
        let (mut at, mut is_count) = (value, false);
        for _ in 0..MAX_DEPTH {
            if self.told.contains(&at) {
                return Some(at).filter(|at| self.writes_at(*at) && (is_count || self.counts(*at)));
            }
            at = match self.typed.body.expr(at) {
                Expr::Method { receiver, name, .. } if COUNTS.contains(&name.as_str()) => {
                    is_count = true;
                    *receiver
                }
                Expr::Field { base, name } if COUNTS.contains(&name.as_str()) => {
                    is_count = true;
                    *base
                }
                Expr::Method { receiver, name, .. } if VIEWS.contains(&name.as_str()) => *receiver,
                Expr::Await(inner)
                | Expr::Try(inner)
                | Expr::Ref(inner, _)
                | Expr::Deref(inner)
                | Expr::Cast(inner, _) => *inner,
                Expr::Local(local) if !self.typed.body.locals[local.index()].is_mut => {
                    self.typed.init_of(*local)?
                }
                _ => return None,
            };
        }
        None
    }

    /// Whether a call runs statements whose number of rows is that of all rows that they change.
    fn writes_at(&self, site: ExprId) -> bool {
        let mut events = self.blocks.iter().flat_map(|block| &block.events);
        events.any(|event| match &event.kind {
            EventKind::Statement { sql, .. } if event.at == site => sql.statements().all(tells_all),
            _ => false,
        })
    }

    /// Whether a call of the catalogue answers with the number of rows: a number, and nothing that was read.
    fn counts(&self, call: ExprId) -> bool {
        let Some(id) = self.typed.ext(call) else {
            return false;
        };
        let facts = self.types.defs.catalogue.call(id);
        let is_number = facts.returns.args().first().is_some_and(is_unsigned);
        facts.effect == Effect::Run && facts.closure.is_none() && is_number
    }
}

/// A statement that changes rows of the one table whose rows it counts: none in a common table expression.
fn tells_all(statement: &Statement) -> bool {
    let changes = matches!(
        statement.verb,
        Verb::Insert | Verb::Upsert | Verb::Update | Verb::Delete
    );
    changes && statement.writes.len() <= 1
}

/// As a sheet writes it, where a name alone is a parameter's.
fn is_unsigned(ty: &Ty) -> bool {
    matches!(ty, Ty::Param(name) if *name == "usize" || *name == "u64")
}
