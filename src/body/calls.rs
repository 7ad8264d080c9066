//! Calls to events: those of the catalogue by their effect, those of the workspace with the arguments that matter.

use super::build::Builder;
use super::event::{EventKind, Sink, UnitKind};
use crate::catalogue::Operand;
use crate::infer::{Callee, Root};
use crate::ir::{Expr, ExprId};
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// A method call whose receiver has been walked.
    pub(super) fn method(&mut self, id: ExprId, receiver: ExprId, args: &[ExprId]) {
        match self.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                let call = *call;
                self.ext_args(call, Some(receiver), args);
                if !self.deferred.contains(&id) {
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
            None => {
                self.lend(receiver);
                self.unknown_args(args);
            }
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
                if !self.deferred.contains(&id) {
                    self.ext_call(id, call, receiver, rest);
                }
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
                if self.is_named(callee, "yield") {
                    self.emit(id, EventKind::Yield);
                }
            }
        }
    }

    /// A parameter that is called: its caller knows what that runs.
    pub(super) fn run_param(&mut self, id: ExprId, callee: ExprId, args: &[ExprId]) {
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

    pub(super) fn inline_closure(&mut self, id: ExprId) {
        if let Expr::Closure(closure) = self.typed.body.expr(id) {
            self.inline(id, closure.body);
        }
    }

    /// Arguments of a call that nothing is known of: closures and futures go to strangers.
    pub(super) fn unknown_args(&mut self, args: &[ExprId]) {
        for arg in args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) | Expr::Async { .. } => self.hand(*arg, UnitKind::Detached),
                _ => self.take_unknown(*arg),
            }
        }
    }

    pub(super) fn own_args(&mut self, args: &[ExprId]) {
        for arg in args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) | Expr::Async { .. } => self.hand(*arg, UnitKind::Callback),
                _ => {
                    self.take(*arg, Sink::Call);
                    for site in self.handed_in(*arg) {
                        self.hand(site, UnitKind::Callback);
                    }
                }
            }
        }
    }

    /// A closure or async block for somebody else; what it captures by value goes with it.
    pub(super) fn hand(&mut self, id: ExprId, kind: UnitKind) {
        self.handed.push((id, kind));
        let captured = self.captured(id);
        for local in &captured {
            let val = self.typed.local_vals[local.index()].clone();
            self.emit(id, EventKind::Lend { val });
        }
        let moves = match self.typed.body.expr(id) {
            Expr::Closure(closure) => closure.is_move,
            Expr::Async { is_move, .. } => *is_move,
            _ => false,
        };
        if moves && kind != UnitKind::Callback {
            for local in captured {
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

    /// Emits a call of the workspace's functions, unless its future runs later.
    pub(super) fn own_call(&mut self, id: ExprId) {
        if !self.deferred.contains(&id) {
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

    pub(super) fn is_named(&self, at: ExprId, name: &str) -> bool {
        let Expr::Path(path) = self.typed.body.expr(at) else {
            return false;
        };
        let last = path.segments.last();
        last.is_some_and(|segment| segment.name == name)
    }
}
