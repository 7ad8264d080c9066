//! Mutex guards: what they are called, and whether they are held for their own sake.

use super::UnitContext;
use crate::flow::{Resource, ResourceKind};
use crate::infer::{Owner, Place};

/// Whether a pool or connection is what the mutex of a guard is there for.
#[must_use]
pub fn guards(guard: &Resource, place: &Place) -> bool {
    let within = |on: &Place| place.root == on.root && place.fields().starts_with(on.fields());
    place.root == guard.place.root || guard.on.places().iter().any(within)
}

impl UnitContext<'_, '_> {
    /// A name for the mutex that a guard is of, with its article.
    #[must_use]
    pub fn mutex_name(&self, guard: &Resource) -> String {
        let name = guard.on.one().and_then(|place| self.place_name(place));
        name.map_or_else(
            || "a mutex".to_owned(),
            |name| format!("the mutex `{name}`"),
        )
    }

    /// Whether what a transaction begins on is behind a mutex that is locked then: one at a time gets there.
    #[must_use]
    pub fn begins_under_mutex(&self, transaction: &Resource) -> bool {
        let mut found = false;
        self.flow.walk(|state, event, _| {
            let mut open = self.flow.open(state.must);
            found |= transaction.at == Some(event.at)
                && open.any(|held| {
                    let mut on = transaction.on.places().iter();
                    held.kind == ResourceKind::Mutex && on.any(|on| guards(held, on))
                });
        });
        found
    }

    /// Whether a guard's name says that it is held to let in one at a time: `_guard`.
    #[must_use]
    pub fn is_kept_for_its_own_sake(&self, guard: &Resource) -> bool {
        let Owner::Fn(id) = self.flow.unit.id.owner else {
            return false;
        };
        let (Some(at), Some(body)) = (guard.at, self.cx.defs().body(id)) else {
            return false;
        };
        let mut owners = self.flow.unit.owners.iter().filter(|(made, _)| *made == at);
        owners.any(|(_, local)| body.locals[local.index()].name.as_str().starts_with('_'))
    }
}
