//! Expressions in evaluation order: each emits its events into the current block.

use super::build::Builder;
use super::control::Scope;
use super::event::{EventKind, Sink, Way};
use super::owners::Owners;
use crate::infer::Callee;
use crate::ir::{Expr, ExprId, MacroArgs, Stmt};

impl Builder<'_, '_> {
    /// Evaluates an expression.
    pub(super) fn walk(&mut self, id: ExprId) {
        if self.current.is_none() {
            return self.cut_off(id);
        }
        let body = self.typed.body;
        match body.expr(id) {
            Expr::Method { .. } | Expr::Await(_) | Expr::Try(_) | Expr::Field { .. } => {
                self.chain(id);
            }
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Index(a, b) => self.walk_all(&[*a, *b]),
            Expr::Binary(a, b) | Expr::Compare(_, a, b) => self.walk_all(&[*a, *b]),
            Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Unary(inner)
            | Expr::Cast(inner, _) => self.walk(*inner),
            Expr::Assign { place, value, .. } => self.assign(id, *place, *value),
            Expr::Block(block) => self.block(id, block),
            Expr::If { .. } | Expr::Match { .. } | Expr::Logic { .. } | Expr::Let { .. } => {
                self.branch(id);
            }
            Expr::Loop { .. } | Expr::While { .. } | Expr::For { .. } => self.looped(id),
            Expr::Return(value) => self.leave(id, *value),
            Expr::Break(label, value) => self.leave_loop(*label, *value, true),
            Expr::Continue(label) => self.leave_loop(*label, None, false),
            Expr::Struct { fields, rest, .. } => {
                fields
                    .iter()
                    .for_each(|(_, value)| self.take(*value, Sink::Owner));
                rest.iter().for_each(|value| self.take(*value, Sink::Owner));
            }
            Expr::Tuple(parts) | Expr::Array(parts) => self.take_all(parts, Sink::Owner),
            Expr::Range(from, to) => from.iter().chain(to).for_each(|part| self.walk(*part)),
            Expr::Macro(call) => self.macro_call(id, call),
            _ => {}
        }
    }

    /// A chain's links from its root up: receivers nest as deep as chains are long.
    /// Functions that are called in what never runs.
    fn cut_off(&mut self, id: ExprId) {
        let body = self.typed.body;
        let around = body.range(id);
        for (index, range) in body.ranges.iter().enumerate() {
            if around.holds(*range)
                && let Some(Callee::Own(fns)) = self.typed.callee(ExprId(index as u32))
            {
                self.cut.extend(fns);
            }
        }
    }

    pub(super) fn chain(&mut self, id: ExprId) {
        let body = self.typed.body;
        let (root, links) = body.chain(id);
        self.walk(root);
        for link in links {
            match body.expr(link) {
                Expr::Method { receiver, args, .. } => self.method(link, *receiver, args),
                Expr::Await(inner) => self.awaited(link, *inner),
                Expr::Try(inner) => self.try_edge(link, Some(*inner), Way::Question),
                _ => {}
            }
        }
    }

    pub(super) fn assign(&mut self, id: ExprId, place: ExprId, value: ExprId) {
        let replaced = match self.typed.body.expr(place) {
            Expr::Local(local) if self.owners.is_owner(*local) => {
                Some(*local).filter(|local| !Owners::first_assignment(self.typed, *local, id))
            }
            _ => None,
        };
        let Some(local) = replaced else {
            self.take(value, Sink::Owner);
            return self.walk(place);
        };
        // The old value dies when a new one takes its place. The drop of a local ends all that it owns, the new value too:
        // it comes first, unless the new value is made of the old one.
        let drop = EventKind::Drop {
            local: Some(local),
            made: None,
            asked: false,
        };
        if self.is_used_in(local, value) {
            self.take(value, Sink::Owner);
            self.emit(id, drop);
        } else {
            self.emit(id, drop);
            self.take(value, Sink::Owner);
        }
    }

    fn is_used_in(&self, local: crate::ir::LocalId, value: ExprId) -> bool {
        let body = self.typed.body;
        let within = body.range(value);
        let mut all = body.exprs.iter().zip(&body.ranges);
        all.any(|(expr, range)| {
            matches!(expr, Expr::Local(used) if *used == local) && within.holds(*range)
        })
    }

    pub(super) fn block(&mut self, id: ExprId, block: &crate::ir::Block) {
        let end = block.label.map(|label| (label, self.new_block()));
        self.scopes.push(Scope::block(block.locals.clone(), end));
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        if let Some(tail) = block.tail {
            self.walk(tail);
            self.consume_tail(tail);
        }
        self.end_at(block.tail.unwrap_or(id));
        self.end_scope();
        if let Some((_, end)) = end {
            self.join_into(end);
        }
    }

    /// A block's value leaves the scope of the local it is in.
    pub(super) fn consume_tail(&mut self, tail: ExprId) {
        if let Expr::Local(local) = self.typed.body.expr(tail)
            && self
                .scopes
                .last()
                .is_some_and(|scope| scope.locals.contains(local))
        {
            self.consume(tail, Sink::Owner);
        }
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        let before = self.made.len();
        let at = match stmt {
            Stmt::Let {
                pat, init, or_else, ..
            } => {
                init.iter().for_each(|id| self.take(*id, Sink::Owner));
                init.iter().for_each(|id| self.let_error(*pat, *id));
                if let Some(or_else) = or_else {
                    let failed = init.map(|init| self.outcome_of_let(*pat, init));
                    let emptied = init.map(|init| self.emptied_unless(*pat, init));
                    let (failed, emptied) =
                        (failed.unwrap_or_default(), emptied.unwrap_or_default());
                    let assumed = |taken| {
                        init.map(|init| self.assumed_by(*pat, init, taken))
                            .unwrap_or_default()
                    };
                    let (filled, empty) = (assumed(true), assumed(false));
                    self.optional(*or_else, &failed, &emptied, &empty);
                    self.assume(*or_else, &filled);
                }
                init.or(*or_else)
            }
            Stmt::Semi(id) => {
                self.walk(*id);
                self.ignored(*id);
                Some(*id)
            }
        };
        if let Some(at) = at {
            self.drop_made(before, at);
        }
    }

    /// What a statement made and nobody keeps dies at its end.
    pub(super) fn drop_made(&mut self, before: usize, at: ExprId) {
        let made = self.made.split_off(before.min(self.made.len()));
        self.drop_all(&made, at);
    }

    /// Of what was made, what nobody keeps dies here.
    pub(super) fn drop_all(&mut self, made: &[ExprId], at: ExprId) {
        for made in made.iter().filter(|made| !self.owners.is_owned(**made)) {
            let drop = EventKind::Drop {
                local: None,
                made: Some(*made),
                asked: false,
            };
            self.emit(at, drop);
        }
    }

    pub(super) fn is_own_macro(&self, path: &crate::ir::PathRef) -> bool {
        let found = self.types.defs.resolve_path(self.typed.scope.module, path);
        found
            .iter()
            .any(|found| matches!(found.def, crate::defs::Def::Macro))
    }

    pub(super) fn macro_call(&mut self, id: ExprId, call: &crate::ir::MacroCall) {
        match &call.args {
            MacroArgs::Exprs { args, .. } => match self.typed.callee(id) {
                Some(Callee::Ext(call)) => {
                    let call = *call;
                    self.walk_all(args);
                    self.ext_call(id, call, None, args);
                }
                // What a macro of the workspace does with a value is not known.
                _ if self.is_own_macro(&call.path) => {
                    args.iter().for_each(|arg| self.take_unknown(*arg));
                }
                _ => self.walk_all(args),
            },
            MacroArgs::Block(block) => {
                self.walk(*block);
                if let Some(Callee::Ext(call)) = self.typed.callee(id) {
                    self.ext_call(id, *call, None, &[]);
                }
            }
            MacroArgs::Select(arms) => self.select(arms),
            MacroArgs::Opaque => {}
        }
    }
}
