//! What values lead to: a handle by `Deref`, a future's output, a collection's element.

use super::{Types, name};
use crate::catalogue::{CallId, Role};
use crate::defs::Scope;
use crate::ty::Ty;

/// `Deref` chains longer than this are not followed.
const MAX_STEPS: usize = 12;

impl<'a> Types<'a> {
    /// Whether a value is, or leads by `Deref` to, a handle of this client (or of a bound whose client can't be told apart).
    pub(super) fn leads_to(
        &self,
        ty: &Ty,
        scope: &Scope<'a>,
        sheet: crate::catalogue::SheetId,
    ) -> bool {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            let part = self.part_where(&ty, scope, Role::is_handle);
            match part {
                Some(part) if part.sheet == sheet => return true,
                None => return false,
                Some(_) => {}
            }
            match self.step(&ty, scope) {
                Some(next) => ty = next,
                None => return false,
            }
        }
        false
    }

    /// What awaiting a value of this type yields.
    #[must_use]
    pub fn await_output(&self, ty: &Ty, scope: &Scope<'a>) -> Ty {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            match &ty {
                Ty::Future(output) => return (**output).clone(),
                Ty::Param(_) | Ty::Bounded(_) => {
                    let bounds = self.bounds(&ty, scope);
                    return bounds
                        .iter()
                        .find_map(|bound| bound.binding("Output"))
                        .cloned()
                        .unwrap_or_default();
                }
                Ty::Ext(id, args) => {
                    let catalogue = self.defs.catalogue;
                    let calls = catalogue.methods(*id, name("into_future"));
                    if let Some(call) = calls.first() {
                        let subst = super::subst_of(&catalogue.ty(*id).params, args);
                        return catalogue.call(*call).returns.closed(&subst);
                    }
                }
                Ty::Adt(..) => return self.own_output(&ty),
                _ => {}
            }
            match self.step(&ty, scope) {
                Some(next) => ty = next,
                None => return Ty::Unknown,
            }
        }
        Ty::Unknown
    }

    /// What awaiting a value of this type does, where that is more than to wait for what was called: the `into_future` of the catalogue.
    #[must_use]
    pub fn action(&self, ty: &Ty) -> Option<CallId> {
        let Ty::Ext(id, _) = ty.peeled() else {
            return None;
        };
        let catalogue = self.defs.catalogue;
        let call = *catalogue.methods(*id, name("into_future")).first()?;
        let effect = catalogue.call(call).effect;
        (effect.makes() && !effect.acts()).then_some(call)
    }

    /// `impl Future for T { type Output = …; }`
    fn own_output(&self, ty: &Ty) -> Ty {
        for block in self.defs.impls_of(ty) {
            let ir = self.defs.implementation(block).ir;
            if let Some((_, output)) = ir.types.iter().find(|(known, _)| *known == "Output") {
                return self
                    .defs
                    .ty(output, &self.defs.impl_scope(block))
                    .subst(&self.defs.impl_subst(block, ty));
            }
        }
        Ty::Unknown
    }

    /// What a `for` loop over a value of this type binds, or `[]` picks.
    #[must_use]
    pub fn element(&self, ty: &Ty, scope: &Scope<'a>) -> Ty {
        let mut ty = ty.clone();
        for _ in 0..MAX_STEPS {
            match &ty {
                Ty::Slice(element) => return (**element).clone(),
                Ty::Ext(id, args) => {
                    let facts = self.defs.catalogue.ty(*id);
                    let map = matches!(facts.role, Some(Role::HashOrder | Role::Sorted))
                        && args.len() >= 2
                        && facts.path.ends_with("Map");
                    if map {
                        return Ty::Tuple(args.iter().take(2).cloned().collect());
                    }
                    if facts.role != Some(Role::Wrapper) {
                        return args.first().cloned().unwrap_or_default();
                    }
                }
                Ty::Param(_) | Ty::Bounded(_) => {
                    let bounds = self.bounds(&ty, scope);
                    return bounds
                        .iter()
                        .find_map(|bound| bound.binding("Item"))
                        .cloned()
                        .unwrap_or_default();
                }
                _ => {}
            }
            match self.step(&ty, scope) {
                Some(next) => ty = next,
                None => return Ty::Unknown,
            }
        }
        Ty::Unknown
    }
}
