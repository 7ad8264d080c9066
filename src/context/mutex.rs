//! Mutex guards: what they are called, and whether they are held for their own sake.

use super::UnitContext;
use crate::body::EventKind;
use crate::flow::{Resource, ResourceKind, State};
use crate::infer::{Owner, Place, Root};
use crate::ir::Expr;

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

    /// Whether those who come here with a connection of a pool come one by one: a mutex beside the pool, or a static one, was locked before
    /// the connection was taken, and still is. So is a read-write lock that is locked for writing.
    #[must_use]
    pub fn is_one_by_one(&self, taken: &Resource, state: State) -> bool {
        let pool = self.pool_of(taken).map(|pool| pool.root);
        let guards = self.flow.open(state.must);
        let guards: Vec<&Resource> = guards
            .filter(|guard| self.lets_in_one(guard, pool))
            .collect();
        if guards.is_empty() {
            return false;
        }
        let mut found = false;
        self.flow.walk(|state, event, _| {
            let opens = matches!(
                event.kind,
                EventKind::Checkout { .. }
                    | EventKind::Begin { .. }
                    | EventKind::Statement { .. }
                    | EventKind::Call { .. }
            );
            let mut open = self.flow.open(state.must);
            found |= opens
                && taken.at == Some(event.at)
                && open.any(|held| guards.iter().any(|guard| std::ptr::eq(held, *guard)));
        });
        found
    }

    /// A guard that keeps all others out, of a mutex that is there for all who have `pool`: not one of many, by key.
    fn lets_in_one(&self, guard: &Resource, pool: Option<Root>) -> bool {
        let Owner::Fn(id) = self.flow.unit.id.owner else {
            return false;
        };
        let (Some(at), Some(body)) = (guard.at, self.cx.defs().body(id)) else {
            return false;
        };
        let is_alone = |event: &crate::body::Event| {
            event.at == at && matches!(event.kind, EventKind::MutexLock { reads: false, .. })
        };
        let is_beside = guard.on.one().is_some_and(|on| {
            matches!(on.root, Root::Static(_)) || self.flow.is_given(on) && Some(on.root) == pool
        });
        let is_named = match body.expr(at) {
            Expr::Method { receiver, .. } => {
                let (root, links) = body.chain(*receiver);
                let is_field =
                    |link: &crate::ir::ExprId| matches!(body.expr(*link), Expr::Field { .. });
                links.iter().all(is_field)
                    && matches!(body.expr(root), Expr::Local(_) | Expr::Path(_))
            }
            _ => false,
        };
        guard.kind == ResourceKind::Mutex
            && is_beside
            && is_named
            && self.flow.unit.events().any(is_alone)
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
