//! `Deref` of the workspace's types: the fields that it leads through.

use super::{Adt, Defs};
use crate::ir::{Body, Expr, ExprId, Field, Name};
use crate::ty::Ty;

impl Defs<'_> {
    /// The fields that a type's `Deref` goes through, outermost first; none where its body does anything else.
    #[must_use]
    pub fn deref_fields(&self, ty: &Ty) -> Option<Vec<Name>> {
        let Ty::Adt(id, _) = ty else { return None };
        match self.methods_of(ty, Name::from("deref")).first() {
            Some(deref) => {
                let body = self.body(*deref)?;
                fields_of_self(body, body.root?)
            }
            None => derived(self.adt(*id)).map(|field| vec![field.name]),
        }
    }
}

/// The field that `#[derive(Deref)]` takes.
pub(super) fn derived<'a>(adt: &Adt<'a>) -> Option<&'a Field> {
    if !adt.derives.iter().any(|name| *name == "Deref") {
        return None;
    }
    let marked = |field: &&Field| field.attrs.iter().any(|attr| attr.ends_with("deref"));
    adt.fields
        .iter()
        .find(marked)
        .or_else(|| adt.fields.first())
}

/// `&self.pool`, `self.inner.deref()`
fn fields_of_self(body: &Body, value: ExprId) -> Option<Vec<Name>> {
    let mut fields = Vec::new();
    let mut here = value;
    loop {
        here = match body.expr(here) {
            Expr::Block(block) if block.stmts.is_empty() => block.tail?,
            Expr::Ref(inner, _) | Expr::Deref(inner) => *inner,
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if args.is_empty() && matches!(name.as_str(), "deref" | "as_ref" | "borrow") => {
                *receiver
            }
            Expr::Field { base, name } => {
                fields.insert(0, *name);
                *base
            }
            Expr::Local(local) if Some(*local) == body.self_local => return Some(fields),
            _ => return None,
        };
    }
}
