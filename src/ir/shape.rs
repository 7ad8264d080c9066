//! Shapes of a body that several rooms walk: chains of links, names that a pattern binds, values that nobody looks at.

use crate::source::TextRange;

use super::{Body, Expr, ExprId, LocalId, Pat, PatId, Stmt};

/// A value is carried on by no more links than this.
const MAX_CARRIERS: usize = 12;

impl Expr {
    /// `for`, `while`, `loop`.
    #[must_use]
    pub fn is_loop(&self) -> bool {
        matches!(
            self,
            Self::For { .. } | Self::While { .. } | Self::Loop { .. }
        )
    }
}

/// A pattern and what it takes apart.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The pattern.
    pub pat: PatId,
    /// The value; of a `for`, what gives the elements.
    pub value: ExprId,
    /// One element of `value` at a time.
    pub each: bool,
}

impl Body {
    /// What `let`, `if let`, `match` and `for` bind, by expression; `let` without a value binds nothing.
    pub fn bindings(&self) -> impl Iterator<Item = Binding> + '_ {
        self.exprs.iter().flat_map(|expr| {
            let whole = |pat: PatId, value: ExprId| Binding {
                pat,
                value,
                each: false,
            };
            let found: Vec<Binding> = match expr {
                Expr::Block(block) => {
                    let bound = |stmt: &Stmt| match stmt {
                        Stmt::Let { pat, init, .. } => init.map(|init| whole(*pat, init)),
                        Stmt::Semi(_) => None,
                    };
                    block.stmts.iter().filter_map(bound).collect()
                }
                Expr::Let { pat, value } => vec![whole(*pat, *value)],
                Expr::Match { value, arms } => {
                    arms.iter().map(|arm| whole(arm.pat, *value)).collect()
                }
                Expr::For { pat, iter, .. } => vec![Binding {
                    pat: *pat,
                    value: *iter,
                    each: true,
                }],
                _ => Vec::new(),
            };
            found
        })
    }

    /// Loops around a range of the text, by expression.
    pub fn loops_around(&self, range: TextRange) -> impl Iterator<Item = (&Expr, TextRange)> {
        let all = self.exprs.iter().zip(self.ranges.iter().copied());
        all.filter(move |(expr, around)| expr.is_loop() && around.holds(range))
    }

    /// The innermost loop around a range of the text.
    #[must_use]
    pub fn innermost_loop(&self, range: TextRange) -> Option<(&Expr, TextRange)> {
        self.loops_around(range)
            .min_by_key(|(_, around)| around.end - around.start)
    }

    /// Whether an expression is what a loop does when what it tries has failed, before it tries again: in its `Err(…)` arm, or in the body
    /// of `while let Err(…)`.
    #[must_use]
    pub fn is_between_tries(&self, at: ExprId) -> bool {
        let here = self.range(at);
        let Some((_, around)) = self.innermost_loop(here) else {
            return false;
        };
        let fails = |pat: PatId| match self.pat(pat) {
            Pat::TupleStruct { path, .. } => {
                path.segments.last().is_some_and(|last| last.name == "Err")
            }
            _ => false,
        };
        let is_failure =
            |cond: ExprId| matches!(self.expr(cond), Expr::Let { pat, .. } if fails(*pat));
        let mut inside = self.exprs.iter().zip(&self.ranges);
        inside.any(|(expr, range)| {
            around.holds(*range)
                && match expr {
                    Expr::Match { arms, .. } => arms
                        .iter()
                        .any(|arm| fails(arm.pat) && self.range(arm.body).holds(here)),
                    Expr::If {
                        cond, then: body, ..
                    }
                    | Expr::While { cond, body, .. } => {
                        is_failure(*cond) && self.range(*body).holds(here)
                    }
                    _ => false,
                }
        })
    }

    /// Whether two expressions are in different branches of an `if` or a `match`: what runs one passes by the other.
    #[must_use]
    pub fn is_either(&self, one: ExprId, other: ExprId) -> bool {
        let (one, other) = (self.range(one), self.range(other));
        self.exprs.iter().any(|expr| {
            let branches: Vec<ExprId> = match expr {
                Expr::If { then, or_else, .. } => or_else.iter().chain([then]).copied().collect(),
                Expr::Match { arms, .. } => arms.iter().map(|arm| arm.body).collect(),
                _ => return false,
            };
            let of = |asked: TextRange| {
                let mut all = branches.iter();
                all.position(|branch| self.range(*branch).holds(asked))
            };
            of(one).is_some_and(|one| of(other).is_some_and(|other| one != other))
        })
    }

    /// Locals that are named within a range of the text.
    #[must_use]
    pub fn locals_in(&self, range: TextRange) -> Vec<LocalId> {
        let all = self.exprs.iter().zip(&self.ranges);
        let named = all.filter_map(|(expr, at)| match expr {
            Expr::Local(local) if range.holds(*at) => Some(*local),
            _ => None,
        });
        named.collect()
    }

    /// A chain's root and its links, from there up: receivers nest as deep as chains are long.
    #[must_use]
    pub fn chain(&self, last: ExprId) -> (ExprId, Vec<ExprId>) {
        let (mut root, mut links) = (last, Vec::new());
        while let Expr::Method { receiver, .. }
        | Expr::Await(receiver)
        | Expr::Try(receiver)
        | Expr::Field { base: receiver, .. } = self.expr(root)
        {
            links.push(root);
            root = *receiver;
        }
        links.reverse();
        (root, links)
    }

    /// Locals that a pattern binds, in order.
    #[must_use]
    pub fn bound_by(&self, pat: PatId) -> Vec<LocalId> {
        let parts: Vec<PatId> = match self.pat(pat) {
            Pat::Bind { local, sub, .. } => {
                let mut found = vec![*local];
                found.extend(sub.iter().flat_map(|sub| self.bound_by(*sub)));
                return found;
            }
            Pat::TupleStruct { pats, .. }
            | Pat::Tuple { pats, .. }
            | Pat::Or(pats)
            | Pat::Slice(pats) => pats.clone(),
            Pat::Struct { fields, .. } => fields.iter().map(|(_, pat)| *pat).collect(),
            Pat::Ref(inner) | Pat::Typed(inner, _) => vec![*inner],
            Pat::Path(_) | Pat::Bool(_) | Pat::Literal | Pat::Wild => Vec::new(),
        };
        parts
            .into_iter()
            .flat_map(|pat| self.bound_by(pat))
            .collect()
    }
}

/// What becomes of an expression's value.
impl Body {
    /// Whether nobody looks at what a call yields but at whether it failed: `call(…).await?;`, `let _ = call(…)`.
    #[must_use]
    pub fn is_discarded(&self, call: ExprId) -> bool {
        let mut value = call;
        for _ in 0..MAX_CARRIERS {
            match self.carrier(value) {
                Some(carrier) => value = carrier,
                None => break,
            }
        }
        self.exprs.iter().any(|expr| match expr {
            Expr::Block(block) => block.stmts.iter().any(|stmt| match stmt {
                Stmt::Semi(id) => *id == value,
                Stmt::Let { pat, init, .. } => {
                    *init == Some(value) && matches!(self.pat(*pat), Pat::Wild)
                }
            }),
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } => *receiver == value && name == "map" && self.ignores(args),
            _ => false,
        })
    }

    /// Whether a call's failure leaves the function: by `?`, or by a panic.
    #[must_use]
    pub fn fails_with(&self, call: ExprId) -> bool {
        let range = self.range(call);
        let mut exprs = self.exprs.iter().zip(&self.ranges);
        // There `?` leaves no more than these.
        let is_apart = exprs.any(|(expr, around)| {
            matches!(expr, Expr::Closure(_) | Expr::Async { .. }) && around.holds(range)
        });
        let mut value = call;
        for _ in 0..MAX_CARRIERS {
            let Some(carrier) = self.carrier(value) else {
                return !is_apart && self.is_answer(value);
            };
            let leaves = match self.expr(carrier) {
                Expr::Try(_) => true,
                Expr::Method { name, .. } => *name == "expect" || *name == "unwrap",
                _ => false,
            };
            if leaves {
                return !is_apart;
            }
            value = carrier;
        }
        false
    }

    /// Whether a value is the function's own: `return value`, or the last of its block.
    fn is_answer(&self, value: ExprId) -> bool {
        let is_last = |root: ExprId| match self.expr(root) {
            Expr::Block(block) => block.tail == Some(value),
            _ => root == value,
        };
        let is_returned = |expr: &Expr| matches!(expr, Expr::Return(Some(of)) if *of == value);
        self.root.is_some_and(is_last) || self.exprs.iter().any(is_returned)
    }

    /// `?`, `.await` and what else says what to do when it fails.
    fn carrier(&self, value: ExprId) -> Option<ExprId> {
        let carries = |expr: &Expr| match expr {
            Expr::Await(inner) | Expr::Try(inner) => *inner == value,
            Expr::Method { receiver, name, .. } => {
                let names = [
                    "map_err",
                    "context",
                    "with_context",
                    "expect",
                    "unwrap",
                    "inspect_err",
                ];
                *receiver == value && names.contains(&name.as_str())
            }
            _ => false,
        };
        let index = self.exprs.iter().position(carries)?;
        Some(ExprId(index as u32))
    }

    /// `|_| …`
    fn ignores(&self, args: &[ExprId]) -> bool {
        let closure = args.first().map(|arg| self.expr(*arg));
        matches!(closure, Some(Expr::Closure(closure)) if matches!(closure.params.as_slice(), [(pat, _)] if matches!(self.pat(*pat), Pat::Wild)))
    }
}
