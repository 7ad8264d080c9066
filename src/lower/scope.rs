//! Which local a name means: a map with an undo log, so that leaving a scope costs what entering it did.

use rustc_hash::FxHashMap;

use crate::ir::{LocalId, Name};

/// The names in scope.
#[derive(Default)]
pub(super) struct Scope {
    visible: FxHashMap<Name, LocalId>,
    undo: Vec<(Name, Option<LocalId>)>,
}

/// What to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

impl Scope {
    pub(super) fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    pub(super) fn declare(&mut self, name: Name, local: LocalId) {
        self.undo.push((name, self.visible.insert(name, local)));
    }

    pub(super) fn leave(&mut self, mark: Mark) {
        for (name, before) in self.undo.drain(mark.0..).rev() {
            match before {
                Some(local) => self.visible.insert(name, local),
                None => self.visible.remove(&name),
            };
        }
    }

    pub(super) fn get(&self, name: Name) -> Option<LocalId> {
        self.visible.get(&name).copied()
    }
}
