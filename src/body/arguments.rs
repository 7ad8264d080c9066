//! Arguments: what they stand for, and where their values go.

use super::build::Builder;
use super::event::{Arg, EventKind, Handle, Holds, Origin, Sink, UnitKind};
use crate::catalogue::{CallId, Effect, ExtCall, Role};
use crate::defs::FnId;
use crate::infer::{Callee, Root, Val};
use crate::ir::{Expr, ExprId, LocalId, Receiver};
use crate::sql::SqlText;
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// Closures and async blocks inside an argument (`Box::pin(async move { … })`, a local closure).
    pub(super) fn handed_in(&self, arg: ExprId) -> Vec<ExprId> {
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

    /// Owners bound outside an expression and used in it.
    pub(super) fn captured(&self, id: ExprId) -> Vec<LocalId> {
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

    /// Whether a method takes `self` by value.
    pub(super) fn takes_self(&self, fns: &[FnId]) -> bool {
        let receiver = fns
            .first()
            .map(|id| &self.types.defs.function(*id).ir.receiver);
        matches!(receiver, Some(Some(Receiver::Value | Receiver::Typed(_))))
    }

    pub(super) fn own_parts(&self, id: ExprId) -> Option<(Vec<FnId>, Vec<Arg>)> {
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
                // What is handed on stays with the value of the call.
                let is_handed_on = self.typed.val(id) == self.typed.val(*receiver);
                itself.by_value &= self.takes_self(fns) && !is_handed_on;
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
            arg.val != Val::None
                || arg.part.is_some()
                || arg.origin != Origin::default()
                || arg.holds != Holds::Unknown
        });
        // What a closure is given is by reference, though the catalogue says only what it is: a function that takes one gets it lent.
        for arg in &mut args {
            arg.by_value &= !fns.iter().all(|id| self.borrows(*id, arg.param));
        }
        Some((fns.clone(), args))
    }

    fn borrows(&self, id: FnId, param: u32) -> bool {
        let index = param.checked_sub(1);
        let params = &self.types.signature(id).params;
        index
            .and_then(|index| params.get(index as usize))
            .is_some_and(Ty::is_ref)
    }

    pub(super) fn arg(&self, param: u32, at: ExprId) -> Arg {
        let ty = self.typed.ty(at);
        Arg {
            param,
            val: self.typed.val(at).clone(),
            part: self.types.part(ty, &self.typed.scope),
            by_value: self.gives_away(at),
            texts: self.sql_texts(at),
            origin: self.origin_of(at),
            holds: self.holds(at),
            adt: match ty.peeled() {
                Ty::Adt(id, _) => Some(*id),
                _ => None,
            },
            at,
        }
    }

    /// Whether an argument's value goes with it: not a view of something that stays (`tx.as_mut()`).
    pub(super) fn gives_away(&self, at: ExprId) -> bool {
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
        super::texts::sql_texts(self.types, self.typed, at)
    }

    /// Arguments of a catalogue call, but for the closure that it decides about.
    pub(super) fn ext_args(&mut self, call: CallId, receiver: Option<ExprId>, args: &[ExprId]) {
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
                    self.inline_async(*arg);
                }
                _ if Some(*arg) == closure && facts.effect == Effect::Spawn => {
                    self.spawned_operand(*arg);
                }
                _ if Some(*arg) == handle => self.walk(*arg),
                _ if Some(*arg) == same || facts.same_as.is_some() => self.take(*arg, Sink::Owner),
                _ => self.take_unknown(*arg),
            }
        }
    }

    /// An argument of a call that nothing is known of: it goes with its value, or is lent.
    pub(super) fn take_unknown(&mut self, arg: ExprId) {
        self.take(arg, Sink::Unknown);
        let ty = self.typed.ty(arg);
        // Through a reference to a client's own guard nobody can end it.
        if !ty.is_ref() || self.types.part(ty, &self.typed.scope).is_none() {
            self.lend(arg);
        }
    }

    /// A value that something unknown is given, or whose method nothing is known of.
    pub(super) fn lend(&mut self, at: ExprId) {
        let val = self.typed.val(at);
        let made = super::owners::made_in(self.typed, val, 0);
        if made.iter().any(|site| self.owners.is_owned(*site)) {
            self.emit(at, EventKind::Lend { val: val.clone() });
        }
    }

    /// `futures.push(async { … })`
    pub(super) fn collects_futures(&self, receiver: Option<ExprId>, facts: &ExtCall) -> bool {
        let is_set = |receiver| {
            let ty = self.typed.ty(receiver);
            self.types
                .part_where(ty, &self.typed.scope, |role| role == Role::Futures)
        };
        facts.effect != Effect::Spawn && receiver.and_then(is_set).is_some()
    }

    /// `spawn(worker(pool))`: the call's arguments are evaluated here, its body runs elsewhere.
    pub(super) fn spawned_operand(&mut self, operand: ExprId) {
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
                self.take_all(args, Sink::Unknown);
            }
            Expr::Call { args, .. } if self.is_wait(operand) => {
                self.take_all(args, Sink::Unknown);
            }
            Expr::Method { receiver, args, .. } if self.is_wait(operand) => {
                self.walk(*receiver);
                self.take_all(args, Sink::Unknown);
            }
            _ => self.take(operand, Sink::Unknown),
        }
    }

    /// A call of the catalogue whose future waits for the outside world.
    fn is_wait(&self, id: ExprId) -> bool {
        let Some(Callee::Ext(call)) = self.typed.callee(id) else {
            return false;
        };
        let facts = self.types.defs.catalogue.call(*call);
        facts.is_async && matches!(facts.effect, Effect::Slow | Effect::SideEffect)
    }

    pub(super) fn handle(&self, at: Option<ExprId>) -> Handle {
        let Some(at) = at else {
            return Handle::default();
        };
        let ty = self.typed.ty(at);
        let val = self.types.led_to(ty, self.typed.val(at), &self.typed.scope);
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
                                asked: false,
                            },
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

/// What the event at `id` made, given to a function or closure.
pub(super) fn made_arg(param: u32, id: ExprId, at: ExprId) -> Arg {
    Arg {
        param,
        val: Val::site(id),
        part: None,
        by_value: false,
        texts: Vec::new(),
        origin: Origin::default(),
        holds: Holds::Unknown,
        adt: None,
        at,
    }
}
