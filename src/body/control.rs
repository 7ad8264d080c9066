//! Where control goes: branches, loops, `?`, `return`, `break`, and the drops on the way out of scopes.

use super::build::Builder;
use super::event::{Block, BlockId, Caught, Condition, EventKind, Exit, Sink, Way};
use crate::catalogue::Effect;
use crate::infer::Callee;
use crate::ir::{Expr, ExprId, LocalId, Name};

/// A scope that control may leave.
pub(super) struct Scope {
    /// They die at its end.
    pub locals: Vec<LocalId>,
    pub kind: Kind,
    /// Where an error goes from inside: drops, then the scope around.
    pub unwind: Option<BlockId>,
}

pub(super) enum Kind {
    Plain,
    Labelled {
        label: Name,
        end: BlockId,
    },
    Loop {
        label: Option<Name>,
        breaks: BlockId,
        continues: BlockId,
    },
    Frame {
        returns: BlockId,
        errors: BlockId,
    },
}

impl Scope {
    pub(super) fn frame(returns: BlockId, errors: BlockId) -> Self {
        Self {
            locals: Vec::new(),
            kind: Kind::Frame { returns, errors },
            unwind: None,
        }
    }

    pub(super) fn block(locals: Vec<LocalId>, label: Option<(Name, BlockId)>) -> Self {
        let kind = label.map_or(Kind::Plain, |(label, end)| Kind::Labelled { label, end });
        Self {
            locals,
            kind,
            unwind: None,
        }
    }
}

impl Builder<'_, '_> {
    pub(super) fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    pub(super) fn edge(&mut self, from: BlockId, to: BlockId) {
        let next = &mut self.blocks[from.0 as usize].next;
        if !next.contains(&to) {
            next.push(to);
        }
    }

    /// Control goes there and nowhere else.
    pub(super) fn jump_to(&mut self, to: BlockId) {
        if let Some(current) = self.current.take() {
            self.edge(current, to);
        }
    }

    /// Control goes there, and goes on from there.
    pub(super) fn join_into(&mut self, to: BlockId) {
        self.jump_to(to);
        self.current = Some(to);
    }

    /// A new block after the current one.
    pub(super) fn fork(&mut self) -> Option<BlockId> {
        let current = self.current?;
        let block = self.new_block();
        self.edge(current, block);
        Some(block)
    }

    /// The end of a scope: its locals die, last first.
    pub(super) fn end_scope(&mut self) {
        let Some(scope) = self.scopes.pop() else {
            return;
        };
        self.drop_locals(&scope.locals);
    }

    pub(super) fn drop_locals(&mut self, locals: &[LocalId]) {
        let Some(at) = self.typed.body.root else {
            return;
        };
        for local in locals.iter().rev() {
            if self.owners.is_owner(*local) {
                self.emit(
                    at,
                    EventKind::Drop {
                        local: Some(*local),
                        made: None,
                        asked: false,
                    },
                );
            }
        }
    }

    /// `drop(…)`
    pub(super) fn dropped(&mut self, id: ExprId, args: &[ExprId]) {
        let Some(arg) = args.first() else { return };
        match self.typed.body.expr(*arg) {
            Expr::Local(local) => self.emit(
                id,
                EventKind::Drop {
                    local: Some(*local),
                    made: None,
                    asked: true,
                },
            ),
            _ => {
                for made in super::owners::made_in(self.typed, self.typed.val(*arg), 0) {
                    self.emit(
                        id,
                        EventKind::Drop {
                            local: None,
                            made: Some(made),
                            asked: true,
                        },
                    );
                }
            }
        }
    }

    /// Closures and blocks that run here, the unit itself included.
    pub(super) fn frames(&self) -> usize {
        let is_frame = |scope: &&Scope| matches!(scope.kind, Kind::Frame { .. });
        self.scopes.iter().filter(is_frame).count()
    }

    /// Where an error goes from inside the first `depth` scopes.
    pub(super) fn unwinding(&mut self, depth: usize) -> BlockId {
        let Some(index) = depth.checked_sub(1) else {
            return self.new_block();
        };
        if let Kind::Frame { errors, .. } = self.scopes[index].kind {
            return errors;
        }
        if let Some(known) = self.scopes[index].unwind {
            return known;
        }
        let outer = self.unwinding(index);
        let owners: Vec<LocalId> = self.scopes[index]
            .locals
            .iter()
            .copied()
            .filter(|local| self.owners.is_owner(*local))
            .collect();
        if owners.is_empty() {
            self.scopes[index].unwind = Some(outer);
            return outer;
        }
        let block = self.new_block();
        let before = self.current.replace(block);
        self.drop_locals(&owners);
        self.jump_to(outer);
        self.current = before;
        self.scopes[index].unwind = Some(block);
        block
    }

    /// `return value`
    pub(super) fn leave(&mut self, id: ExprId, value: Option<ExprId>) {
        value
            .iter()
            .for_each(|value| self.take(*value, Sink::Return));
        self.leaving(id, Way::Return, value);
        value.iter().for_each(|value| self.answer(*value));
        let is_error = value.is_some_and(|value| self.is_error_value(value));
        let Some(index) = self
            .scopes
            .iter()
            .rposition(|scope| matches!(scope.kind, Kind::Frame { .. }))
        else {
            return;
        };
        for scope in (index..self.scopes.len()).rev() {
            let locals = self.scopes[scope].locals.clone();
            self.drop_locals(&locals);
        }
        if let Kind::Frame { returns, errors } = self.scopes[index].kind {
            self.return_to(index, value, if is_error { errors } else { returns });
        }
    }

    /// The outermost frame's exits carry the value.
    pub(super) fn return_to(&mut self, frame: usize, value: Option<ExprId>, to: BlockId) {
        if frame > 0 || value.is_none() {
            return self.jump_to(to);
        }
        let val = value
            .map(|value| super::futures::settled(self.typed, value))
            .unwrap_or_default();
        if self.blocks[to.0 as usize].exit.is_none()
            && !matches!(self.scopes[frame].kind, Kind::Frame { errors, .. } if errors == to)
        {
            let block = self.new_block();
            self.blocks[block.0 as usize].exit = Some(Exit::Return(val));
            return self.jump_to(block);
        }
        self.jump_to(to);
    }

    /// `Err(…)`, `Ok(…)?`… : whether a returned value is an error for certain.
    pub(super) fn is_error_value(&self, value: ExprId) -> bool {
        self.is_variant(value, "Err")
    }

    /// Whether a value is `variant(…)`.
    pub(super) fn is_variant(&self, value: ExprId, variant: &str) -> bool {
        match self.typed.body.expr(value) {
            Expr::Call { callee, .. } => match self.typed.body.expr(*callee) {
                Expr::Path(path) => path
                    .segments
                    .last()
                    .is_some_and(|segment| segment.name == variant),
                _ => false,
            },
            Expr::Method { receiver, name, .. } if name == "into" => {
                self.is_variant(*receiver, variant)
            }
            _ => false,
        }
    }

    /// Something that may or may not run, and diverges or goes on.
    pub(super) fn optional(
        &mut self,
        id: ExprId,
        failed: &[ExprId],
        emptied: &[ExprId],
        assumed: &[Condition],
    ) {
        let Some(current) = self.current else { return };
        let after = self.new_block();
        self.edge(current, after);
        self.current = self.fork();
        self.sides = vec![(id, true)];
        self.failed(id, failed, Caught::Any);
        self.sides.clear();
        self.empty(id, emptied);
        self.assume(id, assumed);
        self.walk(id);
        self.join_into(after);
    }

    pub(super) fn branch(&mut self, id: ExprId) {
        let body = self.typed.body;
        match body.expr(id) {
            Expr::If {
                cond,
                then,
                or_else,
            } => {
                self.scopes
                    .push(Scope::block(self.owners.bound_in(self.typed, *cond), None));
                let no = self.new_block();
                let sides = std::iter::once(*then).chain(*or_else);
                self.sides = sides.map(|side| (side, true)).collect();
                let before = self.made.len();
                self.test(*cond, no);
                self.sides.clear();
                let made = self.made_by_condition(before);
                self.arm(*then);
                self.drop_all(&made, *then);
                self.end_scope();
                let yes = self.current.take();
                self.current = Some(no).filter(|no| self.is_reached(*no));
                self.drop_all(&made, *cond);
                if let Some(or_else) = or_else {
                    self.arm(*or_else);
                }
                self.merge(yes);
            }
            Expr::Match { value, arms } => self.matches(*value, arms),
            Expr::Logic { left, right, and } => {
                self.walk(*left);
                let assumed = self.assumed(*left, *and);
                self.optional_operand(*right, &assumed);
            }
            Expr::Let { value, .. } => self.take(*value, Sink::Owner),
            _ => {}
        }
    }

    /// What a condition made since, if it dies with its branch: before edition 2024 what `if let` made lives on in `else`.
    fn made_by_condition(&mut self, before: usize) -> Vec<ExprId> {
        let module = self.typed.scope.module;
        if self.types.defs.crate_of(module).edition < 2024 {
            return Vec::new();
        }
        self.made.split_off(before.min(self.made.len()))
    }

    /// The right side of `&&`: its bindings reach further, so only its effects are optional.
    pub(super) fn optional_operand(&mut self, right: ExprId, assumed: &[Condition]) {
        let Some(current) = self.current else { return };
        self.current = self.fork();
        self.assume(right, assumed);
        self.walk(right);
        let after = self.new_block();
        self.join_into(after);
        self.edge(current, after);
    }

    /// A branch's value.
    pub(super) fn arm(&mut self, id: ExprId) {
        self.walk(id);
        if matches!(self.typed.body.expr(id), Expr::Local(_)) {
            self.consume(id, Sink::Owner);
        }
        if !matches!(self.typed.body.expr(id), Expr::Block(_)) {
            self.end_at(id);
        }
    }

    pub(super) fn merge(&mut self, other: Option<BlockId>) {
        match (self.current, other) {
            (Some(one), Some(other)) => {
                let after = self.new_block();
                self.edge(other, after);
                self.edge(one, after);
                self.current = Some(after);
            }
            (None, Some(other)) => self.current = Some(other),
            _ => {}
        }
    }

    /// `panic!`, `bail!`, `process::exit`.
    pub(super) fn diverge(&mut self, id: ExprId) {
        let value = match self.typed.callee(id) {
            Some(Callee::Ext(call))
                if self.types.defs.catalogue.call(*call).effect == Effect::Diverge =>
            {
                self.types.defs.catalogue.call(*call).value
            }
            _ => None,
        };
        match value.as_ref().map(Name::as_str) {
            Some("err_unless") => self.try_edge(id, None, Way::Return),
            Some("err") => {
                self.try_edge(id, None, Way::Return);
                self.current = None;
            }
            _ => {
                if self.is_panic(id) {
                    self.leaving(id, Way::Panic, None);
                }
                let Some(current) = self.current.take() else {
                    return;
                };
                let panic = self.new_block();
                self.blocks[panic.0 as usize].exit = Some(Exit::Panic);
                self.edge(current, panic);
            }
        }
    }
}
