//! Patterns to the types and values of what they bind.

use super::{Root, Val, Walk, name};
use crate::defs::Def;
use crate::ir::{Expr, ExprId, Name, Pat, PatId, PathRef};
use crate::ty::Ty;

impl<'a> Walk<'_, 'a> {
    /// Binds a pattern's locals to the parts of a value.
    pub(super) fn bind_pat(&mut self, pat: PatId, ty: &Ty, val: &Val) {
        let body = self.out.body;
        match body.pat(pat) {
            Pat::Bind { local, sub, .. } => {
                self.bind(*local, ty.clone(), val.clone());
                if let Some(sub) = sub {
                    self.bind_pat(*sub, ty, val);
                }
            }
            Pat::Typed(inner, written) => {
                let declared = self.written(written);
                self.bind_pat(
                    *inner,
                    if declared.is_known() { &declared } else { ty },
                    val,
                );
            }
            Pat::Ref(inner) => self.bind_pat(
                *inner,
                &self.types.step(ty, &self.out.scope).unwrap_or_default(),
                val,
            ),
            Pat::Or(alternatives) => {
                for pat in alternatives {
                    self.bind_pat(*pat, ty, val);
                }
            }
            Pat::Tuple { pats, rest } => {
                let parts = ty.peeled().args();
                for (position, pat) in positions(pats, *rest, parts.len()) {
                    let element = parts.get(position).cloned().unwrap_or_default();
                    self.bind_pat(pat, &element, &self.project(val, number(position)));
                }
            }
            Pat::Slice(pats) => {
                let element = self.types.element(ty, &self.out.scope);
                for pat in pats {
                    self.bind_pat(*pat, &element, &self.project(val, name("[]")));
                }
            }
            Pat::TupleStruct { path, pats, rest } => {
                self.bind_tuple_struct(path, pats, *rest, ty, val);
            }
            Pat::Struct { path, fields } => {
                for (field, pat) in fields {
                    let member = self.member_ty(path, *field, ty);
                    self.bind_pat(*pat, &member, &self.project(val, *field));
                }
            }
            Pat::Path(_) | Pat::Bool(_) | Pat::Literal | Pat::Wild => {}
        }
    }

    fn bind_tuple_struct(
        &mut self,
        path: &'a PathRef,
        elements: &[PatId],
        rest: Option<usize>,
        ty: &Ty,
        val: &Val,
    ) {
        let last = path
            .segments
            .last()
            .map(|segment| segment.name.as_str())
            .unwrap_or_default();
        // Carriers are transparent: what `Some` or `Ok` holds is the same value.
        let index = match last {
            "Some" | "Ok" | "Ready" | "Break" | "Continue" => Some(0),
            "Err" => Some(1),
            _ => None,
        };
        if let (Some(index), [pat]) = (index, elements) {
            let held = ty.peeled().args().get(index).cloned().unwrap_or_default();
            let held = if ty.is_ref() && held.is_known() {
                Ty::Ref(held.into(), false)
            } else {
                held
            };
            let val = if index == 0 { val.clone() } else { Val::None };
            return self.bind_pat(*pat, &held, &val);
        }
        for (position, pat) in positions(elements, rest, elements.len()) {
            let field = number(position);
            let member = self.member_ty(path, field, ty);
            // An extractor's one field is the value itself (`State(pool)`); `project` knows literals.
            let val = if self.is_carrier_path(path) {
                val.clone()
            } else {
                self.project(val, field)
            };
            self.bind_pat(pat, &member, &val);
        }
    }

    fn is_carrier_path(&self, path: &PathRef) -> bool {
        self.defs()
            .resolve_path(self.module(), path)
            .iter()
            .any(|found| matches!(found.def, Def::Extern(_)))
    }

    /// The type of a field, from the struct or variant that a pattern names, or from the value's own type.
    fn member_ty(&self, path: &PathRef, field: Name, ty: &Ty) -> Ty {
        for found in self.defs().resolve_path(self.module(), path) {
            match found.def {
                Def::Adt(id) => {
                    return self
                        .defs()
                        .field_ty(id, ty.peeled().args(), field)
                        .unwrap_or_default();
                }
                Def::Variant(id, index) => {
                    let Some(variant) = self.defs().adt(id).variants.get(index as usize) else {
                        continue;
                    };
                    let Some(known) = variant.fields.iter().find(|known| known.name == field)
                    else {
                        continue;
                    };
                    return self.defs().adt_member(id, ty.peeled().args(), &known.ty);
                }
                Def::Extern(path) => {
                    let written = self.defs().extern_ty(path, crate::ty::no_args());
                    if let (Ty::Ext(a, _), Ty::Ext(b, args)) = (&written, ty.peeled())
                        && a == b
                    {
                        return args.first().cloned().unwrap_or_default();
                    }
                }
                Def::Alias(_) => return self.alias_member(path, field),
                _ => {}
            }
        }
        match (ty.peeled(), &*path.segments) {
            (Ty::Adt(id, args), [only]) if only.name == "Self" => {
                self.defs().field_ty(*id, args, field).unwrap_or_default()
            }
            (Ty::Adt(id, args), [first, variant]) if first.name == "Self" => {
                let mut variants = self.defs().adt(*id).variants.iter();
                let fields = variants
                    .find(|known| known.name == variant.name)
                    .map_or(&[][..], |known| &known.fields);
                let known = fields.iter().find(|known| known.name == field);
                known.map_or(Ty::Unknown, |known| {
                    self.defs().adt_member(*id, args, &known.ty)
                })
            }
            _ => Ty::Unknown,
        }
    }

    fn alias_member(&self, path: &PathRef, field: Name) -> Ty {
        match self.written(&crate::ir::TypeRef::Path(path.clone())) {
            Ty::Adt(id, args) => self.defs().field_ty(id, &args, field).unwrap_or_default(),
            _ => Ty::Unknown,
        }
    }

    pub(super) fn field_ty(&self, base: ExprId, field: Name) -> Ty {
        let mut ty = self.ty(base).clone();
        for _ in 0..12 {
            match &ty {
                Ty::Adt(id, args) => {
                    if let Some(found) = self.defs().field_ty(*id, args, field) {
                        return found;
                    }
                }
                Ty::Tuple(parts) => {
                    return field
                        .parse()
                        .ok()
                        .and_then(|index: usize| parts.get(index).cloned())
                        .unwrap_or_default();
                }
                // Extractors (`Data(x).0`, `State(x).0`) hold one thing.
                Ty::Ext(id, args)
                    if field == "0" && self.defs().catalogue.ty(*id).deref.is_some() =>
                {
                    return args.first().cloned().unwrap_or_default();
                }
                Ty::Ext(id, _) => {
                    let mut fields = self.defs().catalogue.ty(*id).fields.iter();
                    if let Some((_, ty)) = fields.find(|(name, _)| *name == field) {
                        return ty.clone();
                    }
                }
                _ => {}
            }
            match self.types.step(&ty, &self.out.scope) {
                Some(next) => ty = next,
                None => return Ty::Unknown,
            }
        }
        Ty::Unknown
    }

    pub(super) fn field_val(&self, base: ExprId, field: Name) -> Val {
        if field == "0" && matches!(self.ty(base).peeled(), Ty::Ext(..)) {
            return self.val(base).clone();
        }
        self.project(self.val(base), field)
    }

    /// A field of a value; literals are looked into.
    pub(super) fn project(&self, val: &Val, field: Name) -> Val {
        val.map(|place| match place.root {
            Root::Site(site) if place.path.is_none() => self
                .part_of(site, field)
                .unwrap_or_else(|| Val::One(place.field(field))),
            _ => Val::One(place.field(field)),
        })
    }

    fn part_of(&self, site: ExprId, field: Name) -> Option<Val> {
        let part = match self.out.body.expr(site) {
            Expr::Struct { fields, rest, .. } => {
                let given = fields
                    .iter()
                    .find(|(known, _)| *known == field)
                    .map(|(_, value)| *value);
                match (given, rest) {
                    (Some(value), _) => value,
                    (None, Some(rest)) => return Some(self.project(self.val(*rest), field)),
                    (None, None) => return None,
                }
            }
            Expr::Tuple(parts) => *parts.get(field.parse::<usize>().ok()?)?,
            Expr::Call { args, .. }
                if matches!(self.out.calls.get(&site), Some(super::Callee::Constructor)) =>
            {
                *args.get(field.parse::<usize>().ok()?)?
            }
            _ => return None,
        };
        Some(self.val(part).clone())
    }
}

/// A tuple field's name.
fn number(position: usize) -> Name {
    name(&position.to_string())
}

/// Patterns with the positions they stand for, `..` counted.
fn positions(pats: &[PatId], rest: Option<usize>, total: usize) -> Vec<(usize, PatId)> {
    let skipped = total.saturating_sub(pats.len());
    let place = |index: usize| {
        if rest.is_some_and(|rest| index >= rest) {
            index + skipped
        } else {
            index
        }
    };
    pats.iter()
        .enumerate()
        .map(|(index, pat)| (place(index), *pat))
        .collect()
}
