//! Whether a value comes from a hash that is another one in another process, or in one built by another compiler.

use super::build::Builder;
use super::event::Sql;
use crate::infer::{Callee, Query, Typed};
use crate::ir::{Expr, ExprId};

/// Locals and calls of the workspace are followed this deep.
const MAX_DEPTH: usize = 3;

/// How long a hash of the same value stays the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Seed {
    /// As long as the process: its seed is random.
    Process,
    /// As long as the compiler's version: its algorithm isn't promised.
    Release,
}

impl Builder<'_, '_> {
    /// The shortest-lived hash among the values of a statement that takes advisory locks by keys which aren't constant.
    pub(super) fn key_seed(&self, sql: &Sql, query: &Query) -> Option<Seed> {
        let mut calls = sql.statements().flat_map(|statement| &statement.advisory);
        if !calls.any(|call| call.key.is_none()) {
            return None;
        }
        let values = sql.binds.iter().chain(&query.sql);
        values
            .filter_map(|value| self.seed(self.typed, *value, 0))
            .min()
    }

    /// The seed of the hashes in an expression, its locals' first values included.
    fn seed(&self, typed: &Typed<'_>, id: ExprId, depth: usize) -> Option<Seed> {
        let around = typed.body.range(id);
        let inside = |id: &ExprId| around.holds(typed.body.range(*id));
        let all = (0..typed.body.exprs.len() as u32)
            .map(ExprId)
            .filter(inside);
        all.filter_map(|id| self.own_seed(typed, id, depth)).min()
    }

    fn own_seed(&self, typed: &Typed<'_>, id: ExprId, depth: usize) -> Option<Seed> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Expr::Local(local) = typed.body.expr(id) {
            return self.seed(typed, typed.init_of(*local)?, depth + 1);
        }
        match typed.calls.get(&id)? {
            Callee::Ext(call) => match self.types.defs.catalogue.call(*call).value?.as_str() {
                "hash_per_process" => Some(Seed::Process),
                "hash_per_release" => Some(Seed::Release),
                _ => None,
            },
            Callee::Own(fns) => {
                let [only] = fns.as_slice() else { return None };
                let typed = self.types.infer_fn(*only)?;
                self.seed(&typed, typed.body.root?, depth + 1)
            }
            _ => None,
        }
    }
}
