//! Conditions: `&&`, `||`, `!` and `let` to the ways they take, with what is known and what dies on each.

use super::build::Builder;
use super::event::{BlockId, Caught};
use crate::ir::{Arm, Expr, ExprId, LocalId};

impl Builder<'_, '_> {
    /// Goes on where a condition holds, and to the block that is given where it doesn't: past what the `let`s before have bound.
    pub(super) fn test(&mut self, cond: ExprId, otherwise: BlockId) {
        self.operand(cond, otherwise, &mut Vec::new());
    }

    fn operand(&mut self, cond: ExprId, otherwise: BlockId, bound: &mut Vec<LocalId>) {
        let body = self.typed.body;
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
                let holds = self.current.replace(second);
                self.operand(*right, otherwise, bound);
                self.merge(holds);
            }
            Expr::Unary(inner) => {
                let holds = self.new_block();
                self.operand(*inner, holds, bound);
                self.drop_locals(bound);
                self.jump_to(otherwise);
                self.current = Some(holds);
            }
            _ => self.question(cond, otherwise, bound),
        }
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
