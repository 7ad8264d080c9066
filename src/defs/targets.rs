//! `Deref` of the workspace's types: the fields that it leads through.

use super::{Adt, AdtId, Defs};
use crate::ir::{Body, Expr, ExprId, Field, Name};
use crate::ty::{TraitRef, Ty};

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
            None => self.derefs_to(*id, ty).map(|field| vec![field.name]),
        }
    }

    /// The field that a type's derived `Deref`, or that of a client's derive, takes.
    pub(super) fn derefs_to(&self, id: AdtId, ty: &Ty) -> Option<&Field> {
        let adt = self.adt(id);
        derived(adt).or_else(|| {
            let mut traits = self.derived_traits(ty).into_iter();
            let derefs = traits
                .any(|of| matches!(of, TraitRef::Ext(id) if self.catalogue.of_trait(id).derefs));
            adt.fields.first().filter(|_| derefs)
        })
    }
}

/// The field that `#[derive(Deref)]` takes.
fn derived<'a>(adt: &Adt<'a>) -> Option<&'a Field> {
    if !adt.attrs.derives.iter().any(|name| *name == "Deref") {
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
