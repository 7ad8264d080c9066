//! Items to definitions, each by its kind.

use rustc_hash::FxHashMap;

use super::super::{
    Adt, AdtId, AliasDef, AliasId, Def, Extern, FnDef, FnId, ImplDef, ImplId, ModuleId,
    PendingImport, TraitDef, TraitId, ValueDef, ValueId,
};
use super::{Collector, Place};
use crate::ir::{
    Attrs, BodyId, Field, Function, Generics, Impl, Import, Item, ItemKind, Name, Trait, TypeRef,
    Variant,
};
use crate::source::{Span, TextRange};
use crate::ty::Ty;

impl<'a> Collector<'_, 'a> {
    pub(super) fn add_item(&mut self, module: ModuleId, item: &'a Item, place: &Place) {
        match &item.kind {
            ItemKind::Mod(inline) => self.add_mod(module, item, inline.as_deref(), place),
            ItemKind::Use(imports) => self.add_imports(module, imports),
            ItemKind::ExternCrate { krate } => self.add_extern_crate(module, item.name, *krate),
            ItemKind::Fn(function) => {
                let id = self.add_fn(module, function, None, None, item.attrs.cfg_test);
                self.bind(module, item.name, Def::Fn(id));
            }
            ItemKind::Struct(generics, fields) => {
                self.add_adt(module, item, generics, fields, &[]);
            }
            ItemKind::Enum(generics, variants) => {
                self.add_adt(module, item, generics, &[], variants);
            }
            ItemKind::Trait(of_trait) => self.add_trait(module, item, of_trait),
            ItemKind::Impl(block) => self.add_impl(module, block, &item.attrs),
            ItemKind::Alias(generics, ty) => self.add_alias(module, item.name, generics, ty),
            ItemKind::Value {
                ty,
                init,
                is_static,
            } => self.add_value(module, item, ty, *init, *is_static),
            ItemKind::MacroRules => self.add_macro(module, item),
        }
    }

    fn span(&self, module: ModuleId, item: &Item) -> Span {
        Span {
            file: self.defs.module(module).file,
            range: item.range,
        }
    }

    fn add_imports(&mut self, module: ModuleId, imports: &'a [Import]) {
        let pending = imports.iter().map(|import| PendingImport {
            module,
            import,
            found: 0,
            is_settled: false,
        });
        self.defs.pending.extend(pending);
    }

    fn add_alias(&mut self, module: ModuleId, name: Name, generics: &'a Generics, ty: &'a TypeRef) {
        let id = AliasId(self.defs.aliases.len() as u32);
        self.defs.aliases.push(AliasDef {
            name,
            module,
            generics,
            ty,
        });
        self.bind(module, name, Def::Alias(id));
    }

    fn add_value(
        &mut self,
        module: ModuleId,
        item: &'a Item,
        ty: &'a TypeRef,
        init: Option<BodyId>,
        is_static: bool,
    ) {
        let span = self.span(module, item);
        let block = init.and_then(|body| self.add_block(module, span.file, body));
        let id = ValueId(self.defs.values.len() as u32);
        self.defs.values.push(ValueDef {
            name: item.name,
            span,
            module,
            ty,
            init,
            is_static,
            in_impl: None,
            block,
        });
        self.bind(module, item.name, Def::Value(id));
    }

    fn add_macro(&mut self, module: ModuleId, item: &'a Item) {
        self.bind(module, item.name, Def::Macro);
        let root = self.root_of(module);
        if item.attrs.macro_use && root != module {
            self.bind(root, item.name, Def::Macro);
        }
    }

    fn root_of(&self, module: ModuleId) -> ModuleId {
        let mut module = module;
        while let Some(parent) = self.defs.module(module).parent {
            module = parent;
        }
        module
    }

    fn add_extern_crate(&mut self, module: ModuleId, alias: Name, krate: Name) {
        let input = self.defs.crate_of(module);
        match input.externs.get(&krate) {
            Some(Extern::Foreign(name)) => {
                let name = *name;
                self.bind(module, alias, Def::Extern(name));
            }
            Some(Extern::Member(_)) | None if alias == krate => {}
            Some(Extern::Member(package)) => {
                let extern_crate = Extern::Member(*package);
                let id = self.defs.module(module).krate.0 as usize;
                self.defs.crates[id].externs.insert(alias, extern_crate);
            }
            None => self.bind(module, alias, Def::Extern(krate)),
        }
    }

    fn add_adt(
        &mut self,
        module: ModuleId,
        item: &'a Item,
        generics: &'a Generics,
        fields: &'a [Field],
        variants: &'a [Variant],
    ) {
        let id = AdtId(self.defs.adts.len() as u32);
        self.defs.adts.push(Adt {
            name: item.name,
            span: self.span(module, item),
            module,
            generics,
            fields,
            variants,
            attrs: &item.attrs,
        });
        self.bind(module, item.name, Def::Adt(id));
    }

    fn add_trait(&mut self, module: ModuleId, item: &'a Item, ir: &'a Trait) {
        let id = TraitId(self.defs.traits.len() as u32);
        self.defs.traits.push(TraitDef {
            name: item.name,
            module,
            ir,
            fns: FxHashMap::default(),
        });
        let fns = ir
            .fns
            .iter()
            .map(|function| {
                (
                    function.name,
                    self.add_fn(module, function, None, Some(id), item.attrs.cfg_test),
                )
            })
            .collect();
        self.defs.traits[id.0 as usize].fns = fns;
        self.bind(module, item.name, Def::Trait(id));
    }

    fn add_impl(&mut self, module: ModuleId, ir: &'a Impl, attrs: &'a Attrs) {
        let id = ImplId(self.defs.impls.len() as u32);
        let file = self.defs.module(module).file;
        let (fns, consts) = (FxHashMap::default(), FxHashMap::default());
        self.defs.impls.push(ImplDef {
            ir,
            attrs,
            module,
            file,
            self_ty: Ty::Unknown,
            of_trait: None,
            fns,
            consts,
        });
        let fns = ir
            .fns
            .iter()
            .map(|function| {
                (
                    function.name,
                    self.add_fn(module, function, Some(id), None, attrs.cfg_test),
                )
            })
            .collect();
        let mut consts = FxHashMap::default();
        for (name, ty, init) in &ir.consts {
            let span = Span {
                file,
                range: TextRange::default(),
            };
            let value = ValueDef {
                name: *name,
                span,
                module,
                ty,
                init: *init,
                is_static: false,
                in_impl: Some(id),
                block: None,
            };
            self.defs.values.push(value);
            consts.insert(*name, ValueId(self.defs.values.len() as u32 - 1));
        }
        let block = &mut self.defs.impls[id.0 as usize];
        (block.fns, block.consts) = (fns, consts);
    }

    fn add_fn(
        &mut self,
        module: ModuleId,
        ir: &'a Function,
        in_impl: Option<ImplId>,
        in_trait: Option<TraitId>,
        in_test: bool,
    ) -> FnId {
        let id = FnId(self.defs.fns.len() as u32);
        let here = self.defs.module(module);
        let (file, in_test) = (
            here.file,
            in_test || here.in_test || ir.attrs.cfg_test || ir.attrs.test,
        );
        self.defs.fns.push(FnDef {
            ir,
            module,
            file,
            in_impl,
            in_trait,
            in_test,
            block: None,
        });
        if let Some(body) = ir.body {
            self.defs.fn_of_body.insert((file, body), id);
            self.defs.fns[id.0 as usize].block = self.add_block(module, file, body);
            if in_test && let Some(block) = self.defs.fns[id.0 as usize].block {
                self.defs.modules[block.0 as usize].in_test = true;
            }
        }
        id
    }
}
