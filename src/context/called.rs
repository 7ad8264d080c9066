//! Functions that a unit calls, with their bodies.

use super::UnitContext;
use crate::body::EventKind;
use crate::ir::{Body, ExprId};

impl<'a> UnitContext<'a, '_> {
    /// Bodies of the functions that a unit calls, by call; of several behind a trait none.
    pub fn called(&self) -> impl Iterator<Item = (ExprId, &'a Body)> {
        let defs = self.cx.defs();
        self.flow
            .unit
            .events()
            .filter_map(|event| match &event.kind {
                EventKind::Call { fns, .. } => match **fns {
                    [only] => Some((event.at, defs.body(only)?)),
                    _ => None,
                },
                _ => None,
            })
    }
}
