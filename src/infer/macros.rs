//! Macro calls: those the catalogue knows, by their entry, others by their parts.

use super::{Callee, Val, Walk};
use crate::catalogue::Effect;
use crate::defs::Def;
use crate::ir::{ExprId, MacroArgs, MacroCall, Name, PathRef};
use crate::ty::{Subst, Ty};

impl<'a> Walk<'_, 'a> {
    pub(super) fn macro_call(&mut self, id: ExprId, call: &'a MacroCall) -> (Ty, Val) {
        match &call.args {
            MacroArgs::Exprs { args, captures } => {
                self.exprs(args);
                for (_, value) in captures {
                    self.expr(*value);
                }
                self.macro_exprs(id, &call.path, args)
            }
            MacroArgs::Block(block) => {
                self.expr(*block);
                match self.macro_entry(&call.path) {
                    Some(entry) => self.ext_result(id, entry, None, &[], &Subst::default()),
                    None => (Ty::Unknown, Val::site(id)),
                }
            }
            MacroArgs::Select(arms) => {
                for arm in arms {
                    self.maybe(arm.future);
                    let output = arm
                        .future
                        .map(|future| self.types.await_output(self.ty(future), &self.out.scope))
                        .unwrap_or_default();
                    let val = arm
                        .future
                        .map(|future| self.awaited(future))
                        .unwrap_or_default();
                    self.bind_pat(arm.pat, &output, &val);
                    self.maybe(arm.guard);
                    self.expr(arm.body);
                }
                self.either(&arms.iter().map(|arm| arm.body).collect::<Vec<_>>())
            }
            MacroArgs::Opaque => (Ty::Unknown, Val::site(id)),
        }
    }

    fn macro_exprs(&mut self, id: ExprId, path: &PathRef, args: &[ExprId]) -> (Ty, Val) {
        let Some(call) = self.macro_entry(path) else {
            let vec_like = path.segments.last().is_some_and(|last| last.name == "vec");
            let element = args
                .first()
                .map(|arg| self.ty(*arg).clone())
                .unwrap_or_default();
            return (
                if vec_like {
                    Ty::Slice(element.into())
                } else {
                    Ty::Unknown
                },
                Val::site(id),
            );
        };
        self.out.calls.insert(id, Callee::Ext(call));
        let facts = self.defs().catalogue.call(call);
        match facts.effect {
            Effect::Join => {
                let outputs = args
                    .iter()
                    .map(|arg| self.types.await_output(self.ty(*arg), &self.out.scope))
                    .collect();
                (Ty::Tuple(outputs), Val::site(id))
            }
            Effect::TryJoin => {
                let output = |arg: &ExprId| {
                    self.types
                        .await_output(self.ty(*arg), &self.out.scope)
                        .args()
                        .first()
                        .cloned()
                        .unwrap_or_default()
                };
                let tuple = Ty::Tuple(args.iter().map(output).collect());
                (self.std_ty("Result", &[tuple]), Val::site(id))
            }
            Effect::Diverge => (Ty::Never, Val::None),
            _ => self.ext_result(id, call, None, args, &Subst::default()),
        }
    }

    /// The catalogue's entry of a macro, by its path or by the name of one that is imported with its crate.
    fn macro_entry(&self, path: &PathRef) -> Option<crate::catalogue::CallId> {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        let joined = |names: &[Name]| {
            names
                .iter()
                .map(Name::as_str)
                .collect::<Vec<_>>()
                .join("::")
        };
        let found = self.defs().resolve(self.module(), &names);
        if found.iter().any(|def| matches!(def, Def::Macro)) {
            return None;
        }
        let mut paths: Vec<String> = found
            .iter()
            .filter_map(|def| match def {
                Def::Extern(path) => Some(path.to_string()),
                _ => None,
            })
            .collect();
        let is_known = names
            .last()
            .is_some_and(|last| self.defs().catalogue.has_macro(*last));
        if is_known {
            paths.push(joined(&names));
        }
        if is_known && names.len() == 1 {
            paths.push(format!("std::{}", names[0]));
            paths.extend(self.macro_use_path(names[0]));
        }
        paths.iter().find_map(|path| {
            self.defs()
                .catalogue
                .pick(self.defs().catalogue.macros(path), self.versions())
        })
    }

    /// `#[macro_use] extern crate sqlx`.
    fn macro_use_path(&self, macro_name: Name) -> Vec<String> {
        let krate = self.defs().crate_of(self.module());
        let mut crates: Vec<&Name> = krate.externs.keys().collect();
        crates.sort();
        crates
            .into_iter()
            .map(|krate| format!("{krate}::{macro_name}"))
            .collect()
    }
}
