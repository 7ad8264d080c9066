//! What ids stand for.

use super::{
    Adt, AdtId, CrateInput, Defs, FnDef, FnId, ImplDef, ImplId, Module, ModuleId, TraitDef,
    TraitId, ValueDef, ValueId,
};
use crate::catalogue::{SheetId, Versions};
use crate::ir::BodyId;
use crate::lower::Mentions;
use crate::source::{FileId, Span, TextRange};
use crate::ty::Ty;

impl<'a> Defs<'a> {
    /// A module's facts.
    #[must_use]
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// A struct's or enum's facts.
    #[must_use]
    pub fn adt(&self, id: AdtId) -> &Adt<'a> {
        &self.adts[id.0 as usize]
    }

    /// A function's facts.
    #[must_use]
    pub fn function(&self, id: FnId) -> &FnDef<'a> {
        &self.fns[id.0 as usize]
    }

    /// A trait's facts.
    #[must_use]
    pub fn of_trait(&self, id: TraitId) -> &TraitDef<'a> {
        &self.traits[id.0 as usize]
    }

    /// An `impl` block's facts.
    #[must_use]
    pub fn implementation(&self, id: ImplId) -> &ImplDef<'a> {
        &self.impls[id.0 as usize]
    }

    /// A static's or constant's facts.
    #[must_use]
    pub fn value(&self, id: ValueId) -> &ValueDef<'a> {
        &self.values[id.0 as usize]
    }

    /// The body of a function, if it has one.
    #[must_use]
    pub fn body(&self, id: FnId) -> Option<&'a crate::ir::Body> {
        let function = self.function(id);
        self.body_of(function.file, function.ir.body?)
    }

    /// A body of a file.
    #[must_use]
    pub fn body_of(&self, file: FileId, body: BodyId) -> Option<&'a crate::ir::Body> {
        self.lowered.body(file, body)
    }

    /// Whether some package of the workspace depends on a client.
    #[must_use]
    pub fn uses(&self, sheet: SheetId) -> bool {
        let mut crates = self.crates.iter();
        crates.any(|krate| krate.versions.0[sheet.0 as usize].is_some())
    }

    /// What the body of a function names, by its text.
    #[must_use]
    pub fn mentions(&self, id: FnId) -> Option<Mentions> {
        let function = self.function(id);
        Some(self.lowered.mentions(function.file, function.ir.body?))
    }

    /// The text of a function's body.
    #[must_use]
    pub fn text(&self, id: FnId) -> Option<&str> {
        let function = self.function(id);
        Some(self.lowered.text(function.file, function.ir.body?))
    }

    /// Whether a function is test code.
    #[must_use]
    pub fn is_test(&self, id: FnId) -> bool {
        let function = self.function(id);
        function.in_test || self.crate_of(function.module).is_test
    }

    /// The crate a module belongs to.
    #[must_use]
    pub fn crate_of(&self, module: ModuleId) -> &CrateInput {
        &self.crates[self.module(module).krate.0 as usize]
    }

    /// The client versions in force where a module stands.
    #[must_use]
    pub fn versions(&self, module: ModuleId) -> &Versions {
        &self.crate_of(module).versions
    }

    /// A place in a function's file.
    #[must_use]
    pub fn span_in(&self, id: FnId, range: TextRange) -> Span {
        Span {
            file: self.function(id).file,
            range,
        }
    }

    /// A function's path for people: `module::Type::name`, without the crate.
    #[must_use]
    pub fn display(&self, id: FnId) -> String {
        let function = self.function(id);
        let mut parts = vec![function.ir.name.to_string()];
        if let Some(id) = function.in_impl
            && let Ty::Adt(adt, _) = self.implementation(id).self_ty.peeled()
        {
            parts.push(self.adt(*adt).name.to_string());
        }
        if let Some(id) = function.in_trait {
            parts.push(self.of_trait(id).name.to_string());
        }
        let mut module = Some(function.module);
        while let Some(id) = module {
            let here = self.module(id);
            if !here.is_block && here.parent.is_some() {
                parts.push(here.name.to_string());
            }
            module = here.parent;
        }
        parts.reverse();
        parts.join("::")
    }
}
