//! Paths to definitions: scopes outward from a block, `crate`, `self`, `super`, other crates, the prelude.

use super::{Def, Defs, Extern, ModuleId};
use crate::ir::{Name, PathRef};

/// What a path leads to, and how many of its segments that took: the rest are associated names.
#[derive(Debug)]
pub struct Resolved {
    /// The definition.
    pub def: Def,
    /// Segments used.
    pub used: usize,
}

impl Defs<'_> {
    /// What a whole path means where `module` stands; several under `cfg` alternatives or in several name spaces.
    #[must_use]
    pub fn resolve(&self, module: ModuleId, path: &[Name]) -> Vec<Def> {
        let whole = |found: Resolved| (found.used == path.len()).then_some(found.def);
        self.resolve_prefix(module, path)
            .into_iter()
            .filter_map(whole)
            .collect()
    }

    /// What the segments of a written path mean.
    #[must_use]
    pub fn resolve_path(&self, module: ModuleId, path: &PathRef) -> Vec<Resolved> {
        let names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        self.resolve_prefix(module, &names)
    }

    /// As far as modules, crates and enums lead.
    #[must_use]
    pub fn resolve_prefix(&self, module: ModuleId, path: &[Name]) -> Vec<Resolved> {
        let Some(first) = path.first() else {
            return Vec::new();
        };
        let start = match first.as_str() {
            "crate" | "$crate" => vec![Def::Module(self.roots_of(module))],
            "self" => vec![Def::Module(self.real_module(module))],
            "super" => self
                .parent_module(module)
                .map(Def::Module)
                .into_iter()
                .collect(),
            "" => return self.below_extern(module, path),
            // `#[launch] fn rocket()` hides no crate: nothing lies below a function.
            _ if path.len() > 1 => self.lookup_where(module, *first, holds_names),
            _ => self.lookup(module, *first),
        };
        let mut found = Vec::new();
        for def in start {
            self.descend(def, path, 1, &mut found);
        }
        found
    }

    fn below_extern(&self, module: ModuleId, path: &[Name]) -> Vec<Resolved> {
        let mut found = Vec::new();
        if let Some(name) = path.get(1)
            && let Some(def) = self.extern_crate(module, *name)
        {
            self.descend(def, path, 2, &mut found);
        }
        found
    }

    fn descend(&self, def: Def, path: &[Name], used: usize, found: &mut Vec<Resolved>) {
        let Some(name) = path.get(used) else {
            found.push(Resolved { def, used });
            return;
        };
        match def {
            Def::Module(module) if *name == "super" => {
                if let Some(parent) = self.parent_module(module) {
                    self.descend(Def::Module(parent), path, used + 1, found);
                }
            }
            Def::Module(module) if *name == "self" => {
                self.descend(Def::Module(module), path, used + 1, found);
            }
            Def::Module(module) => {
                for def in self.members(module, *name) {
                    self.descend(def, path, used + 1, found);
                }
            }
            Def::Extern(prefix) => {
                let mut whole = prefix.to_string();
                for name in &path[used..] {
                    whole.push_str("::");
                    whole.push_str(name);
                }
                found.push(Resolved {
                    def: Def::Extern(Name::from(&whole)),
                    used: path.len(),
                });
            }
            Def::Adt(id) => match self
                .adt(id)
                .variants
                .iter()
                .position(|variant| variant.name == *name)
            {
                Some(index) => found.push(Resolved {
                    def: Def::Variant(id, index as u32),
                    used: used + 1,
                }),
                None => found.push(Resolved { def, used }),
            },
            _ => found.push(Resolved { def, used }),
        }
    }

    /// A name as written somewhere in `module`: its scopes outward, then crates, then the prelude.
    #[must_use]
    pub fn lookup(&self, module: ModuleId, name: Name) -> Vec<Def> {
        self.lookup_where(module, name, |_| true)
    }

    fn lookup_where(&self, module: ModuleId, name: Name, fits: fn(&Def) -> bool) -> Vec<Def> {
        let mut scope = module;
        loop {
            let mut found = self.members(scope, name);
            found.retain(fits);
            if !found.is_empty() {
                return found;
            }
            match self.module(scope).parent {
                Some(parent) if self.module(scope).is_block => scope = parent,
                _ => break,
            }
        }
        let macro_use = || {
            self.members(self.roots_of(module), name)
                .into_iter()
                .filter(|def| matches!(def, Def::Macro))
                .collect::<Vec<_>>()
        };
        match self
            .extern_crate(module, name)
            .or_else(|| self.catalogue.std_path(name).map(Def::Extern))
        {
            Some(def) => vec![def],
            None => macro_use(),
        }
    }

    /// A crate's name, `std` included.
    #[must_use]
    pub fn extern_crate(&self, module: ModuleId, name: Name) -> Option<Def> {
        match self.crate_of(module).externs.get(&name) {
            Some(Extern::Member(package)) => {
                let krate = self.lib_of_package.get(package)?;
                self.roots.get(krate.0 as usize).copied().map(Def::Module)
            }
            Some(Extern::Foreign(name)) => Some(Def::Extern(*name)),
            None => matches!(name.as_str(), "std" | "core" | "alloc")
                .then(|| Def::Extern(Name::from("std"))),
        }
    }

    /// What a module itself holds under a name: items, imports, then globs.
    fn members(&self, module: ModuleId, name: Name) -> Vec<Def> {
        let here = self.module(module);
        if let Some(found) = here.names.get(&name) {
            return found.clone();
        }
        if here.globs.is_empty() {
            return Vec::new();
        }
        let Some(known) = self.through_globs.get(module.0 as usize) else {
            return self.search_globs(module, name);
        };
        if let Some(found) = known
            .read()
            .ok()
            .and_then(|known| known.get(&name).cloned())
        {
            return found;
        }
        let found = self.search_globs(module, name);
        if let Ok(mut known) = known.write() {
            known.insert(name, found.clone());
        }
        found
    }

    fn search_globs(&self, module: ModuleId, name: Name) -> Vec<Def> {
        let mut found = Vec::new();
        // Modules may glob each other: each is asked once.
        let mut known = vec![module];
        let mut queue = vec![module];
        while let Some(module) = queue.pop() {
            for glob in &self.module(module).globs {
                match *glob {
                    Def::Module(next) if !known.contains(&next) => {
                        known.push(next);
                        match self.module(next).names.get(&name) {
                            Some(defs) => found.extend(defs),
                            None => queue.push(next),
                        }
                    }
                    Def::Module(_) => {}
                    other => found.extend(self.through_glob(other, name)),
                }
            }
        }
        let mut seen = rustc_hash::FxHashSet::default();
        found.retain(|def| seen.insert(*def));
        found
    }

    /// A name that the glob of an enum or another crate brings in.
    fn through_glob(&self, glob: Def, name: Name) -> Option<Def> {
        match glob {
            Def::Adt(id) => {
                let mut variants = self.adt(id).variants.iter();
                let index = variants.position(|variant| variant.name == name)?;
                Some(Def::Variant(id, index as u32))
            }
            Def::Extern(prefix) => {
                let path = format!("{prefix}::{name}");
                let known =
                    self.catalogue.path(&path).is_some() || !self.catalogue.fns(&path).is_empty();
                known.then(|| Def::Extern(Name::from(&path)))
            }
            _ => None,
        }
    }

    fn roots_of(&self, module: ModuleId) -> ModuleId {
        let krate = self.module(module).krate;
        let mut here = module;
        while let Some(parent) = self.module(here).parent {
            here = parent;
        }
        self.roots.get(krate.0 as usize).copied().unwrap_or(here)
    }

    /// The module around a block scope.
    fn real_module(&self, module: ModuleId) -> ModuleId {
        let mut here = module;
        while self.module(here).is_block {
            match self.module(here).parent {
                Some(parent) => here = parent,
                None => break,
            }
        }
        here
    }

    fn parent_module(&self, module: ModuleId) -> Option<ModuleId> {
        self.module(self.real_module(module))
            .parent
            .map(|parent| self.real_module(parent))
    }
}

/// Whether a path can lead on through it.
fn holds_names(def: &Def) -> bool {
    !matches!(
        def,
        Def::Fn(_) | Def::Value(_) | Def::Variant(..) | Def::Macro
    )
}
