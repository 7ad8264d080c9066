//! First and last tokens of types, paths and patterns, which syn says only by printing the whole.

use proc_macro2::Span;
use syn::{Pat as SynPat, Type};

use super::Lower;
use crate::source::TextRange;

impl Lower<'_> {
    /// The end of a type behind `as`, nearly always a short path.
    pub(super) fn type_end(&self, ty: &Type) -> u32 {
        match ty {
            Type::Path(ty) => self.path_end(&ty.path),
            Type::Ptr(ty) => self.type_end(&ty.elem),
            Type::Reference(ty) => self.type_end(&ty.elem),
            Type::Tuple(ty) => self.places.close(ty.paren_token.span),
            Type::Paren(ty) => self.places.close(ty.paren_token.span),
            Type::Array(ty) => self.places.close(ty.bracket_token.span),
            Type::Slice(ty) => self.places.close(ty.bracket_token.span),
            Type::Infer(ty) => self.places.end(ty.underscore_token.span),
            Type::FnPtr(ty) => match &ty.output {
                syn::ReturnType::Default => self.places.close(ty.paren_token.span),
                syn::ReturnType::Type(_, ty) => self.type_end(ty),
            },
            _ => 0,
        }
    }

    /// The end of a path.
    fn path_end(&self, path: &syn::Path) -> u32 {
        let Some(last) = path.segments.last() else {
            return 0;
        };
        match &last.arguments {
            syn::PathArguments::None => self.places.ident(&last.ident).end,
            syn::PathArguments::AngleBracketed(arguments) => {
                self.places.end(arguments.gt_token.span)
            }
            syn::PathArguments::Parenthesized(arguments) => {
                self.places.close(arguments.paren_token.span)
            }
        }
    }

    /// From the `<` or `::` before a path to its end.
    pub(super) fn path_range(&self, path: &syn::Path, qself: Option<&syn::QSelf>) -> TextRange {
        TextRange {
            start: self.first(&[], &[path_start(path, qself)]),
            end: self.path_end(path),
        }
    }
}

/// The `<`, `::` or name that a path begins with.
fn path_start(path: &syn::Path, qself: Option<&syn::QSelf>) -> Option<Span> {
    let bracket = qself.map(|qself| qself.lt_token.span);
    let colon = path.leading_colon.map(|token| token.spans[0]);
    bracket
        .or(colon)
        .or(Some(path.segments.first()?.ident.span()))
}

/// The first token of a type, where that is easily said.
pub(super) fn type_start(ty: &Type) -> Option<Span> {
    Some(match ty {
        Type::Path(ty) => return path_start(&ty.path, ty.qself.as_ref()),
        Type::Reference(ty) => ty.and_token.span,
        Type::Tuple(ty) => ty.paren_token.span.open(),
        Type::Paren(ty) => ty.paren_token.span.open(),
        Type::Array(ty) => ty.bracket_token.span.open(),
        Type::Slice(ty) => ty.bracket_token.span.open(),
        Type::FnPtr(ty) => ty.fn_token.span,
        Type::Ptr(ty) => ty.star_token.span,
        _ => return None,
    })
}

/// The first token of a pattern, where that is easily said.
pub(super) fn pat_start(pat: &SynPat) -> Option<Span> {
    match pat {
        SynPat::Guard(pat) => pat_start(&pat.pat),
        SynPat::Ident(pat) => {
            let by_ref = pat.by_ref.map(|token| token.span);
            by_ref
                .or(pat.mutability.map(|token| token.span))
                .or(Some(pat.ident.span()))
        }
        SynPat::Lit(pat) => Some(pat.lit.span()),
        SynPat::Or(pat) => pat
            .leading_vert
            .map(|token| token.span)
            .or_else(|| pat_start(pat.cases.first()?)),
        SynPat::Paren(pat) => Some(pat.paren_token.span.open()),
        SynPat::Path(pat) => path_start(&pat.path, pat.qself.as_ref()),
        SynPat::Range(pat) => match pat.start.as_deref() {
            Some(syn::Expr::Lit(start)) => Some(start.lit.span()),
            Some(syn::Expr::Path(start)) => path_start(&start.path, start.qself.as_ref()),
            _ => None,
        },
        SynPat::Reference(pat) => Some(pat.and_token.span),
        SynPat::Slice(pat) => Some(pat.bracket_token.span.open()),
        SynPat::Struct(pat) => path_start(&pat.path, pat.qself.as_ref()),
        SynPat::Tuple(pat) => Some(pat.paren_token.span.open()),
        SynPat::TupleStruct(pat) => path_start(&pat.path, pat.qself.as_ref()),
        SynPat::Wild(pat) => Some(pat.underscore_token.span),
        _ => None,
    }
}
