//! Expressions, bottom-up: children first, so that a range runs from the first child's start to the last one's end.

use syn::Expr as SynExpr;
use syn::{BinOp, UnOp};

use super::Lower;
use super::types::lone;
use crate::ir::{Comparison, Expr, ExprId, LocalId, Name};
use crate::source::TextRange;

impl Lower<'_> {
    pub(super) fn expr(&mut self, expr: &SynExpr) -> ExprId {
        match expr {
            SynExpr::Array(e) => self.list(&e.elems, e.bracket_token.span, Expr::Array),
            SynExpr::Tuple(e) => self.list(&e.elems, e.paren_token.span, Expr::Tuple),
            SynExpr::Assign(e) => self.assign(&e.left, &e.right, false),
            SynExpr::Async(e) => self.async_block(e),
            SynExpr::Await(e) => self.postfix(&e.base, e.await_token.span, Expr::Await),
            SynExpr::Binary(e) => self.binary(e),
            SynExpr::Block(e) => self.block(&e.block, e.label.as_ref()),
            SynExpr::Break(e) => self.break_expr(e),
            SynExpr::Call(e) => self.call(e),
            SynExpr::Cast(e) => self.cast(e),
            SynExpr::Closure(e) => self.closure(e),
            SynExpr::Const(e) => self.keyword_block(e.const_token.span, &e.block),
            SynExpr::Continue(e) => self.continue_expr(e),
            SynExpr::Field(e) => self.field(e),
            SynExpr::ForLoop(e) => self.for_loop(e),
            SynExpr::Group(e) => self.expr(&e.expr),
            SynExpr::If(e) => self.if_expr(e),
            SynExpr::Index(e) => self.index(e),
            SynExpr::Let(e) => self.let_expr(e),
            SynExpr::Lit(e) => self.literal(&e.lit),
            SynExpr::Loop(e) => self.loop_expr(e),
            SynExpr::Macro(e) => self.macro_call(&e.mac),
            SynExpr::Match(e) => self.match_expr(e),
            SynExpr::MethodCall(e) => self.method_call(e),
            SynExpr::Paren(e) => self.paren(e),
            SynExpr::Path(e) => self.path_expr(e),
            SynExpr::Range(e) => self.range_expr(e),
            SynExpr::RawAddr(e) => {
                let is_mut = matches!(e.mutability, syn::PointerMutability::Mut(_));
                self.prefix(e.and_token.span, &e.expr, |value| Expr::Ref(value, is_mut))
            }
            SynExpr::Reference(e) => self.prefix(e.and_token.span, &e.expr, |value| {
                Expr::Ref(value, e.mutability.is_some())
            }),
            SynExpr::Repeat(e) => self.repeat(e),
            SynExpr::Return(e) => self.return_expr(e),
            SynExpr::Struct(e) => self.struct_expr(e),
            SynExpr::Try(e) => self.postfix(&e.expr, e.question_token.span, Expr::Try),
            SynExpr::TryBlock(e) => self.keyword_block(e.try_token.span, &e.block),
            SynExpr::Unary(e) => self.unary(e),
            SynExpr::Unsafe(e) => self.keyword_block(e.unsafe_token.span, &e.block),
            SynExpr::While(e) => self.while_loop(e),
            SynExpr::Yield(e) => self.yield_expr(e),
            SynExpr::Infer(e) => {
                self.add(Expr::Missing, self.places.range(e.underscore_token.span))
            }
            _ => self.add(Expr::Missing, TextRange::default()),
        }
    }

    pub(super) fn add(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let ir = &mut self.body.ir;
        ir.exprs.push(expr);
        ir.ranges.push(self.places.ordered(range));
        ExprId(ir.exprs.len() as u32 - 1)
    }

    pub(super) fn start_of(&self, id: ExprId) -> u32 {
        self.body.ir.range(id).start
    }

    pub(super) fn end_of(&self, id: ExprId) -> u32 {
        self.body.ir.range(id).end
    }

    fn prefix(
        &mut self,
        token: proc_macro2::Span,
        value: &SynExpr,
        make: impl FnOnce(ExprId) -> Expr,
    ) -> ExprId {
        let value = self.expr(value);
        let range = TextRange {
            start: self.places.start(token),
            end: self.end_of(value),
        };
        self.add(make(value), range)
    }

    fn postfix(
        &mut self,
        base: &SynExpr,
        token: proc_macro2::Span,
        make: fn(ExprId) -> Expr,
    ) -> ExprId {
        let base = self.expr(base);
        let range = TextRange {
            start: self.start_of(base),
            end: self.places.end(token),
        };
        self.add(make(base), range)
    }

    fn between(&self, first: ExprId, last: ExprId) -> TextRange {
        TextRange {
            start: self.start_of(first),
            end: self.end_of(last),
        }
    }

    fn unary(&mut self, e: &syn::ExprUnary) -> ExprId {
        match &e.op {
            UnOp::Deref(star) => self.prefix(star.span, &e.expr, Expr::Deref),
            UnOp::Not(not) => self.prefix(not.span, &e.expr, Expr::Unary),
            UnOp::Neg(minus) => self.prefix(minus.span, &e.expr, Expr::Unary),
            _ => self.expr(&e.expr),
        }
    }

    fn binary(&mut self, e: &syn::ExprBinary) -> ExprId {
        if is_assignment(e.op) {
            return self.assign(&e.left, &e.right, true);
        }
        let left = self.expr(&e.left);
        let right = self.expr(&e.right);
        let expr = match e.op {
            BinOp::And(_) => Expr::Logic {
                and: true,
                left,
                right,
            },
            BinOp::Or(_) => Expr::Logic {
                and: false,
                left,
                right,
            },
            op => match comparison(op) {
                Some(comparison) => Expr::Compare(comparison, left, right),
                None => Expr::Binary(left, right),
            },
        };
        self.add(expr, self.between(left, right))
    }

    fn assign(&mut self, place: &SynExpr, value: &SynExpr, op: bool) -> ExprId {
        let place = self.expr(place);
        let value = self.expr(value);
        self.add(
            Expr::Assign { place, value, op },
            self.between(place, value),
        )
    }

    fn cast(&mut self, e: &syn::ExprCast) -> ExprId {
        let value = self.expr(&e.expr);
        let range = TextRange {
            start: self.start_of(value),
            end: self.type_end(&e.ty).max(self.end_of(value)),
        };
        self.add(Expr::Cast(value, Box::new(self.places.ty(&e.ty))), range)
    }

    fn list(
        &mut self,
        elems: &syn::punctuated::Punctuated<SynExpr, syn::Token![,]>,
        delimiters: proc_macro2::extra::DelimSpan,
        make: fn(Vec<ExprId>) -> Expr,
    ) -> ExprId {
        let elems = self.exprs(elems);
        self.add(make(elems), self.places.group(delimiters))
    }

    pub(super) fn exprs<P>(
        &mut self,
        exprs: &syn::punctuated::Punctuated<SynExpr, P>,
    ) -> Vec<ExprId> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn repeat(&mut self, e: &syn::ExprRepeat) -> ExprId {
        let elems = vec![self.expr(&e.expr), self.expr(&e.len)];
        self.add(Expr::Array(elems), self.places.group(e.bracket_token.span))
    }

    /// Parentheses leave no trace but a wider range.
    fn paren(&mut self, e: &syn::ExprParen) -> ExprId {
        let inner = self.expr(&e.expr);
        self.body.ir.ranges[inner.index()] = self.places.group(e.paren_token.span);
        inner
    }

    fn call(&mut self, e: &syn::ExprCall) -> ExprId {
        let callee = self.expr(&e.func);
        let args = self.exprs(&e.args).into();
        let range = TextRange {
            start: self.start_of(callee),
            end: self.places.close(e.paren_token.span),
        };
        self.add(Expr::Call { callee, args }, range)
    }

    fn method_call(&mut self, e: &syn::ExprMethodCall) -> ExprId {
        let receiver = self.expr(&e.receiver);
        let args = self.exprs(&e.args).into();
        let (name, name_range) = self.places.named(&e.method);
        let turbofish = e
            .turbofish
            .as_ref()
            .map(|turbofish| self.places.type_arguments(turbofish))
            .unwrap_or_default();
        let range = TextRange {
            start: self.start_of(receiver),
            end: self.places.close(e.paren_token.span),
        };
        self.add(
            Expr::Method {
                receiver,
                name,
                name_range,
                turbofish,
                args,
            },
            range,
        )
    }

    fn field(&mut self, e: &syn::ExprField) -> ExprId {
        let base = self.expr(&e.base);
        let name = self.member(&e.member);
        let end = match &e.member {
            syn::Member::Named(ident) => self.places.ident(ident).end,
            syn::Member::Unnamed(index) => self.places.end(index.span),
        };
        self.add(
            Expr::Field { base, name },
            TextRange {
                start: self.start_of(base),
                end,
            },
        )
    }

    fn index(&mut self, e: &syn::ExprIndex) -> ExprId {
        let base = self.expr(&e.expr);
        let index = self.expr(&e.index);
        let range = TextRange {
            start: self.start_of(base),
            end: self.places.close(e.bracket_token.span),
        };
        self.add(Expr::Index(base, index), range)
    }

    fn range_expr(&mut self, e: &syn::ExprRange) -> ExprId {
        let from = e.start.as_ref().map(|from| self.expr(from));
        let to = e.end.as_ref().map(|to| self.expr(to));
        let dots: &[proc_macro2::Span] = match &e.limits {
            syn::RangeLimits::HalfOpen(dots) => &dots.spans,
            syn::RangeLimits::Closed(dots) => &dots.spans,
        };
        let start = from.map_or_else(|| self.places.start(dots[0]), |from| self.start_of(from));
        let end = to.map_or_else(
            || self.places.end(dots[dots.len() - 1]),
            |to| self.end_of(to),
        );
        self.add(Expr::Range(from, to), TextRange { start, end })
    }

    fn path_expr(&mut self, e: &syn::ExprPath) -> ExprId {
        let simple = if e.qself.is_none() {
            e.path.get_ident()
        } else {
            None
        };
        let Some(ident) = simple else {
            let path = self.places.path(&e.path, e.qself.as_ref());
            return self.add(
                Expr::Path(Box::new(path)),
                self.path_range(&e.path, e.qself.as_ref()),
            );
        };
        let (name, range) = self.places.named(ident);
        self.name_expr(name, range)
    }

    /// A lone name: the local it means, or a path.
    pub(super) fn name_expr(&mut self, name: Name, range: TextRange) -> ExprId {
        let expr = match self.local_of(name, range) {
            Some(local) => Expr::Local(local),
            None => Expr::Path(Box::new(lone(name))),
        };
        self.add(expr, range)
    }

    /// The local that a name means; one that a macro wrote means the macro's own.
    fn local_of(&self, name: Name, range: TextRange) -> Option<LocalId> {
        let scope = &self.body.scope;
        match self.places.written_by(range) {
            None => scope.get(name),
            Some(by) => {
                let own = scope.get(own_name(name, by.mark));
                own.or_else(|| scope.get(name).filter(|_| by.sees_locals))
            }
        }
    }

    fn struct_expr(&mut self, e: &syn::ExprStruct) -> ExprId {
        let path = Box::new(self.places.path(&e.path, e.qself.as_ref()));
        let fields = e.fields.iter().map(|field| {
            let value = self.expr(&field.expr);
            let name = self.member(&field.member);
            let start = self.member_start(&field.member);
            self.statements.push(TextRange {
                start,
                end: self.end_of(value),
            });
            (name, value)
        });
        let fields = fields.collect();
        let rest = e.rest.as_ref().map(|rest| self.expr(rest));
        let start = self.path_range(&e.path, e.qself.as_ref()).start;
        let range = TextRange {
            start,
            end: self.places.close(e.brace_token.span),
        };
        self.add(Expr::Struct { path, fields, rest }, range)
    }

    fn member_start(&self, member: &syn::Member) -> u32 {
        match member {
            syn::Member::Named(ident) => self.places.start(ident.span()),
            syn::Member::Unnamed(index) => self.places.start(index.span),
        }
    }
}

/// What a macro's own local is called in scopes: a name that no caller can write.
pub(super) fn own_name(name: Name, mark: u32) -> Name {
    Name::from(&format!("{name}#{mark}"))
}

fn is_assignment(op: BinOp) -> bool {
    use BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

fn comparison(op: BinOp) -> Option<Comparison> {
    Some(match op {
        BinOp::Eq(_) => Comparison::Equal,
        BinOp::Ne(_) => Comparison::Unequal,
        BinOp::Lt(_) => Comparison::Less,
        BinOp::Le(_) => Comparison::LessOrEqual,
        BinOp::Gt(_) => Comparison::Greater,
        BinOp::Ge(_) => Comparison::GreaterOrEqual,
        _ => return None,
    })
}
