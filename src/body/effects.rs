//! Calls of the catalogue to events, by their effect.

use super::begins::Operands;
use super::build::Builder;
use super::event::{EventKind, Handle, UnitKind};
use crate::catalogue::{CallId, Effect, ExtCall, Role};
use crate::infer::{Root, Val};
use crate::ir::{Expr, ExprId};
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// A call of the catalogue whose operands have been evaluated.
    pub(super) fn ext_call(
        &mut self,
        id: ExprId,
        call: CallId,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        let facts = self.types.defs.catalogue.call(call);
        let on = self.handle(facts.handle.and_then(|operand| operand.of(receiver, args)));
        let closure = facts.closure.and_then(|operand| operand.of(receiver, args));
        match facts.effect {
            Effect::Checkout | Effect::TryCheckout => {
                let tries = facts.effect == Effect::TryCheckout;
                self.make(
                    id,
                    EventKind::Checkout {
                        pool: on,
                        tries,
                        call,
                    },
                );
            }
            Effect::Begin if self.is_bare(facts) => self.begin_bare(id, call, on),
            Effect::Begin | Effect::BeginTest | Effect::Savepoint => {
                let mode = self.mode(call, &on, Operands { receiver, args });
                self.make(
                    id,
                    EventKind::Begin {
                        on,
                        scoped: false,
                        mode,
                        call,
                    },
                );
            }
            Effect::CheckoutClosure => self.checked_out(id, call, on, closure),
            Effect::BeginClosure => {
                let mode = self.mode(call, &on, Operands { receiver, args });
                self.scoped(id, (call, mode), on, closure);
            }
            Effect::Connect => {
                let part = self.types.part(
                    &self
                        .types
                        .await_output(self.typed.ty(id), &self.typed.scope),
                    &self.typed.scope,
                );
                let pool = facts.handle.map(|_| on);
                self.make(id, EventKind::Connect { part, pool });
            }
            Effect::PoolCreate => self.pool_create(id, receiver, args),
            Effect::Commit => self.emit(id, EventKind::Commit { on }),
            Effect::Rollback | Effect::Finish => self.emit(id, EventKind::Rollback { on }),
            Effect::Run | Effect::Write | Effect::Stream | Effect::Migrate | Effect::Prepare => {
                self.statement(id, call, facts, on, receiver, args);
            }
            Effect::Diverge => self.diverge(id),
            _ => self.other_effect(id, call, facts, on, receiver, args),
        }
    }

    pub(super) fn statement(
        &mut self,
        id: ExprId,
        call: CallId,
        facts: &ExtCall,
        on: Handle,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        let prepared = facts.handle.and_then(|operand| operand.of(receiver, args));
        let prepared = prepared.and_then(|statement| self.prepared_on(statement));
        // Rows of a prepared statement hold it, and what it was prepared on stays where it is.
        let streams = facts.effect == Effect::Stream && prepared.is_none();
        let on = prepared.unwrap_or(on);
        if !on.role().is_some_and(Role::is_handle) {
            return;
        }
        if facts.effect == Effect::Prepare && self.is_executed_here(id) {
            return self.emit(id, EventKind::Prepare { on });
        }
        let sql = self.sql_of(call, receiver, args, on.part);
        self.emit(
            id,
            EventKind::Statement {
                on,
                sql: Box::new(sql),
                streams,
                call,
            },
        );
        if streams {
            self.made.push(id);
        }
    }

    pub(super) fn other_effect(
        &mut self,
        id: ExprId,
        call: CallId,
        facts: &ExtCall,
        on: Handle,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        let closure = facts.closure.and_then(|operand| operand.of(receiver, args));
        let value = facts.value.as_ref().map(crate::ir::Name::as_str);
        match facts.effect {
            Effect::Autocommit => self.autocommit(id, facts, on, receiver, args),
            effect if effect.takes_out() => self.emit(id, EventKind::Detach { on }),
            Effect::DropBehavior => {
                let behavior = facts.arg.and_then(|operand| operand.of(receiver, args));
                self.drop_behavior(id, on, behavior);
            }
            Effect::SessionReset => self.emit(id, EventKind::SessionReset { on }),
            Effect::LockSession | Effect::UnlockSession => self.emit(
                id,
                EventKind::SessionLock {
                    on,
                    takes: facts.effect == Effect::LockSession,
                },
            ),
            Effect::MutexLock | Effect::MutexTryLock => self.lock_mutex(id, facts, on),
            Effect::Slow | Effect::SideEffect => self.outside(id, facts),
            Effect::Serve => self.emit(id, EventKind::Serve),
            Effect::Respond | Effect::Keep => {
                let given = facts.arg.and_then(|operand| operand.of(receiver, args));
                self.handed_on(id, facts.effect, given.unwrap_or(id));
            }
            Effect::Limit => self.emit(id, EventKind::Limit { on: on.val }),
            Effect::Spawn => self.spawn(id, closure, value == Some("each")),
            Effect::PoolOption | Effect::ConnectOption if closure.is_none() => {
                self.pool_option(id, call, facts, receiver, args);
            }
            Effect::AfterConnect => self.after_connect(id, call, closure, receiver, args),
            Effect::CallClosure
            | Effect::OnceInit
            | Effect::MutexClosure
            | Effect::BlockOn
            | Effect::Timeout => self.run_here(id, facts, &on, closure, receiver),
            Effect::Join | Effect::TryJoin => args.iter().for_each(|arg| self.run_joined(*arg)),
            Effect::Drop => self.dropped(id, args),
            _ => {
                if let Some(closure) = closure
                    .filter(|closure| matches!(self.typed.body.expr(*closure), Expr::Closure(_)))
                {
                    self.hand(closure, UnitKind::Detached);
                }
            }
        }
    }

    /// A value that goes to whoever made a request, or stays with the request.
    fn handed_on(&mut self, id: ExprId, effect: Effect, given: ExprId) {
        let val = self.typed.val(given).clone();
        let kind = match effect {
            Effect::Respond => EventKind::Respond { body: val },
            _ => EventKind::Keep { val },
        };
        self.emit(id, kind);
    }

    fn lock_mutex(&mut self, id: ExprId, facts: &ExtCall, on: Handle) {
        self.make(
            id,
            EventKind::MutexLock {
                on: on.val,
                tries: facts.effect == Effect::MutexTryLock,
                reads: facts.name.as_str().contains("read"),
            },
        );
    }

    /// What a guard is told to do when it is dropped; what isn't known may be a commit.
    fn drop_behavior(&mut self, id: ExprId, on: Handle, behavior: Option<ExprId>) {
        let is = |name| behavior.is_some_and(|behavior| self.is_named(behavior, name));
        if is("Ignore") {
            self.emit(id, EventKind::Unguard { on });
        } else if !is("Rollback") {
            self.emit(id, EventKind::CommitOnDrop { on });
        }
    }

    /// What is done outside of the database. A time limit or a signal beside others is not waited for; what runs once is no habit.
    fn outside(&mut self, id: ExprId, facts: &ExtCall) {
        let kind = facts.value;
        let is_limit = kind.is_some_and(|kind| kind == "sleep" || kind == "channel");
        match facts.effect {
            _ if self.once || self.races && is_limit || self.is_unsent(id, facts) => {}
            Effect::SideEffect => self.emit(id, EventKind::SideEffect { kind }),
            _ => self.emit(id, EventKind::Slow { kind }),
        }
    }

    /// Whether an operation is built, and its chain ends in what sends nothing (`presigned`).
    fn is_unsent(&self, id: ExprId, facts: &ExtCall) -> bool {
        let unsent = &self
            .types
            .defs
            .catalogue
            .client(facts.sheet)
            .behaviour
            .unsent;
        let body = self.typed.body;
        let is_below = |end: ExprId| {
            let mut here = end;
            while let (true, Expr::Method { receiver, .. }) = (here != id, body.expr(here)) {
                here = *receiver;
            }
            here == id
        };
        let ends = |expr: &Expr| matches!(expr, Expr::Method { receiver, name, .. } if unsent.iter().any(|one| *name == one.as_str()) && is_below(*receiver));
        !unsent.is_empty() && body.exprs.iter().any(ends)
    }

    pub(super) fn make(&mut self, id: ExprId, kind: EventKind) {
        self.emit(id, kind);
        self.made.push(id);
    }

    /// Runs a closure whose first parameter is what the event at `id` made.
    pub(super) fn run_with(&mut self, closure: Option<ExprId>, id: ExprId) {
        let Some(operand) = closure else { return };
        match self.typed.ty(operand) {
            Ty::Closure(closure) => {
                self.aliases
                    .push((Root::ClosureParam(*closure, 0), Val::site(id)));
                self.run_closure(operand);
                self.used_up(operand);
            }
            Ty::Fn(function) => {
                let arg = super::arguments::made_arg(1, id, operand);
                self.emit(
                    operand,
                    EventKind::Call {
                        fns: [*function].into(),
                        args: [arg].into(),
                    },
                );
            }
            _ => {
                if let Some(what) = self.typed.val(operand).one().cloned() {
                    let arg = super::arguments::made_arg(0, id, operand);
                    self.emit(
                        operand,
                        EventKind::RunParam {
                            what,
                            args: [arg].into(),
                        },
                    );
                }
            }
        }
    }

    pub(super) fn autocommit(
        &mut self,
        id: ExprId,
        facts: &ExtCall,
        on: Handle,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        let given = facts
            .arg
            .and_then(|operand| operand.of(receiver, args))
            .map(|arg| self.typed.body.expr(arg));
        let value = match (facts.value.as_ref().map(crate::ir::Name::as_str), given) {
            (Some("off"), _) | (_, Some(Expr::Bool(false))) => Some(false),
            (Some("on"), _) | (_, Some(Expr::Bool(true))) => Some(true),
            _ => None,
        };
        self.emit(id, EventKind::Autocommit { on, value });
    }

    /// A task of its own; several, if the call starts it again and again.
    pub(super) fn spawn(&mut self, id: ExprId, operand: Option<ExprId>, again: bool) {
        let Some(operand) = operand else { return };
        let kind = if again {
            UnitKind::Detached
        } else {
            UnitKind::Spawned
        };
        match self.typed.body.expr(operand) {
            Expr::Closure(_) | Expr::Async { .. } => self.hand(operand, kind),
            _ => {
                for site in self.handed_in(operand) {
                    self.hand(site, kind);
                }
                if let Some((fns, args)) = self.own_parts(operand) {
                    self.emit(
                        id,
                        EventKind::Spawn {
                            fns: fns.into(),
                            args: args.into(),
                        },
                    );
                }
            }
        }
    }
}
