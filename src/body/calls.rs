//! Calls to events: those of the catalogue by their effect, those of the workspace with the arguments that matter.

use super::build::Builder;
use super::event::{Arg, EventKind, Handle, Origin, Sink, UnitKind};
use crate::catalogue::{CallId, Effect, ExtCall, Operand, Role};
use crate::defs::FnId;
use crate::infer::{Callee, Root, TextReader, Val};
use crate::ir::{Expr, ExprId, LocalId, Receiver};
use crate::sql::SqlText;
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// A method call whose receiver has been walked.
    pub(super) fn method(&mut self, id: ExprId, receiver: ExprId, args: &[ExprId]) {
        match self.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                let call = *call;
                self.ext_args(call, Some(receiver), args);
                if !self.deferred.contains_key(&id) {
                    self.ext_call(id, call, Some(receiver), args);
                }
            }
            Some(Callee::Own(fns)) => {
                let takes_self = self.takes_self(fns);
                self.own_args(args);
                if takes_self {
                    self.consume(receiver, Sink::Call);
                }
                self.own_call(id);
            }
            Some(Callee::Closure(closure)) => {
                let closure = *closure;
                self.take_all(args, Sink::Owner);
                self.inline_closure(closure);
            }
            Some(Callee::Constructor) => self.take_all(args, Sink::Owner),
            None => self.unknown_args(args),
        }
    }

    /// A call by path or of a value.
    pub(super) fn call(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) {
        if !matches!(self.typed.body.expr(callee), Expr::Path(_)) {
            self.walk(callee);
        }
        match self.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                let call = *call;
                let facts = self.types.defs.catalogue.call(call);
                let by_path = facts.is_method
                    && (facts.handle == Some(Operand::Receiver)
                        || facts.same_as == Some(Operand::Receiver));
                let (receiver, rest) = match args.split_first() {
                    Some((first, rest)) if by_path => (Some(*first), rest),
                    _ => (None, args),
                };
                receiver.iter().for_each(|receiver| self.walk(*receiver));
                self.ext_args(call, receiver, rest);
                self.ext_call(id, call, receiver, rest);
            }
            Some(Callee::Own(_)) => {
                self.own_args(args);
                self.own_call(id);
            }
            Some(Callee::Closure(closure)) => {
                let closure = *closure;
                self.take_all(args, Sink::Owner);
                self.inline_closure(closure);
            }
            Some(Callee::Constructor) => self.take_all(args, Sink::Owner),
            None => {
                self.unknown_args(args);
                self.run_param(id, callee, args);
            }
        }
    }

    /// A parameter that is called: its caller knows what that runs.
    fn run_param(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) {
        if !matches!(
            self.typed.ty(callee).peeled(),
            Ty::Param(_) | Ty::Bounded(_) | Ty::FnPointer(..)
        ) {
            return;
        }
        let Some(what) = self.typed.val(callee).one().cloned() else {
            return;
        };
        if matches!(what.root, Root::Param(_)) {
            let args = args
                .iter()
                .enumerate()
                .map(|(index, arg)| self.arg(index as u32, *arg))
                .collect();
            self.emit(id, EventKind::RunParam { what, args });
        }
    }

    fn inline_closure(&mut self, id: ExprId) {
        if let Expr::Closure(closure) = self.typed.body.expr(id) {
            self.inline(id, closure.body);
        }
    }

    /// Arguments of a call that nothing is known of: closures and futures go to strangers.
    fn unknown_args(&mut self, args: &[ExprId]) {
        for arg in args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) | Expr::Async { .. } => self.hand(*arg, UnitKind::Detached),
                _ => self.take(*arg, Sink::Unknown),
            }
        }
    }

    fn own_args(&mut self, args: &[ExprId]) {
        for arg in args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) | Expr::Async { .. } => {
                    self.handed.push((*arg, UnitKind::Callback))
                }
                _ => {
                    self.take(*arg, Sink::Call);
                    for site in self.handed_in(*arg) {
                        self.handed.push((site, UnitKind::Callback));
                    }
                }
            }
        }
    }

    /// Closures and async blocks inside an argument (`Box::pin(async move { … })`, a local closure).
    fn handed_in(&self, arg: ExprId) -> Vec<ExprId> {
        let sites = self
            .typed
            .val(arg)
            .places()
            .iter()
            .filter_map(|place| match place.root {
                Root::Site(site)
                    if matches!(
                        self.typed.body.expr(site),
                        Expr::Closure(_) | Expr::Async { .. }
                    ) =>
                {
                    Some(site)
                }
                _ => None,
            });
        sites.collect()
    }

    /// A closure or async block for somebody else; what it captures by value goes with it.
    pub(super) fn hand(&mut self, id: ExprId, kind: UnitKind) {
        self.handed.push((id, kind));
        let moves = match self.typed.body.expr(id) {
            Expr::Closure(closure) => closure.is_move,
            Expr::Async { is_move, .. } => *is_move,
            _ => false,
        };
        if moves && kind != UnitKind::Callback {
            for local in self.captured(id) {
                self.emit(
                    id,
                    EventKind::Move {
                        local,
                        sink: Sink::Unknown,
                    },
                );
            }
        }
    }

    /// Owners bound outside an expression and used in it.
    fn captured(&self, id: ExprId) -> Vec<LocalId> {
        let body = self.typed.body;
        let range = body.range(id);
        let mut found: Vec<LocalId> = Vec::new();
        for (index, expr) in body.exprs.iter().enumerate() {
            let Expr::Local(local) = expr else { continue };
            let (at, bound) = (body.ranges[index], body.locals[local.index()].range);
            let inside = at.start >= range.start && at.end <= range.end;
            let outside = bound.start < range.start || bound.end > range.end;
            if inside && outside && self.owners.is_owner(*local) && !found.contains(local) {
                found.push(*local);
            }
        }
        found
    }

    /// Emits a call of the workspace's functions, unless its future runs later.
    fn own_call(&mut self, id: ExprId) {
        if !self.deferred.contains_key(&id) {
            self.emit_own_call(id);
        }
    }

    pub(super) fn emit_own_call(&mut self, id: ExprId) {
        if let Some((fns, args)) = self.own_parts(id) {
            for arg in args.iter().filter(|arg| arg.by_value) {
                let given = super::owners::made_in(self.typed, &arg.val, 0);
                self.made.retain(|made| !given.contains(made));
            }
            self.emit(
                id,
                EventKind::Call {
                    fns: fns.into(),
                    args: args.into(),
                },
            );
            self.made.push(id);
        }
    }

    /// Whether a method takes `self` by value.
    fn takes_self(&self, fns: &[FnId]) -> bool {
        let receiver = fns
            .first()
            .map(|id| &self.types.defs.function(*id).ir.receiver);
        matches!(receiver, Some(Some(Receiver::Value | Receiver::Typed(_))))
    }

    fn own_parts(&self, id: ExprId) -> Option<(Vec<FnId>, Vec<Arg>)> {
        let Some(Callee::Own(fns)) = self.typed.callee(id) else {
            return None;
        };
        let has_receiver = fns
            .first()
            .is_some_and(|id| self.types.defs.function(*id).ir.receiver.is_some());
        let mut args = Vec::new();
        match self.typed.body.expr(id) {
            Expr::Method {
                receiver,
                args: given,
                ..
            } => {
                let mut itself = self.arg(0, *receiver);
                itself.by_value &= self.takes_self(fns);
                args.push(itself);
                args.extend(
                    given
                        .iter()
                        .enumerate()
                        .map(|(index, arg)| self.arg(index as u32 + 1, *arg)),
                );
            }
            Expr::Call { args: given, .. } => {
                let first = u32::from(!has_receiver);
                args.extend(
                    given
                        .iter()
                        .enumerate()
                        .map(|(index, arg)| self.arg(index as u32 + first, *arg)),
                );
            }
            _ => {}
        }
        args.retain(|arg| {
            arg.val != Val::None || arg.part.is_some() || arg.origin != Origin::default()
        });
        Some((fns.clone(), args))
    }

    fn arg(&self, param: u32, at: ExprId) -> Arg {
        let ty = self.typed.ty(at);
        Arg {
            param,
            val: self.typed.val(at).clone(),
            part: self.types.part(ty, &self.typed.scope),
            by_value: self.gives_away(at),
            texts: self.sql_texts(at),
            origin: self.origin_of(at),
            at,
        }
    }

    /// Whether an argument's value goes with it: not a view of something that stays (`tx.as_mut()`).
    fn gives_away(&self, at: ExprId) -> bool {
        if self.typed.ty(at).is_ref() {
            return false;
        }
        match self.typed.body.expr(at) {
            Expr::Ref(..) | Expr::Deref(_) | Expr::Field { .. } => false,
            Expr::Await(inner) | Expr::Try(inner) => self.gives_away(*inner),
            Expr::Method { receiver, name, .. }
                if self.typed.val(at) == self.typed.val(*receiver) =>
            {
                let name = name.as_str();
                let is_view = ["as_", "deref", "borrow", "by_ref", "get_", "clone"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix));
                !is_view && self.gives_away(*receiver)
            }
            _ => true,
        }
    }

    /// SQL text given to a function of the workspace.
    fn sql_texts(&self, at: ExprId) -> Vec<SqlText> {
        let is_text = self
            .typed
            .val(at)
            .places()
            .iter()
            .any(|place| match place.root {
                Root::Site(site) => matches!(
                    self.typed.body.expr(site),
                    Expr::Str(_) | Expr::Macro(_) | Expr::Binary(..)
                ),
                Root::Static(_) => true,
                _ => false,
            });
        if !is_text
            || self.typed.ty(at).peeled().is_known()
                && !matches!(self.typed.ty(at).peeled(), Ty::Ext(..) | Ty::Foreign(..))
        {
            return Vec::new();
        }
        let texts = TextReader {
            types: self.types,
            typed: self.typed,
        }
        .texts(at);
        texts
            .into_iter()
            .filter(crate::sql::SqlText::looks_like_sql)
            .collect()
    }

    /// Arguments of a catalogue call, but for the closure that it decides about.
    fn ext_args(&mut self, call: CallId, receiver: Option<ExprId>, args: &[ExprId]) {
        let facts = self.types.defs.catalogue.call(call);
        let closure = facts.closure.and_then(|operand| operand.of(receiver, args));
        let handle = facts.handle.and_then(|operand| operand.of(receiver, args));
        let same = facts.same_as.and_then(|operand| operand.of(receiver, args));
        for arg in args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) if Some(*arg) != closure => self.hand(*arg, UnitKind::Detached),
                Expr::Closure(_) => {}
                // A set of futures is driven by the task that fills it, soon after.
                Expr::Async { .. } if self.collects_futures(receiver, facts) => {
                    self.inline_async(*arg)
                }
                _ if Some(*arg) == closure && facts.effect == Effect::Spawn => {
                    self.spawned_operand(*arg)
                }
                _ if Some(*arg) == handle => self.walk(*arg),
                _ if Some(*arg) == same || facts.same_as.is_some() => self.take(*arg, Sink::Owner),
                _ => self.take(*arg, Sink::Unknown),
            }
        }
    }

    /// `futures.push(async { … })`
    fn collects_futures(&self, receiver: Option<ExprId>, facts: &ExtCall) -> bool {
        let is_set = |receiver| {
            let ty = self.typed.ty(receiver);
            self.types
                .part_where(ty, &self.typed.scope, |role| role == Role::Futures)
        };
        facts.effect != Effect::Spawn && receiver.and_then(is_set).is_some()
    }

    /// `spawn(worker(pool))`: the call's arguments are evaluated here, its body runs elsewhere.
    fn spawned_operand(&mut self, operand: ExprId) {
        match self.typed.body.expr(operand) {
            Expr::Method { receiver, args, .. }
                if matches!(self.typed.callee(operand), Some(Callee::Own(_))) =>
            {
                self.walk(*receiver);
                self.take_all(args, Sink::Unknown);
            }
            Expr::Call { args, .. }
                if matches!(self.typed.callee(operand), Some(Callee::Own(_))) =>
            {
                self.take_all(args, Sink::Unknown)
            }
            _ => self.take(operand, Sink::Unknown),
        }
    }

    pub(super) fn handle(&self, at: Option<ExprId>) -> Handle {
        let Some(at) = at else {
            return Handle::default();
        };
        let ty = self.typed.ty(at);
        let val = self.typed.val(at).clone();
        let from_static = val
            .places()
            .iter()
            .any(|place| matches!(place.root, Root::Static(_)));
        let shared = from_static || self.types.is_shared(ty, &self.typed.scope);
        Handle {
            val,
            part: self.types.part(ty, &self.typed.scope),
            shared,
        }
    }

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
                self.make(
                    id,
                    EventKind::Checkout {
                        pool: on,
                        tries: facts.effect == Effect::TryCheckout,
                        call,
                    },
                );
            }
            Effect::CheckoutClosure => {
                self.emit(
                    id,
                    EventKind::Checkout {
                        pool: on,
                        tries: false,
                        call,
                    },
                );
                self.run_with(closure, id);
                self.emit(
                    id,
                    EventKind::Drop {
                        local: None,
                        made: Some(id),
                    },
                );
            }
            Effect::Begin | Effect::BeginTest | Effect::Savepoint => self.make(
                id,
                EventKind::Begin {
                    on,
                    scoped: false,
                    call,
                },
            ),
            Effect::BeginClosure => {
                self.emit(
                    id,
                    EventKind::Begin {
                        on,
                        scoped: true,
                        call,
                    },
                );
                self.run_with(closure, id);
                self.emit(id, EventKind::EndScope { begun: id });
            }
            Effect::Connect => {
                let part = self.types.part(
                    &self
                        .types
                        .await_output(self.typed.ty(id), &self.typed.scope),
                    &self.typed.scope,
                );
                self.make(id, EventKind::Connect { part });
            }
            Effect::PoolCreate => self.make(id, EventKind::PoolCreate),
            Effect::Commit => self.emit(id, EventKind::Commit { on }),
            Effect::Rollback | Effect::Finish => self.emit(id, EventKind::Rollback { on }),
            Effect::Run | Effect::Write | Effect::Stream | Effect::Migrate | Effect::Prepare => {
                self.statement(id, call, facts, on, receiver, args)
            }
            Effect::Diverge => self.diverge(id),
            _ => self.other_effect(id, call, facts, on, receiver, args),
        }
    }

    fn statement(
        &mut self,
        id: ExprId,
        call: CallId,
        facts: &ExtCall,
        on: Handle,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        if !on.role().is_some_and(Role::is_handle) {
            return;
        }
        let sql = self.sql_of(call, receiver, args, on.part);
        let streams = facts.effect == Effect::Stream;
        self.emit(
            id,
            EventKind::Statement {
                on,
                sql,
                streams,
                call,
            },
        );
        if streams {
            self.made.push(id);
        }
    }

    fn other_effect(
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
            Effect::Detach | Effect::Close => self.emit(id, EventKind::Detach { on }),
            Effect::DropBehavior => {
                let behavior = facts.arg.and_then(|operand| operand.of(receiver, args));
                if behavior.is_some_and(|behavior| self.is_named(behavior, "Ignore")) {
                    self.emit(id, EventKind::Unguard { on });
                }
            }
            Effect::SessionReset => self.emit(id, EventKind::SessionReset { on }),
            Effect::LockSession | Effect::UnlockSession => self.emit(
                id,
                EventKind::SessionLock {
                    on,
                    takes: facts.effect == Effect::LockSession,
                },
            ),
            Effect::MutexLock | Effect::MutexTryLock => self.make(
                id,
                EventKind::MutexLock {
                    on: on.val,
                    tries: facts.effect == Effect::MutexTryLock,
                },
            ),
            Effect::Slow => self.emit(id, EventKind::Slow { kind: facts.value }),
            Effect::SideEffect => self.emit(id, EventKind::SideEffect { kind: facts.value }),
            Effect::Spawn => self.spawn(id, closure),
            Effect::PoolOption if value == Some("max") => {
                let given = facts.arg.and_then(|operand| operand.of(receiver, args));
                self.pool_limit(id, given);
            }
            Effect::AfterConnect => {
                if let Some(closure) = closure {
                    self.hand(closure, UnitKind::AfterConnect);
                }
                let sql = facts
                    .sql
                    .is_some()
                    .then(|| self.sql_of(call, receiver, args, self.options_part(receiver)));
                let on = receiver
                    .map(|receiver| self.typed.val(receiver).clone())
                    .unwrap_or_default();
                self.emit(id, EventKind::PoolSetting { sql, call, on });
            }
            Effect::CallClosure
            | Effect::OnceInit
            | Effect::MutexClosure
            | Effect::BlockOn
            | Effect::Timeout => {
                if let Some(operand) = closure {
                    if let (Ty::Closure(closure), true) =
                        (self.typed.ty(operand), on.val != Val::None)
                    {
                        self.aliases.push((Root::ClosureParam(*closure, 0), on.val));
                    }
                    match (receiver, value) {
                        (Some(list), Some("each")) => self.over(id, list, |this| {
                            this.run_operand(facts.effect, value, operand);
                        }),
                        _ => self.run_operand(facts.effect, value, operand),
                    }
                }
            }
            Effect::Join | Effect::TryJoin => args.iter().for_each(|arg| self.run_value(*arg)),
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

    fn pool_limit(&mut self, id: ExprId, given: Option<ExprId>) {
        let limit = match given.map(|given| self.typed.body.expr(given)) {
            Some(Expr::Int(limit)) => Some(*limit),
            _ => None,
        };
        self.emit(id, EventKind::PoolLimit { limit });
    }

    fn is_named(&self, at: ExprId, name: &str) -> bool {
        let Expr::Path(path) = self.typed.body.expr(at) else {
            return false;
        };
        let last = path.segments.last();
        last.is_some_and(|segment| segment.name == name)
    }

    /// The database that connection options are for.
    fn options_part(&self, receiver: Option<ExprId>) -> Option<crate::infer::Part> {
        self.types
            .part_where(self.typed.ty(receiver?), &self.typed.scope, |role| {
                matches!(role, Role::PoolOptions | Role::ConnectOptions)
            })
    }

    fn make(&mut self, id: ExprId, kind: EventKind) {
        self.emit(id, kind);
        self.made.push(id);
    }

    /// Runs a closure whose first parameter is what the event at `id` made.
    fn run_with(&mut self, closure: Option<ExprId>, id: ExprId) {
        let Some(operand) = closure else { return };
        match self.typed.ty(operand) {
            Ty::Closure(closure) => {
                self.aliases
                    .push((Root::ClosureParam(*closure, 0), Val::site(id)));
                self.run_closure(operand);
            }
            Ty::Fn(function) => {
                let arg = Arg {
                    param: 1,
                    val: Val::site(id),
                    part: None,
                    by_value: false,
                    texts: Vec::new(),
                    origin: super::event::Origin::default(),
                    at: operand,
                };
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
                    let arg = Arg {
                        param: 0,
                        val: Val::site(id),
                        part: None,
                        by_value: false,
                        texts: Vec::new(),
                        origin: super::event::Origin::default(),
                        at: operand,
                    };
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

    fn autocommit(
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

    fn spawn(&mut self, id: ExprId, operand: Option<ExprId>) {
        let Some(operand) = operand else { return };
        match self.typed.body.expr(operand) {
            Expr::Closure(_) | Expr::Async { .. } => self.hand(operand, UnitKind::Detached),
            _ => {
                for site in self.handed_in(operand) {
                    self.hand(site, UnitKind::Detached);
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

    fn dropped(&mut self, id: ExprId, args: &[ExprId]) {
        let Some(arg) = args.first() else { return };
        match self.typed.body.expr(*arg) {
            Expr::Local(local) => self.emit(
                id,
                EventKind::Drop {
                    local: Some(*local),
                    made: None,
                },
            ),
            _ => {
                for made in super::owners::made_in(self.typed, self.typed.val(*arg), 0) {
                    self.emit(
                        id,
                        EventKind::Drop {
                            local: None,
                            made: Some(made),
                        },
                    );
                }
            }
        }
    }

    /// A value that is used up: the local that held it doesn't any more.
    pub(super) fn consume(&mut self, id: ExprId, sink: Sink) {
        match self.typed.body.expr(id) {
            Expr::Local(local)
                if !self.typed.local_tys[local.index()].is_ref()
                    && self.owners.is_owner(*local) =>
            {
                self.emit(
                    id,
                    EventKind::Move {
                        local: *local,
                        sink,
                    },
                );
            }
            Expr::Struct { .. } | Expr::Tuple(_) | Expr::Array(_) | Expr::Call { .. }
                if sink == Sink::Unknown =>
            {
                for made in super::owners::made_in(self.typed, self.typed.val(id), 0) {
                    if made != id {
                        self.emit(
                            id,
                            EventKind::Drop {
                                local: None,
                                made: Some(made),
                            },
                        );
                    }
                }
            }
            _ => {}
        }
    }

    /// Something that may or may not run.
    pub(super) fn maybe(&mut self, run: impl FnOnce(&mut Self)) {
        let Some(current) = self.current else { return };
        let after = self.new_block();
        let inside = self.new_block();
        self.blocks[current.0 as usize].next.extend([inside, after]);
        self.current = Some(inside);
        run(self);
        self.join_into(after);
    }
}
