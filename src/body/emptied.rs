//! What isn't there where an option that a local keeps is empty.

use super::build::Builder;
use crate::ir::{Expr, ExprId, LocalId, Pat, Stmt};

/// What an option is looked at by, or emptied.
const VIEWS: &[&str] = &["as_ref", "as_mut", "as_deref", "as_deref_mut", "take"];

impl Builder<'_, '_> {
    /// What a local's option holds where it is filled: what was made for it on the spot, and is its own.
    pub(super) fn filled_with(&self, value: ExprId) -> Vec<ExprId> {
        let body = self.typed.body;
        let Some((local, option)) = self.viewed(value) else {
            return Vec::new();
        };
        let borrows = |option: ExprId| {
            let mut parts = self.typed.ty(option).peeled().args().iter();
            parts.any(crate::ty::Ty::is_ref)
        };
        if !self.is_option(option) || borrows(option) {
            return Vec::new();
        }
        let fills = self.fills(local);
        let mut owned = self.owners.owned_by(local);
        owned.retain(|site| {
            let mut fills = fills.iter().map(|fill| body.range(*fill));
            fills.any(|fill| fill.holds(body.range(*site)))
        });
        owned.sort();
        owned
    }

    /// The local of `option`, `option.as_ref()`, `option.take()`, and where it is named.
    fn viewed(&self, value: ExprId) -> Option<(LocalId, ExprId)> {
        let mut at = value;
        loop {
            at = match self.typed.body.expr(at) {
                Expr::Local(local) => return Some((*local, at)),
                Expr::Ref(inner, _) => *inner,
                Expr::Method { receiver, name, .. } if VIEWS.contains(&name.as_str()) => *receiver,
                _ => return None,
            };
        }
    }

    /// Values that a local is given.
    fn fills(&self, local: LocalId) -> Vec<ExprId> {
        let body = self.typed.body;
        let is_it = |expr: &Expr| matches!(expr, Expr::Local(of) if *of == local);
        let binds =
            |pat: &Pat| matches!(pat, Pat::Bind { local: of, sub: None, .. } if *of == local);
        let mut found = Vec::new();
        for expr in &body.exprs {
            match expr {
                Expr::Assign { place, value, .. } if is_it(body.expr(*place)) => found.push(*value),
                Expr::Block(block) => {
                    found.extend(block.stmts.iter().filter_map(|stmt| match stmt {
                        Stmt::Let { pat, init, .. } if binds(body.pat(*pat)) => *init,
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        found
    }
}
