//! Conditions: `&&`, `||`, `!` and `let` to the ways they take, with what is known and what dies on each.

use super::build::Builder;
use super::event::{BlockId, Caught, EventKind};
use crate::defs::Def;
use crate::infer::Root;
use crate::ir::{Arm, Expr, ExprId, LocalId};
use crate::sql::{AdvisoryCall, AdvisoryOp};

/// Methods that read a value out of what a statement answers.
const READERS: &[&str] = &[
    "get",
    "try_get",
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_default",
    "map_err",
    "context",
    "with_context",
];

impl Builder<'_, '_> {
    /// Goes on where a condition holds, and to the block that is given where it doesn't: past what the `let`s before have bound.
    pub(super) fn test(&mut self, cond: ExprId, otherwise: BlockId) {
        self.operand(cond, otherwise, &mut Vec::new());
    }

    fn operand(&mut self, cond: ExprId, otherwise: BlockId, bound: &mut Vec<LocalId>) {
        let body = self.typed.body;
        if let Some(holds) = self.constant(cond) {
            return self.decided(holds, otherwise, bound);
        }
        match body.expr(cond) {
            Expr::Logic {
                and: true,
                left,
                right,
            } => {
                self.operand(*left, otherwise, bound);
                self.operand(*right, otherwise, bound);
            }
            Expr::Logic { left, right, .. } => {
                let second = self.new_block();
                self.operand(*left, second, bound);
                let holds = self.current.take();
                self.current = Some(second).filter(|second| self.is_reached(*second));
                self.operand(*right, otherwise, bound);
                self.merge(holds);
            }
            Expr::Unary(inner) => {
                let holds = self.new_block();
                self.operand(*inner, holds, bound);
                self.drop_locals(bound);
                self.jump_to(otherwise);
                self.current = Some(holds).filter(|holds| self.is_reached(*holds));
            }
            _ => self.question(cond, otherwise, bound),
        }
    }

    /// The value of `true`, of a constant that is one (under every `cfg`), or of what negates it.
    pub(super) fn constant(&self, cond: ExprId) -> Option<bool> {
        match self.typed.body.expr(cond) {
            Expr::Bool(value) => Some(*value),
            Expr::Unary(inner) => self.constant(*inner).map(|value| !value),
            Expr::Path(path) => {
                let found = self.types.defs.resolve_path(self.typed.scope.module, path);
                let mut values = found.iter().map(|found| {
                    let is_whole = found.used == path.segments.len();
                    self.literal(found.def).filter(|_| is_whole)
                });
                let first = values.next()??;
                values.all(|other| other == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// `const DRY_RUN: bool = true;`
    fn literal(&self, def: Def) -> Option<bool> {
        let Def::Value(id) = def else { return None };
        let defs = self.types.defs;
        let value = defs.value(id);
        let file = defs.module(value.module).file;
        let body = defs.body_of(file, value.init.filter(|_| !value.is_static)?)?;
        match body.expr(body.root?) {
            Expr::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Control takes one way; the other is never taken.
    fn decided(&mut self, holds: bool, otherwise: BlockId, bound: &[LocalId]) {
        if holds {
            return;
        }
        // From a new block: `is_reached` doesn't look at older ones.
        self.current = self.fork();
        self.drop_locals(bound);
        self.jump_to(otherwise);
    }

    fn question(&mut self, cond: ExprId, otherwise: BlockId, bound: &mut Vec<LocalId>) {
        let before = self.made.len();
        self.walk(cond);
        let mut binds = Vec::new();
        if let Expr::Let { pat, .. } = self.typed.body.expr(cond) {
            binds = self.owners.bound_by(self.typed, *pat);
        } else {
            // What it made dies before either way is taken.
            self.drop_made(before, cond);
        }
        let (outcome, emptied) = (self.outcome(cond), self.emptied(cond));
        let said = self.said(cond);
        let idle = self.changed_nothing(cond);
        let mut refused = self.refused_unless(cond);
        refused.extend(idle.fails);
        let no = self.fork();
        self.current = self.fork();
        self.failed(cond, &outcome.holds, outcome.caught);
        self.failed(cond, &said.calls, said.holds);
        self.empty(cond, &emptied.holds);
        self.refused(cond, &idle.holds);
        self.assume(cond, &self.assumed(cond, true));
        let yes = std::mem::replace(&mut self.current, no);
        self.failed(cond, &outcome.fails, Caught::Any);
        self.failed(cond, &said.calls, said.fails);
        self.empty(cond, &emptied.fails);
        self.refused(cond, &refused);
        self.assume(cond, &self.assumed(cond, false));
        self.drop_locals(bound);
        self.jump_to(otherwise);
        self.current = yes;
        bound.extend(binds);
    }

    fn refused(&mut self, cond: ExprId, calls: &[ExprId]) {
        for call in calls.iter().copied() {
            self.emit(cond, EventKind::Refused { call });
        }
    }

    /// Statements that try to take a session lock, and whose answer a condition is.
    fn refused_unless(&self, cond: ExprId) -> Vec<ExprId> {
        let places = self.typed.val(self.asked(cond)).places().iter();
        let sites = places.filter_map(|place| match place.root {
            Root::Site(site) => Some(site),
            _ => None,
        });
        sites.filter(|site| self.tries_to_lock(*site)).collect()
    }

    /// What a condition looks into: `row` of `row.get(0)`, `row.0`, `*row`.
    fn asked(&self, cond: ExprId) -> ExprId {
        let mut at = cond;
        loop {
            at = match self.typed.body.expr(at) {
                Expr::Method { receiver, name, .. } if READERS.contains(&name.as_str()) => {
                    *receiver
                }
                Expr::Field { base: inner, .. }
                | Expr::Try(inner)
                | Expr::Await(inner)
                | Expr::Deref(inner) => *inner,
                _ => return at,
            };
        }
    }

    fn tries_to_lock(&self, site: ExprId) -> bool {
        let tries = |call: &AdvisoryCall| call.session && call.op == AdvisoryOp::TryLock;
        let mut events = self.blocks.iter().flat_map(|block| &block.events);
        events.any(|event| match &event.kind {
            EventKind::Statement { sql, .. } if event.at == site => {
                let mut calls = sql.statements().flat_map(|statement| &statement.advisory);
                calls.any(tries)
            }
            _ => false,
        })
    }

    /// Whether control reaches a block from the one before it or a later one.
    pub(super) fn is_reached(&self, block: BlockId) -> bool {
        let from = &self.blocks[(block.0 as usize).saturating_sub(1)..];
        from.iter().any(|other| other.next.contains(&block))
    }

    /// An arm's guard: where it doesn't hold, control is where the next arm is tried.
    pub(super) fn guarded(&mut self, arm: &Arm, start: Option<BlockId>) -> Option<BlockId> {
        let (Some(guard), Some(start)) = (arm.guard, start) else {
            return start;
        };
        let next = self.new_block();
        self.edge(start, next);
        self.test(guard, next);
        Some(next)
    }
}
