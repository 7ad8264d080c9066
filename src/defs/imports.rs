//! `use` to names: rounds over all imports until nothing new is found, so that re-exports and globs may go through each other.

use super::{Def, Defs};
use crate::ir::{ImportAs, Name};

/// More rounds than any chain of re-exports that compiles.
const MAX_ROUNDS: usize = 64;

/// Binds what imports name into their modules.
pub(super) fn resolve_all(defs: &mut Defs<'_>) {
    for _ in 0..MAX_ROUNDS {
        let mut is_done = true;
        for index in 0..defs.pending.len() {
            is_done &= !resolve_one(defs, index);
        }
        if is_done {
            return;
        }
    }
}

/// Whether anything new was found.
fn resolve_one(defs: &mut Defs<'_>, index: usize) -> bool {
    let pending = &defs.pending[index];
    let (module, import) = (pending.module, pending.import);
    let found = match import.alias {
        ImportAs::Name(name) => defs.resolve_import(module, &import.path, name),
        ImportAs::Glob | ImportAs::Underscore => defs.resolve(module, &import.path),
    };
    if found.len() <= defs.pending[index].found {
        return false;
    }
    defs.pending[index].found = found.len();
    let scope = &mut defs.modules[module.0 as usize];
    let known: &mut Vec<Def> = match import.alias {
        ImportAs::Name(name) => scope.names.entry(name).or_default(),
        ImportAs::Glob => &mut scope.globs,
        ImportAs::Underscore => return false,
    };
    let before = known.len();
    for def in found {
        if !known.contains(&def) {
            known.push(def);
        }
    }
    known.len() > before
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
