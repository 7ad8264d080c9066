//! Whether a statement commits by itself: no transaction is open here, nor in any caller.

use super::UnitContext;
use crate::body::{EventKind, Unit};
use crate::catalogue::Role;
use crate::flow::{Flow, Mark, Resource, ResourceKind, State};
use crate::infer::{Owner, Place, Root};
use crate::locks::Run;

/// Callers of callers are asked this deep.
const MAX_CALLERS: usize = 3;
/// Of a function with more call sites than this not all are asked, so none is.
const MAX_CALLS: usize = 24;

impl UnitContext<'_, '_> {
    /// Whether a statement commits by itself: it runs on a pool, or on a connection on which nobody has a transaction open. Of a
    /// connection that is given to this function all callers must say so.
    #[must_use]
    pub fn commits_itself(&self, run: &Run<'_>) -> bool {
        let is_pool = self.role(run.effect) == Some(Role::Pool);
        !run.is_enclosed && self.is_autocommit(&run.on, run.state, is_pool, 0)
    }

    /// Whether control gets from one statement to another without another turn of a loop around both.
    #[must_use]
    pub fn is_before(&self, one: &Run<'_>, other: &Run<'_>) -> bool {
        one.event.at != other.event.at
            && one.index < other.index
            && (one.block == other.block || self.flow.leads_on(one.block, other.block))
    }

    /// Whether two statements run on one connection, or on connections of one pool.
    #[must_use]
    pub fn is_same_database(&self, one: &Run<'_>, other: &Run<'_>) -> bool {
        let origin = |run: &Run<'_>| {
            let held = self.flow.resource(&run.on);
            let pool = held.and_then(|index| self.pool_of(&self.flow.resources[index]));
            pool.unwrap_or_else(|| run.on.clone())
        };
        one.on == other.on || origin(one).is_one_with(&origin(other))
    }

    /// Whether something outside of the database is waited for between two statements, or by the functions that run them: no
    /// transaction should be open meanwhile.
    #[must_use]
    pub fn waits_between(&self, earlier: &Run<'_>, later: &Run<'_>) -> bool {
        const QUICK: [&str; 3] = ["hash", "cache", "file"];
        let between = self.flow.between(earlier.event.at, later.event);
        let between = between.into_iter().map(|(event, _)| event);
        let mut all = between.chain([earlier.event, later.event]);
        all.any(|event| {
            let outside = self.outside(event).into_iter();
            let mut kinds = outside.map(|outside| outside.kind.map_or("", |kind| kind.as_str()));
            kinds.any(|kind| !QUICK.contains(&kind))
        })
    }

    /// Whether nobody hears of it when a statement, or the call that leads to it, fails: its writer can do without it.
    #[must_use]
    pub fn is_best_effort(&self, run: &Run<'_>) -> bool {
        let mut events = self.flow.unit.events();
        events.any(|event| match event.kind {
            EventKind::Failed { call, quiet, .. } => quiet && call == run.event.at,
            EventKind::Ignored { call, .. } => call == run.event.at,
            _ => false,
        })
    }

    fn is_autocommit(&self, connection: &Place, state: State, is_pool: bool, depth: usize) -> bool {
        let begins = |open: &Resource| {
            open.is_transaction() || open.kind == ResourceKind::Mark(Mark::AutocommitOff)
        };
        if self.flow.open(state.may).any(begins) {
            return false;
        }
        let held = self.flow.resource(connection);
        match held.map(|index| &self.flow.resources[index]) {
            Some(held) if held.kind == ResourceKind::Checkout => {
                held.on.one().is_none_or(|pool| self.is_surely_pool(pool))
            }
            Some(_) => false,
            None if self.is_locked(connection, state) => true,
            None if is_pool => self.is_surely_pool(connection),
            None => match (connection, self.flow.unit.id.owner, self.flow.unit.id.inner) {
                (
                    Place {
                        root: Root::Param(index),
                        path: None,
                    },
                    Owner::Fn(_),
                    None,
                ) => self.is_autocommit_in_callers(*index, depth),
                _ => false,
            },
        }
    }

    /// A connection behind a mutex that is locked here: who has it is alone.
    fn is_locked(&self, connection: &Place, state: State) -> bool {
        let guards = |open: &Resource| {
            let on = open.on.one();
            open.kind == ResourceKind::Mutex && on.is_some_and(|on| on.is_one_with(connection))
        };
        self.flow.open(state.must).any(guards)
    }

    /// No parameter that some caller gives a transaction.
    fn is_surely_pool(&self, pool: &Place) -> bool {
        let program = self.flow.program;
        let unit = self.flow.unit;
        match (pool.root, unit.id.inner) {
            (Root::Param(index), None) => {
                !program.is_in_transaction(unit, index) && !program.may_be_connection(unit, pool)
            }
            _ => true,
        }
    }

    fn is_autocommit_in_callers(&self, param: u32, depth: usize) -> bool {
        let program = self.flow.program;
        let (Owner::Fn(id), unit) = (self.flow.unit.id.owner, self.flow.unit) else {
            return false;
        };
        if depth == MAX_CALLERS || program.is_in_transaction(unit, param) {
            return false;
        }
        let calls = program.calls_of(id);
        let callers: Vec<&Unit> = calls
            .map(|(caller, _)| caller)
            .filter(|caller| !self.cx.in_test(caller))
            .collect();
        let gives = |caller: &&Unit| {
            let flow = Flow::new(program, caller);
            let caller = UnitContext {
                cx: self.cx,
                flow: &flow,
            };
            caller.gives_autocommit(id, param, depth)
        };
        (1..=MAX_CALLS).contains(&callers.len()) && callers.iter().all(gives)
    }

    /// Whether this unit's calls of a function all give it a connection, or a pool, on which no transaction is open.
    fn gives_autocommit(&self, callee: crate::defs::FnId, param: u32, depth: usize) -> bool {
        let mut all = true;
        self.flow.walk(|state, event, _| {
            let (EventKind::Call { fns, args } | EventKind::Spawn { fns, args }) = &event.kind
            else {
                return;
            };
            if !fns.contains(&callee) {
                return;
            }
            let given = args.iter().find(|arg| arg.param == param);
            all &= given.is_some_and(|arg| {
                let is_pool = arg.part.is_some_and(|part| part.role == Role::Pool);
                let val = self.flow.canon.val(self.flow.program, &arg.val);
                val.one().is_some_and(|place| {
                    let connection = self.flow.connection(place);
                    self.is_autocommit(&connection, state, is_pool, depth + 1)
                })
            });
        });
        all
    }
}
