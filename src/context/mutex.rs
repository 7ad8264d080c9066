//! Mutex guards: what they are called, and whether they are held for their own sake.

use super::UnitContext;
use crate::flow::Resource;
use crate::infer::Owner;

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
