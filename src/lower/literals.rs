//! Literals to their values.

use syn::Lit;

use super::Lower;
use crate::ir::{Expr, ExprId};

impl Lower<'_> {
    pub(super) fn literal(&mut self, lit: &Lit) -> ExprId {
        let expr = match lit {
            Lit::Str(lit) => Expr::Str(lit.value().into()),
            Lit::ByteStr(lit) => text(lit.value()),
            Lit::CStr(lit) => text(lit.value().into_bytes()),
            Lit::Int(lit) => lit.base10_parse().map_or(Expr::Literal, Expr::Int),
            Lit::Bool(lit) => Expr::Bool(lit.value),
            _ => Expr::Literal,
        };
        let range = self.places.range(lit.span());
        self.add(expr, range)
    }
}

fn text(bytes: Vec<u8>) -> Expr {
    String::from_utf8(bytes).map_or(Expr::Literal, |text| Expr::Str(text.into()))
}
