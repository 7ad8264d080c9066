//! Conditions: `&&`, `||`, `!` and `let` to the ways they take, with what is known and what dies on each.

use super::build::Builder;
use super::event::{BlockId, Caught};
use crate::defs::Def;
use crate::ir::{Arm, Expr, ExprId, LocalId};

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
    fn constant(&self, cond: ExprId) -> Option<bool> {
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
        let no = self.fork();
        self.current = self.fork();
        self.failed(cond, &outcome.holds, outcome.caught);
        self.failed(cond, &said.calls, said.holds);
        self.empty(cond, &emptied.holds);
        let yes = std::mem::replace(&mut self.current, no);
        self.failed(cond, &outcome.fails, Caught::Any);
        self.failed(cond, &said.calls, said.fails);
        self.empty(cond, &emptied.fails);
        self.drop_locals(bound);
        self.jump_to(otherwise);
        self.current = yes;
        bound.extend(binds);
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
