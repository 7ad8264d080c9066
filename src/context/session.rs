//! Where a session goes that something is left open in: back to its pool, on to its owner, to the caller, or to its end.

use super::UnitContext;
use crate::body::{Arg, Event, EventKind, Unit};
use crate::catalogue::{PoolReturn, Role};
use crate::defs::FnId;
use crate::flow::{Resource, ResourceKind, State};
use crate::infer::{Owner, Part, Place, Root};
use crate::source::Span;
use crate::summary::Left;

/// Callers of callers are asked this deep.
const MAX_CALLERS: usize = 4;

/// What becomes of a session when control leaves the unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It ends: the connection is closed.
    Ends,
    /// Nobody here knows.
    Unknown,
    /// It goes on with a value that leaves.
    HandedOut,
    /// No caller in the workspace lends it, so nobody here knows who does.
    Lent,
    /// It is a field's or a static's, and stays there.
    Stays,
    /// It goes back to its pool, which does this; a caller may have lent it there.
    GoesBack(PoolReturnOf, Option<Span>),
}

/// What a pool does on return, in order of what is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PoolReturnOf {
    /// Nothing of it is kept.
    Resets,
    /// A transaction is rolled back, all else is kept.
    RollsBack,
    /// All of it is kept.
    Keeps,
}

impl UnitContext<'_, '_> {
    /// The pool that a transaction's session uses without holding a connection of it.
    #[must_use]
    pub fn session_pool(&self, transaction: &Resource) -> Option<Place> {
        let session = transaction.on.one()?;
        let Root::Site(site) = session.root else {
            return None;
        };
        let mut events = self.flow.unit.events().filter(|event| event.at == site);
        events.find_map(|event| match &event.kind {
            EventKind::Connect { pool, .. } => pool.as_ref()?.val.one().cloned(),
            _ => None,
        })
    }

    /// What becomes of the session of a mark, where this is open.
    #[must_use]
    pub fn fate(&self, mark: &Resource, state: State) -> Fate {
        let flow = self.flow;
        let Some(index) = flow.resource(&mark.place) else {
            return self.fate_of_place(flow.unit, &mark.place, mark.on_part, 0);
        };
        let held = &flow.resources[index];
        match held.kind {
            ResourceKind::Transaction if !held.takes_connection => Fate::Unknown,
            ResourceKind::Checkout | ResourceKind::Transaction => {
                if state.may >> index & 1 == 0 {
                    Fate::Unknown
                } else if flow.has_moved(state, index) {
                    Fate::HandedOut
                } else {
                    Fate::GoesBack(self.on_return(held.on_part), None)
                }
            }
            _ => Fate::Unknown,
        }
    }

    /// What becomes of the session where an event drops its connection.
    #[must_use]
    pub fn fate_at_drop(&self, mark: &Resource, state: State, event: &Event) -> Option<Fate> {
        let index = self.flow.resource(&mark.place)?;
        let held = &self.flow.resources[index];
        let is_it = match event.kind {
            EventKind::Drop {
                made: Some(made), ..
            } => held.place.root == Root::Site(made),
            EventKind::Drop {
                local: Some(local), ..
            } => self.flow.is_owned_by(index, local),
            _ => false,
        };
        let is_open = state.may >> index & 1 == 1 && !self.flow.has_moved(state, index);
        (is_it && is_open).then(|| self.fate(mark, state))
    }

    /// A session that statements take anew each: a pool's.
    #[must_use]
    pub fn is_pool(&self, mark: &Resource) -> bool {
        let role = self
            .flow
            .program
            .role_of(self.flow.unit, &mark.place, mark.on_part);
        self.flow.resource(&mark.place).is_none() && role == Some(Role::Pool)
    }

    /// Left open for the callers on every way back: this is a `begin` or `lock` of the workspace's own.
    #[must_use]
    pub fn is_left_to_callers(&self, mark: &Resource) -> bool {
        let ResourceKind::Mark(kind) = &mark.kind else {
            return false;
        };
        let is_it = |left: &Left| left.mark == *kind && left.on.one() == Some(&mark.place);
        self.flow
            .program
            .summary(self.flow.unit)
            .leaves
            .iter()
            .any(is_it)
    }

    /// What the pool of a connection does when it comes back.
    #[must_use]
    pub fn on_return(&self, part: Option<Part>) -> PoolReturnOf {
        match part.and_then(|part| self.cx.behaviour(part.sheet).pool_return) {
            Some(PoolReturn::Resets) => PoolReturnOf::Resets,
            Some(PoolReturn::RollsBack) => PoolReturnOf::RollsBack,
            // What `discards` looks at is the client's own count of transactions, which a text doesn't change.
            Some(PoolReturn::Nothing | PoolReturn::Discards) | None => PoolReturnOf::Keeps,
        }
    }

    pub(super) fn fate_of_place(
        &self,
        unit: &Unit,
        place: &Place,
        part: Option<Part>,
        depth: usize,
    ) -> Fate {
        let role = part.map(|part| part.role);
        let back = || Fate::GoesBack(self.on_return(part), None);
        match (place.root, unit.id.owner, unit.id.inner) {
            (Root::Static(_), ..) if role.is_some_and(is_connection) => Fate::Stays,
            (Root::Param(index), Owner::Fn(id), None) if role.is_some_and(is_connection) => {
                let by_ref = self.is_by_ref(id, index);
                match (role, by_ref, place.path.is_none()) {
                    (Some(Role::Checkout), ..) => back(),
                    (_, true, _) => self.asked(id, index, place, depth),
                    (_, false, true) => Fate::Ends,
                    (_, false, false) => Fate::Unknown,
                }
            }
            (Root::Site(site), ..) => {
                let made = unit.events().find(|event| event.at == site);
                match made.map(|event| &event.kind) {
                    Some(EventKind::Connect { .. }) => Fate::Ends,
                    Some(EventKind::Checkout { pool, .. }) => {
                        Fate::GoesBack(self.on_return(pool.part), None)
                    }
                    _ if role == Some(Role::Checkout) => back(),
                    _ => Fate::Unknown,
                }
            }
            (Root::Local(_), ..) if role == Some(Role::Checkout) => back(),
            _ => Fate::Unknown,
        }
    }

    /// What the callers lend as a parameter: the worst of it.
    fn asked(&self, id: FnId, param: u32, place: &Place, depth: usize) -> Fate {
        let otherwise = if place.path.is_some() {
            Fate::Stays
        } else {
            Fate::Lent
        };
        if depth >= MAX_CALLERS {
            return Fate::Unknown;
        }
        let fates = self.lent(id, param).into_iter().map(|(unit, arg, span)| {
            let canon = self.flow.program.canon(unit);
            let on = canon.val(self.flow.program, &arg.val);
            let fate = on
                .places()
                .iter()
                .map(|base| self.fate_of_lent(unit, &place.rebased(base), arg.part, depth));
            match fate.max() {
                Some(Fate::GoesBack(on_return, None)) => Fate::GoesBack(on_return, Some(span)),
                Some(fate) => fate,
                None => Fate::Unknown,
            }
        });
        fates.max().unwrap_or(otherwise)
    }

    fn fate_of_lent(&self, unit: &Unit, place: &Place, part: Option<Part>, depth: usize) -> Fate {
        let canon = self.flow.program.canon(unit);
        let fresh = self.flow.program.fresh_at(unit, &canon, place);
        match fresh {
            Some(fresh) if fresh.is_transaction => Fate::Unknown,
            Some(fresh) => Fate::GoesBack(self.on_return(fresh.on_part), None),
            None => self.fate_of_place(unit, place, part, depth + 1),
        }
    }

    /// Calls of a function with what they give as a parameter.
    pub(super) fn lent(&self, id: FnId, param: u32) -> Vec<(&Unit, &Arg, Span)> {
        let program = self.flow.program;
        let mut found = Vec::new();
        for (unit, event) in program.calls_of(id) {
            if let EventKind::Call { args, .. } = &event.kind {
                let span = program.step(unit, event).span;
                let given = args.iter().filter(|arg| arg.param == param);
                found.extend(given.map(|arg| (unit, arg, span)));
            }
        }
        found
    }

    pub(super) fn is_by_ref(&self, id: FnId, param: u32) -> bool {
        let signature = self.flow.program.types.signature(id);
        signature.param(param).is_some_and(crate::ty::Ty::is_ref)
    }
}

fn is_connection(role: Role) -> bool {
    matches!(role, Role::Connection | Role::Checkout)
}
