//! Loops and `select!`: what runs again, what may not run.

use super::build::Builder;
use super::control::{Kind, Scope};
use super::event::{BlockId, Sink};
use crate::ir::{Expr, ExprId, Name, SelectArm};
use crate::source::TextRange;

/// What a loop evaluates before each turn, and where it goes from there in the end.
type Condition<'x, B> = Box<dyn FnOnce(&mut B, BlockId) + 'x>;

impl Builder<'_, '_> {
    /// `break`, `continue`
    pub(super) fn leave_loop(
        &mut self,
        label: Option<Name>,
        value: Option<ExprId>,
        is_break: bool,
    ) {
        value
            .iter()
            .for_each(|value| self.take(*value, Sink::Owner));
        let target = |scope: &Scope| match scope.kind {
            Kind::Loop {
                label: known,
                breaks,
                continues,
            } if label.is_none() || label == known => {
                Some(if is_break { breaks } else { continues })
            }
            Kind::Labelled { label: known, end } if label == Some(known) => Some(end),
            _ => None,
        };
        let found = self
            .scopes
            .iter()
            .enumerate()
            .rev()
            .find_map(|(index, scope)| target(scope).map(|to| (index, to)));
        let Some((index, to)) = found else {
            self.current = None;
            return;
        };
        for scope in (index..self.scopes.len()).rev() {
            let locals = self.scopes[scope].locals.clone();
            self.drop_locals(&locals);
        }
        self.jump_to(to);
    }

    pub(super) fn looped(&mut self, id: ExprId) {
        let body = self.typed.body;
        match body.expr(id) {
            Expr::Loop { body: inner, label } => {
                self.repeat(*label, None, |this| this.walk(*inner));
            }
            Expr::While {
                cond,
                body: inner,
                label,
            } => {
                let bound = self.owners.bound_in(self.typed, *cond);
                let list = super::lists::taken_from(self.typed, *cond).unwrap_or(*cond);
                self.over(id, list, |this| {
                    this.repeat(
                        *label,
                        Some(Box::new(move |this: &mut Self, after| {
                            this.test(*cond, after);
                        })),
                        |this| {
                            this.scopes.push(Scope::block(bound, None));
                            this.walk(*inner);
                            this.end_scope();
                        },
                    );
                });
            }
            Expr::For {
                pat,
                iter,
                body: inner,
                label,
            } => {
                self.take(*iter, Sink::Owner);
                let bound = self.owners.bound_by(self.typed, *pat);
                self.over(id, *iter, |this| {
                    this.repeat(*label, Some(Box::new(Self::may_end)), |this| {
                        this.scopes.push(Scope::block(bound, None));
                        this.walk(*inner);
                        this.end_scope();
                    });
                });
            }
            _ => {}
        }
    }

    /// A loop: with a condition it may end before its body, without one only by `break`.
    pub(super) fn repeat(
        &mut self,
        label: Option<Name>,
        cond: Option<Condition<'_, Self>>,
        inner: impl FnOnce(&mut Self),
    ) {
        if self.current.is_none() {
            return;
        }
        let (head, after) = (self.new_block(), self.new_block());
        self.join_into(head);
        if let Some(cond) = cond {
            cond(self, after);
        }
        self.current = self.fork();
        self.scopes.push(Scope {
            locals: Vec::new(),
            kind: Kind::Loop {
                label,
                breaks: after,
                continues: head,
            },
            unwind: None,
        });
        let before = self.made.len();
        inner(self);
        if let Some(at) = self.typed.body.root {
            self.drop_made(before, at);
        }
        self.scopes.pop();
        self.jump_to(head);
        // A loop that nothing leaves has no after.
        self.current = Some(after).filter(|after| self.is_reached(*after));
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

    /// A loop over values, which end at some time.
    pub(super) fn may_end(&mut self, after: BlockId) {
        if let Some(current) = self.current {
            self.edge(current, after);
        }
    }

    /// From the first arm to the last.
    fn race(&self, arms: &[SelectArm]) -> Option<TextRange> {
        let range = |id: ExprId| self.typed.body.range(id);
        let (first, last) = (arms.first()?, arms.last()?);
        Some(TextRange {
            start: range(first.future.unwrap_or(first.body)).start,
            end: range(last.body).end,
        })
    }

    /// `select!`: all futures start, one wins, the others are dropped where they wait.
    pub(super) fn select(&mut self, arms: &[SelectArm]) {
        let race = self.race(arms);
        for arm in arms {
            arm.guard.iter().for_each(|guard| self.walk(*guard));
            if let Some(future) = arm.future {
                self.may_be_dropped(future, race);
                let before = std::mem::replace(&mut self.races, true);
                self.optional(future, &[], &[], &[]);
                self.run_value(future);
                self.races = before;
            }
        }
        let start = self.current;
        let after = self.new_block();
        for arm in arms {
            self.current = start;
            self.current = self.fork();
            self.scopes.push(Scope::block(
                self.owners.bound_by(self.typed, arm.pat),
                None,
            ));
            self.arm(arm.body);
            self.end_scope();
            self.jump_to(after);
        }
        self.current = Some(after).filter(|_| start.is_some());
    }
}
