//! Variants of an enum: those of a function's own parameter that control isn't left with, and the one that a call writes out.

use super::build::Builder;
use super::event::{Condition, Holds};
use crate::defs::AdtId;
use crate::ir::{Expr, ExprId, Pat, PatId, PathRef};
use crate::ty::Ty;

/// An enum with more variants than this is a list of things more than a choice of ways.
const MAX_VARIANTS: usize = 16;
/// References and patterns in patterns are followed this deep.
const MAX_DEPTH: usize = 16;

impl Builder<'_, '_> {
    /// Which variants a parameter isn't where a pattern takes it, or where it doesn't.
    pub(super) fn variants_by(&self, pat: PatId, value: ExprId, taken: bool) -> Vec<Condition> {
        let Some((param, of)) = self.enum_param(value) else {
            return Vec::new();
        };
        let left = 0..self.types.defs.adt(of).variants.len() as u32;
        let mut ruled_out = Vec::new();
        if taken {
            let mut takes = Vec::new();
            if self.may_take(pat, of, &mut takes, 0) {
                ruled_out.extend(left.filter(|variant| !takes.contains(variant)));
            }
        } else {
            self.takes_whole(pat, of, &mut ruled_out, 0);
        }
        let condition = |variant| Condition {
            param,
            holds: false,
            lends: false,
            of: None,
            other_than: Some((of, variant)),
        };
        ruled_out.into_iter().map(condition).collect()
    }

    /// The variant that an argument is written as.
    pub(super) fn written_variant(&self, at: ExprId) -> Option<Holds> {
        let path = match self.typed.body.expr(at) {
            Expr::Path(path) | Expr::Struct { path, .. } => path,
            Expr::Call { callee, .. } => match self.typed.body.expr(*callee) {
                Expr::Path(path) => path,
                _ => return None,
            },
            _ => return None,
        };
        let of = self.enum_of(at)?;
        let variant = self.variant_named(path, of)?;
        Some(Holds::Variant(of, variant))
    }

    /// The parameter that a value is, and its enum.
    fn enum_param(&self, value: ExprId) -> Option<(u32, AdtId)> {
        let mut at = value;
        for _ in 0..MAX_DEPTH {
            at = match self.typed.body.expr(at) {
                Expr::Ref(inner, false) | Expr::Deref(inner) => *inner,
                Expr::Local(local) => return Some((self.own_param(*local)?, self.enum_of(at)?)),
                _ => return None,
            };
        }
        None
    }

    fn enum_of(&self, at: ExprId) -> Option<AdtId> {
        let Ty::Adt(of, _) = self.typed.ty(at).peeled() else {
            return None;
        };
        let variants = 1..=MAX_VARIANTS;
        let is_enum = variants.contains(&self.types.defs.adt(*of).variants.len());
        is_enum.then_some(*of)
    }

    fn variant_named(&self, path: &PathRef, of: AdtId) -> Option<u32> {
        let name = path.segments.last()?.name;
        let mut variants = self.types.defs.adt(of).variants.iter();
        let index = variants.position(|variant| variant.name == name)?;
        Some(index as u32)
    }

    /// Variants that a pattern takes some of; whether it takes nothing but these.
    fn may_take(&self, pat: PatId, of: AdtId, found: &mut Vec<u32>, depth: usize) -> bool {
        match self.typed.body.pat(pat) {
            _ if depth > MAX_DEPTH => false,
            Pat::Path(path) | Pat::TupleStruct { path, .. } | Pat::Struct { path, .. } => {
                let variant = self.variant_named(path, of);
                found.extend(variant);
                variant.is_some()
            }
            Pat::Ref(inner)
            | Pat::Typed(inner, _)
            | Pat::Bind {
                sub: Some(inner), ..
            } => self.may_take(*inner, of, found, depth + 1),
            Pat::Or(pats) => pats
                .iter()
                .all(|pat| self.may_take(*pat, of, found, depth + 1)),
            _ => false,
        }
    }

    /// Variants that a pattern takes whatever they hold.
    fn takes_whole(&self, pat: PatId, of: AdtId, found: &mut Vec<u32>, depth: usize) {
        let is_plain = |pat: &PatId| self.is_plain(*pat);
        match self.typed.body.pat(pat) {
            _ if depth > MAX_DEPTH => {}
            Pat::Path(path) => found.extend(self.variant_named(path, of)),
            Pat::TupleStruct { path, pats, .. } if pats.iter().all(is_plain) => {
                found.extend(self.variant_named(path, of));
            }
            Pat::Struct { path, fields } if fields.iter().all(|(_, pat)| is_plain(pat)) => {
                found.extend(self.variant_named(path, of));
            }
            Pat::Ref(inner)
            | Pat::Typed(inner, _)
            | Pat::Bind {
                sub: Some(inner), ..
            } => {
                self.takes_whole(*inner, of, found, depth + 1);
            }
            Pat::Or(pats) => {
                for pat in pats {
                    self.takes_whole(*pat, of, found, depth + 1);
                }
            }
            _ => {}
        }
    }
}
