//! Shapes of a body that several rooms walk: chains of links, names that a pattern binds.

use super::{Body, Expr, ExprId, LocalId, Pat, PatId};

impl Body {
    /// A chain's root and its links, from there up: receivers nest as deep as chains are long.
    #[must_use]
    pub fn chain(&self, last: ExprId) -> (ExprId, Vec<ExprId>) {
        let (mut root, mut links) = (last, Vec::new());
        while let Expr::Method { receiver, .. }
        | Expr::Await(receiver)
        | Expr::Try(receiver)
        | Expr::Field { base: receiver, .. } = self.expr(root)
        {
            links.push(root);
            root = *receiver;
        }
        links.reverse();
        (root, links)
    }

    /// Locals that a pattern binds, in order.
    #[must_use]
    pub fn bound_by(&self, pat: PatId) -> Vec<LocalId> {
        let parts: Vec<PatId> = match self.pat(pat) {
            Pat::Bind { local, sub, .. } => {
                let mut found = vec![*local];
                found.extend(sub.iter().flat_map(|sub| self.bound_by(*sub)));
                return found;
            }
            Pat::TupleStruct { pats, .. }
            | Pat::Tuple { pats, .. }
            | Pat::Or(pats)
            | Pat::Slice(pats) => pats.clone(),
            Pat::Struct { fields, .. } => fields.iter().map(|(_, pat)| *pat).collect(),
            Pat::Ref(inner) | Pat::Typed(inner, _) => vec![*inner],
            Pat::Path(_) | Pat::Wild => Vec::new(),
        };
        parts
            .into_iter()
            .flat_map(|pat| self.bound_by(pat))
            .collect()
    }
}
