//! `use` to names: rounds over all imports until nothing new is found, so that re-exports and globs may go through each other.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{Def, Defs, PendingImport};
use crate::ir::{ImportAs, Name};

/// More rounds than any chain of re-exports that compiles.
const MAX_ROUNDS: usize = 64;

/// Binds what imports name into their modules.
pub(super) fn resolve_all(defs: &mut Defs<'_>) {
    let mut news = News {
        globs: true,
        ..News::default()
    };
    for _ in 0..MAX_ROUNDS {
        let found: Vec<(usize, Vec<Def>)> = (0..defs.pending.len())
            .into_par_iter()
            .filter(|index| news.concern(&defs.pending[*index]))
            .filter_map(|index| Some((index, more(defs, index)?)))
            .collect();
        news = News::default();
        for (index, found) in found {
            bind(defs, index, found, &mut news);
        }
        if !news.globs && news.names.is_empty() {
            return;
        }
    }
}

/// What a round has bound.
#[derive(Default)]
struct News {
    names: FxHashSet<Name>,
    /// All of another crate: any name may come through.
    globs: bool,
}

impl News {
    /// All names that come through a glob.
    fn add_glob(&mut self, defs: &Defs<'_>, glob: Def) {
        let mut known = FxHashSet::default();
        let mut queue = vec![glob];
        while let Some(glob) = queue.pop() {
            match glob {
                Def::Module(id) if known.insert(id) => {
                    let module = defs.module(id);
                    self.names.extend(module.names.keys());
                    queue.extend(&module.globs);
                }
                Def::Module(_) => {}
                Def::Adt(id) => {
                    let variants = defs.adt(id).variants.iter();
                    self.names.extend(variants.map(|variant| variant.name));
                }
                _ => self.globs = true,
            }
        }
    }

    /// Whether an import may mean more than before.
    fn concern(&self, pending: &PendingImport<'_>) -> bool {
        let is_new = |name: &Name| self.names.contains(name);
        !pending.is_settled && (self.globs || pending.import.path.iter().any(is_new))
    }
}

/// What an import means, if that is more than was found before.
fn more(defs: &Defs<'_>, index: usize) -> Option<Vec<Def>> {
    let pending = &defs.pending[index];
    let (module, import) = (pending.module, pending.import);
    let found = match import.alias {
        ImportAs::Name(name) => defs.resolve_import(module, &import.path, name),
        ImportAs::Glob | ImportAs::Underscore => defs.resolve(module, &import.path),
    };
    (found.len() > pending.found).then_some(found)
}

fn bind(defs: &mut Defs<'_>, index: usize, found: Vec<Def>, news: &mut News) {
    let pending = &mut defs.pending[index];
    let (module, import) = (pending.module, pending.import);
    pending.found = found.len();
    // Nothing of the workspace lies below another crate.
    pending.is_settled = found.iter().all(|def| matches!(def, Def::Extern(_)));
    let scope = &mut defs.modules[module.0 as usize];
    let known: &mut Vec<Def> = match import.alias {
        ImportAs::Name(name) => scope.names.entry(name).or_default(),
        ImportAs::Glob => &mut scope.globs,
        ImportAs::Underscore => return,
    };
    let before = known.len();
    for def in found {
        if !known.contains(&def) {
            known.push(def);
        }
    }
    let new = known[before..].to_vec();
    match import.alias {
        ImportAs::Name(name) if !new.is_empty() => drop(news.names.insert(name)),
        ImportAs::Glob => new.iter().for_each(|def| news.add_glob(defs, *def)),
        _ => {}
    }
}

impl Defs<'_> {
    /// As `resolve`, but an import doesn't find itself (`use sqlx;`, `use self::a::a;`).
    fn resolve_import(&self, module: super::ModuleId, path: &[Name], alias: Name) -> Vec<Def> {
        if path.len() == 1 && path[0] == alias {
            self.extern_crate(module, alias).into_iter().collect()
        } else {
            self.resolve(module, path)
        }
    }
}
