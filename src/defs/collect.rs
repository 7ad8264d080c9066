//! Items to modules: the tree as rustc builds it from `mod`, `#[path]` and inline modules, starting at each crate's root file.

use rustc_hash::FxHashMap;

use super::{
    Adt, AliasDef, CrateId, Def, Defs, Extern, FnDef, FnId, ImplDef, ImplId, MacroDef, Module,
    ModuleId, PendingImport, TraitDef, TraitId, ValueDef,
};
use crate::ir::{BodyId, FileIr, Function, Impl, Item, ItemKind, Name, Trait};
use crate::source::{FileId, Span};
use crate::ty::Ty;

/// Where out-of-line modules of a module are looked for.
#[derive(Clone)]
struct Place {
    /// Folder of the file.
    folder: String,
    /// Folder of child modules: `folder` for `mod.rs` and roots, `folder/stem` else, and inline modules' names.
    children: String,
}

struct Collector<'d, 'a> {
    defs: &'d mut Defs<'a>,
    by_path: FxHashMap<String, FileId>,
    paths: Vec<String>,
    module_of_file: FxHashMap<FileId, ModuleId>,
}

/// Fills the module tree; files that no crate reaches stay out, as rustc leaves them out.
pub(super) fn collect(defs: &mut Defs<'_>, paths: &[&str]) {
    let by_path = paths
        .iter()
        .enumerate()
        .map(|(index, path)| ((*path).to_owned(), FileId(index as u32)))
        .collect();
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let mut collector = Collector {
        defs,
        by_path,
        paths,
        module_of_file: FxHashMap::default(),
    };
    for index in 0..collector.defs.crates.len() {
        collector.add_crate(CrateId(index as u32));
    }
}

impl<'a> Collector<'_, 'a> {
    fn add_crate(&mut self, krate: CrateId) {
        let input = &self.defs.crates[krate.0 as usize];
        let (root, name, is_test, package) = (input.root, input.name, input.is_test, input.package);
        self.defs.lib_of_package.entry(package).or_insert(krate);
        let folder = parent(&self.paths[root.0 as usize]);
        let place = Place {
            children: folder.clone(),
            folder,
        };
        let module = self.add_file(krate, None, name, root, &place, is_test);
        self.defs.roots.push(module);
    }

    fn add_file(
        &mut self,
        krate: CrateId,
        parent: Option<ModuleId>,
        name: Name,
        file: FileId,
        place: &Place,
        in_test: bool,
    ) -> ModuleId {
        if let Some(known) = self.module_of_file.get(&file) {
            return *known;
        }
        let module = self.add_module(krate, parent, name, file, in_test);
        self.module_of_file.insert(file, module);
        let files: &'a [Option<FileIr>] = self.defs.files;
        if let Some(ir) = &files[file.0 as usize] {
            self.add_items(module, &ir.items, place);
        }
        module
    }

    fn add_module(
        &mut self,
        krate: CrateId,
        parent: Option<ModuleId>,
        name: Name,
        file: FileId,
        in_test: bool,
    ) -> ModuleId {
        let id = ModuleId(self.defs.modules.len() as u32);
        let (names, globs) = (FxHashMap::default(), Vec::new());
        self.defs.modules.push(Module {
            krate,
            parent,
            name,
            file,
            is_block: false,
            in_test,
            names,
            globs,
        });
        id
    }

    fn add_items(&mut self, module: ModuleId, items: &'a [Item], place: &Place) {
        for item in items {
            self.add_item(module, item, place);
        }
    }

    fn add_item(&mut self, module: ModuleId, item: &'a Item, place: &Place) {
        let file = self.defs.module(module).file;
        let span = Span {
            file,
            range: item.range,
        };
        match &item.kind {
            ItemKind::Mod(inline) => self.add_mod(module, item, inline.as_deref(), place),
            ItemKind::Use(imports) => {
                let pending = imports.iter().map(|import| PendingImport {
                    module,
                    import,
                    found: 0,
                });
                self.defs.pending.extend(pending);
            }
            ItemKind::ExternCrate { krate } => self.add_extern_crate(module, item.name, *krate),
            ItemKind::Fn(function) => {
                let id = self.add_fn(module, function, None, None, item.attrs.cfg_test);
                self.bind(module, item.name, Def::Fn(id));
            }
            ItemKind::Struct(generics, fields) => {
                self.add_adt(
                    module,
                    Adt {
                        name: item.name,
                        span,
                        module,
                        generics,
                        fields,
                        variants: &[],
                        derives: &item.attrs.derives,
                    },
                );
            }
            ItemKind::Enum(generics, variants) => {
                self.add_adt(
                    module,
                    Adt {
                        name: item.name,
                        span,
                        module,
                        generics,
                        fields: &[],
                        variants,
                        derives: &item.attrs.derives,
                    },
                );
            }
            ItemKind::Trait(of_trait) => self.add_trait(module, item, of_trait),
            ItemKind::Impl(block) => self.add_impl(module, block, &item.attrs),
            ItemKind::Alias(generics, ty) => {
                self.defs.aliases.push(AliasDef {
                    module,
                    generics,
                    ty,
                });
                self.bind(
                    module,
                    item.name,
                    Def::Alias(super::AliasId(self.defs.aliases.len() as u32 - 1)),
                );
            }
            ItemKind::Value {
                ty,
                init,
                is_static,
            } => {
                let block = init.and_then(|body| self.add_block(module, file, body));
                let value = ValueDef {
                    name: item.name,
                    span,
                    module,
                    ty,
                    init: *init,
                    is_static: *is_static,
                    in_impl: None,
                    block,
                };
                self.defs.values.push(value);
                self.bind(
                    module,
                    item.name,
                    Def::Value(super::ValueId(self.defs.values.len() as u32 - 1)),
                );
            }
            ItemKind::MacroRules(arms) => {
                self.defs.macros.push(MacroDef { arms, module });
                let def = Def::Macro(super::MacroId(self.defs.macros.len() as u32 - 1));
                self.bind(module, item.name, def);
                let root = self.root_of(module);
                if item.attrs.macro_use && root != module {
                    self.bind(root, item.name, def);
                }
            }
        }
    }

    fn bind(&mut self, module: ModuleId, name: Name, def: Def) {
        self.defs.modules[module.0 as usize]
            .names
            .entry(name)
            .or_default()
            .push(def);
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

    fn add_adt(&mut self, module: ModuleId, adt: Adt<'a>) {
        let name = adt.name;
        self.defs.adts.push(adt);
        self.bind(
            module,
            name,
            Def::Adt(super::AdtId(self.defs.adts.len() as u32 - 1)),
        );
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

    fn add_impl(&mut self, module: ModuleId, ir: &'a Impl, attrs: &'a crate::ir::Attrs) {
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
                range: crate::source::TextRange::default(),
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
            consts.insert(*name, super::ValueId(self.defs.values.len() as u32 - 1));
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

    /// The block scope of a body that declares items.
    fn add_block(&mut self, module: ModuleId, file: FileId, body: BodyId) -> Option<ModuleId> {
        let body = self.defs.body_of(file, body)?;
        if body.items.is_empty() {
            return None;
        }
        let (krate, in_test) = (
            self.defs.module(module).krate,
            self.defs.module(module).in_test,
        );
        let block = self.add_module(krate, Some(module), Name::from(""), file, in_test);
        self.defs.modules[block.0 as usize].is_block = true;
        let folder = parent(&self.paths[file.0 as usize]);
        self.add_items(
            block,
            &body.items,
            &Place {
                children: folder.clone(),
                folder,
            },
        );
        Some(block)
    }

    fn add_mod(
        &mut self,
        module: ModuleId,
        item: &'a Item,
        inline: Option<&'a [Item]>,
        place: &Place,
    ) {
        let here = self.defs.module(module);
        let (krate, file) = (here.krate, here.file);
        let in_test = here.in_test || item.attrs.cfg_test;
        if let Some(items) = inline {
            let child = self.add_module(krate, Some(module), item.name, file, in_test);
            let below = item.attrs.path.as_deref().unwrap_or(item.name.as_str());
            let children = join(&place.children, below);
            self.bind(module, item.name, Def::Module(child));
            self.add_items(
                child,
                items,
                &Place {
                    folder: children.clone(),
                    children,
                },
            );
            return;
        }
        let Some(file) = self.find_file(item, place) else {
            return;
        };
        let path = self.paths[file.0 as usize].clone();
        let folder = parent(&path);
        let stem = path
            .rsplit('/')
            .next()
            .unwrap_or(&path)
            .trim_end_matches(".rs");
        let owns_folder = stem == "mod" || item.attrs.path.is_some();
        let children = if owns_folder {
            folder.clone()
        } else {
            join(&folder, stem)
        };
        let child = self.add_file(
            krate,
            Some(module),
            item.name,
            file,
            &Place { folder, children },
            in_test,
        );
        self.bind(module, item.name, Def::Module(child));
    }

    fn find_file(&self, item: &Item, place: &Place) -> Option<FileId> {
        if let Some(path) = &item.attrs.path {
            return self.by_path.get(&join(&place.folder, path)).copied();
        }
        let name = item.name.as_str().trim_start_matches("r#");
        let beside = join(&place.children, &format!("{name}.rs"));
        let within = join(&place.children, &format!("{name}/mod.rs"));
        self.by_path
            .get(&beside)
            .or_else(|| self.by_path.get(&within))
            .copied()
    }
}

fn parent(path: &str) -> String {
    path.rsplit_once('/')
        .map_or(String::new(), |(folder, _)| folder.to_owned())
}

/// Joins and takes `.` and `..` out.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
