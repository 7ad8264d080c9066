//! Items to modules: the tree as rustc builds it from `mod`, `#[path]` and inline modules, starting at each crate's root file.

mod items;

use rustc_hash::FxHashMap;

use super::{CrateId, Def, Defs, Module, ModuleId};
use crate::ir::{BodyId, Item, Name};
use crate::lowered::Lowered;
use crate::source::FileId;

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
        let lowered: &'a Lowered<'a> = self.defs.lowered;
        if let Some(ir) = lowered.file(file) {
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

    fn bind(&mut self, module: ModuleId, name: Name, def: Def) {
        self.defs.modules[module.0 as usize]
            .names
            .entry(name)
            .or_default()
            .push(def);
    }

    /// The block scope of a body that declares items.
    fn add_block(&mut self, module: ModuleId, file: FileId, body: BodyId) -> Option<ModuleId> {
        let lowered: &'a Lowered<'a> = self.defs.lowered;
        let slot = lowered.file(file)?.bodies.get(body.index())?;
        if slot.items.is_empty() {
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
            &slot.items,
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
            in_test || self.is_in_test_folder(krate, &path),
        );
        self.bind(module, item.name, Def::Module(child));
    }

    /// Whether a file is in a folder called `test` or `tests`, below its crate's root.
    fn is_in_test_folder(&self, krate: CrateId, path: &str) -> bool {
        let root = self.defs.crates[krate.0 as usize].root;
        let below = path.strip_prefix(&parent(&self.paths[root.0 as usize]));
        below.is_some_and(|below| {
            let mut folders = below.rsplit('/').skip(1);
            folders.any(|folder| matches!(folder, "test" | "tests"))
        })
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
