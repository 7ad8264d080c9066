//! Blocks, branches, loops and jumps: the expressions that open scopes or leave them.

use proc_macro2::Span;
use syn::{Label, Lifetime, Pat as SynPat, Stmt as SynStmt};

use super::Lower;
use super::attrs::statement_attrs;
use super::edges::pat_start;
use super::types::lone;
use crate::ir::{Arm, Block, Closure, Expr, ExprId, LocalId, Name, PatId, Stmt, TypeRef};
use crate::source::TextRange;

impl Lower<'_> {
    /// Runs in a scope of its own.
    pub(super) fn scoped<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.body.scope.mark();
        let result = run(self);
        self.body.scope.leave(mark);
        result
    }

    pub(super) fn block(&mut self, block: &syn::Block, label: Option<&Label>) -> ExprId {
        let mut range = self.places.group(block.brace_token.span);
        if let Some(label) = label {
            range.start = self.places.start(label.name.apostrophe);
        }
        let label = label.map(|label| self.label(&label.name));
        self.statements(&block.stmts, label, range)
    }

    pub(super) fn keyword_block(&mut self, keyword: Span, block: &syn::Block) -> ExprId {
        let range = TextRange {
            start: self.places.start(keyword),
            end: self.places.close(block.brace_token.span),
        };
        self.statements(&block.stmts, None, range)
    }

    /// A block of statements in its own scope.
    pub(super) fn statements(
        &mut self,
        stmts: &[SynStmt],
        label: Option<Name>,
        range: TextRange,
    ) -> ExprId {
        let mut block = Block {
            stmts: Vec::with_capacity(stmts.len()),
            label,
            ..Block::default()
        };
        self.scoped(|lower| {
            for (index, stmt) in stmts.iter().enumerate() {
                lower.statement(stmt, index + 1 == stmts.len(), &mut block);
            }
        });
        block.stmts.shrink_to_fit();
        self.add(Expr::Block(Box::new(block)), range)
    }

    pub(super) fn statement(&mut self, stmt: &SynStmt, is_last: bool, into: &mut Block) {
        // The program that people run doesn't have it.
        if self.places.is_for_tests(statement_attrs(stmt)) {
            return;
        }
        let (value, semi, attrs) = match stmt {
            SynStmt::Local(local) => return self.local(local, into),
            SynStmt::Item(item) => return self.inner_item(item),
            SynStmt::Expr(syn::Expr::Verbatim(tokens), Some(_)) if tokens.is_empty() => return,
            SynStmt::Expr(expr, semi) => (self.expr(expr), semi, &[][..]),
            SynStmt::Macro(stmt) if self.macro_of_items(&stmt.mac) => return,
            SynStmt::Macro(stmt)
                if (!is_last || stmt.semi_token.is_some())
                    && self.expanded_statements(&stmt.mac, into) =>
            {
                return;
            }
            SynStmt::Macro(stmt) => (
                self.macro_call(&stmt.mac),
                &stmt.semi_token,
                &stmt.attrs[..],
            ),
        };
        let start = if attrs.is_empty() {
            self.start_of(value)
        } else {
            self.first(attrs, &[])
        };
        let end = semi.map_or_else(|| self.end_of(value), |semi| self.places.end(semi.span));
        self.statements.push(TextRange { start, end });
        if is_last && semi.is_none() {
            into.tail = Some(value);
        } else {
            into.stmts.push(Stmt::Semi(value));
        }
    }

    pub(super) fn inner_item(&mut self, item: &syn::Item) {
        let mut items = Vec::new();
        self.item(item, &mut items);
        self.body.items.append(&mut items);
    }

    /// The value and the `else` block are read before the names are bound.
    fn local(&mut self, local: &syn::Local, into: &mut Block) {
        let value = local.init.as_ref().map(|init| self.expr(&init.expr));
        let diverge = local.init.as_ref().and_then(|init| init.diverge.as_ref());
        let or_else = diverge.map(|(_, block)| self.expr(block));
        let before = self.body.ir.locals.len() as u32;
        let (pat, ty) = self.typed_pat(&local.pat);
        into.locals
            .extend((before..self.body.ir.locals.len() as u32).map(LocalId));
        into.stmts.push(Stmt::Let {
            pat,
            ty,
            init: value,
            or_else,
        });
        let start = self.first(&local.attrs, &[Some(local.let_token.span)]);
        self.statements.push(TextRange {
            start,
            end: self.places.end(local.semi_token.span),
        });
    }

    /// A pattern and the type written behind it.
    fn typed_pat(&mut self, pat: &SynPat) -> (PatId, Option<TypeRef>) {
        match pat {
            SynPat::Type(pat) => (self.pat(&pat.pat), Some(self.places.ty(&pat.ty))),
            pat => (self.pat(pat), None),
        }
    }

    fn label(&self, label: &Lifetime) -> Name {
        Name::from(&format!("'{}", self.places.name(&label.ident)))
    }

    fn opening(&self, label: Option<&Label>, keyword: Span) -> u32 {
        self.places
            .start(label.map_or(keyword, |label| label.name.apostrophe))
    }

    pub(super) fn async_block(&mut self, e: &syn::ExprAsync) -> ExprId {
        let body = self.block(&e.block, None);
        let range = TextRange {
            start: self.places.start(e.async_token.span),
            end: self.end_of(body),
        };
        self.add(
            Expr::Async {
                body,
                is_move: e.capture.is_some(),
            },
            range,
        )
    }

    /// What a condition binds is visible in its later operands and in the block, not in `else`.
    pub(super) fn if_expr(&mut self, e: &syn::ExprIf) -> ExprId {
        let (cond, then) =
            self.scoped(|lower| (lower.expr(&e.cond), lower.block(&e.then_branch, None)));
        let or_else = e.else_branch.as_ref().map(|(_, branch)| self.expr(branch));
        let start = self.places.start(e.if_token.span);
        let end = self.end_of(or_else.unwrap_or(then));
        self.add(
            Expr::If {
                cond,
                then,
                or_else,
            },
            TextRange { start, end },
        )
    }

    pub(super) fn let_expr(&mut self, e: &syn::ExprLet) -> ExprId {
        let value = self.expr(&e.expr);
        let pat = self.pat(&e.pat);
        let range = TextRange {
            start: self.places.start(e.let_token.span),
            end: self.end_of(value),
        };
        self.add(Expr::Let { pat, value }, range)
    }

    pub(super) fn match_expr(&mut self, e: &syn::ExprMatch) -> ExprId {
        let value = self.expr(&e.expr);
        let arms = e
            .arms
            .iter()
            .map(|arm| self.scoped(|lower| lower.arm(arm)))
            .collect();
        let start = self.places.start(e.match_token.span);
        let range = TextRange {
            start,
            end: self.places.close(e.brace_token.span),
        };
        self.add(Expr::Match { value, arms }, range)
    }

    fn arm(&mut self, arm: &syn::Arm) -> Arm {
        let pat = self.pat(&arm.pat);
        let guard = match &arm.pat {
            SynPat::Guard(pat) => Some(self.expr(&pat.guard)),
            _ => None,
        };
        let body = self.expr(&arm.body);
        let start = self.arm_start(arm);
        self.statements.push(TextRange {
            start,
            end: self.end_of(body),
        });
        Arm { pat, guard, body }
    }

    /// The first token of an arm; patterns keep no ranges, so the arrow stands in for the rarer ones.
    fn arm_start(&self, arm: &syn::Arm) -> u32 {
        let first = pat_start(&arm.pat).unwrap_or(arm.fat_arrow_token.spans[0]);
        self.first(&arm.attrs, &[Some(first)])
    }

    pub(super) fn loop_expr(&mut self, e: &syn::ExprLoop) -> ExprId {
        let body = self.block(&e.body, None);
        let range = TextRange {
            start: self.opening(e.label.as_ref(), e.loop_token.span),
            end: self.end_of(body),
        };
        let label = e.label.as_ref().map(|label| self.label(&label.name));
        self.add(Expr::Loop { body, label }, range)
    }

    pub(super) fn while_loop(&mut self, e: &syn::ExprWhile) -> ExprId {
        let (cond, body) = self.scoped(|lower| (lower.expr(&e.cond), lower.block(&e.body, None)));
        let range = TextRange {
            start: self.opening(e.label.as_ref(), e.while_token.span),
            end: self.end_of(body),
        };
        let label = e.label.as_ref().map(|label| self.label(&label.name));
        self.add(Expr::While { cond, body, label }, range)
    }

    pub(super) fn for_loop(&mut self, e: &syn::ExprForLoop) -> ExprId {
        let iter = self.expr(&e.expr);
        let (pat, body) = self.scoped(|lower| (lower.pat(&e.pat), lower.block(&e.body, None)));
        let range = TextRange {
            start: self.opening(e.label.as_ref(), e.for_token.span),
            end: self.end_of(body),
        };
        let label = e.label.as_ref().map(|label| self.label(&label.name));
        self.add(
            Expr::For {
                pat,
                iter,
                body,
                label,
            },
            range,
        )
    }

    pub(super) fn closure(&mut self, e: &syn::ExprClosure) -> ExprId {
        let (params, body) = self.scoped(|lower| {
            let params = e
                .inputs
                .iter()
                .map(|input| lower.typed_pat(input))
                .collect();
            (params, lower.expr(&e.body))
        });
        let ret = match &e.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(self.places.ty(ty)),
        };
        let tokens = [
            e.lifetimes
                .as_ref()
                .map(|lifetimes| lifetimes.for_token.span),
            e.constness.map(|token| token.span),
            e.asyncness.map(|token| token.span),
            e.capture.map(|token| token.span),
            Some(e.inputs_begin.span),
        ];
        let range = TextRange {
            start: self.first(&[], &tokens),
            end: self.end_of(body),
        };
        let (is_async, is_move) = (e.asyncness.is_some(), e.capture.is_some());
        self.add(
            Expr::Closure(Box::new(Closure {
                params,
                ret,
                body,
                is_async,
                is_move,
            })),
            range,
        )
    }

    /// A keyword and the value behind it, if any; `else_end` is where it ends without one.
    fn jump(&self, keyword: Span, value: Option<ExprId>, else_end: u32) -> TextRange {
        TextRange {
            start: self.places.start(keyword),
            end: value.map_or(else_end, |value| self.end_of(value)),
        }
    }

    pub(super) fn return_expr(&mut self, e: &syn::ExprReturn) -> ExprId {
        let value = e.expr.as_ref().map(|value| self.expr(value));
        let range = self.jump(
            e.return_token.span,
            value,
            self.places.end(e.return_token.span),
        );
        self.add(Expr::Return(value), range)
    }

    pub(super) fn break_expr(&mut self, e: &syn::ExprBreak) -> ExprId {
        let value = e.expr.as_ref().map(|value| self.expr(value));
        let last = e
            .label
            .as_ref()
            .map_or(e.break_token.span, |label| label.ident.span());
        let range = self.jump(e.break_token.span, value, self.places.end(last));
        let label = e.label.as_ref().map(|label| self.label(label));
        self.add(Expr::Break(label, value), range)
    }

    pub(super) fn continue_expr(&mut self, e: &syn::ExprContinue) -> ExprId {
        let last = e
            .label
            .as_ref()
            .map_or(e.continue_token.span, |label| label.ident.span());
        let range = self.jump(e.continue_token.span, None, self.places.end(last));
        let label = e.label.as_ref().map(|label| self.label(label));
        self.add(Expr::Continue(label), range)
    }

    /// `yield a` is a call of the unknown function `yield`: it evaluates `a` and hands it away.
    pub(super) fn yield_expr(&mut self, e: &syn::ExprYield) -> ExprId {
        let keyword = self.places.range(e.yield_token.span);
        let args: Box<[_]> = e.expr.iter().map(|value| self.expr(value)).collect();
        let callee = self.add(Expr::Path(Box::new(lone(Name::from("yield")))), keyword);
        let range = self.jump(e.yield_token.span, args.first().copied(), keyword.end);
        self.add(Expr::Call { callee, args }, range)
    }
}
