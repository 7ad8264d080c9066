//! Text that is added on some of the ways to where it runs: `if lock { query.push(" FOR UPDATE"); }`.

use super::TextReader;
use crate::ir::{Expr, ExprId, LocalId};

impl TextReader<'_, '_> {
    /// Whether what is added to `local` at `at` is asked for: all, or what every way to `sure_at` adds.
    pub(super) fn is_added(&self, local: LocalId, at: ExprId) -> bool {
        let Some(used) = self.sure_at else {
            return true;
        };
        let body = self.typed.body;
        let (at, used) = (body.range(at), body.range(used));
        let made = body.locals[local.index()].range;
        let decides = |region: ExprId| {
            let region = body.range(region);
            region.holds(at) && !region.holds(used) && !region.holds(made)
        };
        let is_later = used.end <= at.start;
        !is_later && !body.exprs.iter().any(|expr| choices(expr).any(decides))
    }
}

/// What may run or not: branches, bodies of loops.
fn choices(expr: &Expr) -> impl Iterator<Item = ExprId> {
    let (first, second, arms) = match expr {
        Expr::If { then, or_else, .. } => (Some(*then), *or_else, &[][..]),
        Expr::Match { arms, .. } => (None, None, arms.as_slice()),
        Expr::For { body, .. } | Expr::While { body, .. } => (Some(*body), None, &[][..]),
        Expr::Logic { right, .. } => (Some(*right), None, &[][..]),
        Expr::Closure(closure) => (Some(closure.body), None, &[][..]),
        _ => (None, None, &[][..]),
    };
    let arms = arms.iter().map(|arm| arm.body);
    first.into_iter().chain(second).chain(arms)
}
