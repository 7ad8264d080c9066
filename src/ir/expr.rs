//! Expressions, statements and patterns of a body.

use super::{ExprId, LocalId, Name, PatId, PathRef, Rare, TypeRef};
use crate::source::TextRange;

/// A statement of a block.
#[derive(Debug)]
pub enum Stmt {
    /// `let pat: ty = init else { … };`
    Let {
        /// What it binds.
        pat: PatId,
        /// Written type.
        ty: Option<TypeRef>,
        /// Value.
        init: Option<ExprId>,
        /// `else` block, which diverges.
        or_else: Option<ExprId>,
    },
    /// `expr;`: temporaries die and an unbound value is dropped.
    Semi(ExprId),
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// With its sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// An expression.
#[derive(Debug)]
pub enum Expr {
    /// A local variable (or `self`).
    Local(LocalId),
    /// Any other path: constant, static, function, unit struct, enum variant, const generic.
    Path(Box<PathRef>),
    /// A string literal's value (also byte strings that are UTF-8).
    Str(Box<str>),
    /// An integer literal.
    Int(i64),
    /// `true`, `false`
    Bool(bool),
    /// Any other literal.
    Literal,
    /// `f(a, b)`
    Call {
        /// What is called.
        callee: ExprId,
        /// Arguments.
        args: Box<[ExprId]>,
    },
    /// `a.m::<T>(b, c)`; its range is the whole chain, `name_range` the identifier.
    Method {
        /// Receiver.
        receiver: ExprId,
        /// Method's name.
        name: Name,
        /// Where the name stands.
        name_range: TextRange,
        /// Turbofish.
        turbofish: Rare<TypeRef>,
        /// Arguments, receiver excluded.
        args: Box<[ExprId]>,
    },
    /// `a.b`, `a.0`
    Field {
        /// Of what.
        base: ExprId,
        /// Which.
        name: Name,
    },
    /// `a[b]`
    Index(ExprId, ExprId),
    /// `a.await`
    Await(ExprId),
    /// `a?`
    Try(ExprId),
    /// `&a`, `&mut a`
    Ref(ExprId, bool),
    /// `*a`
    Deref(ExprId),
    /// `!a`, `-a`
    Unary(ExprId),
    /// `a + b`, `a << b`…; `a && b` and `a || b` are `Logic`.
    Binary(ExprId, ExprId),
    /// `a == b`, `a < b`…
    Compare(Comparison, ExprId, ExprId),
    /// `a && b`, `a || b`: the right side may not run.
    Logic {
        /// `&&`
        and: bool,
        /// Left side.
        left: ExprId,
        /// Right side.
        right: ExprId,
    },
    /// `a = b`; `op` for `a += b`.
    Assign {
        /// Place.
        place: ExprId,
        /// Value.
        value: ExprId,
        /// Compound assignment.
        op: bool,
    },
    /// `{ … }`, `unsafe { … }`, `'l: { … }`, `const { … }`
    Block(Box<Block>),
    /// `async { … }`, `async move { … }`: runs where it is awaited.
    Async {
        /// What runs.
        body: ExprId,
        /// `move`
        is_move: bool,
    },
    /// `if cond { … } else { … }`; let chains are `Logic` over `Let`.
    If {
        /// Condition.
        cond: ExprId,
        /// Block.
        then: ExprId,
        /// `else` branch.
        or_else: Option<ExprId>,
    },
    /// `let pat = value` as a condition.
    Let {
        /// Pattern.
        pat: PatId,
        /// Scrutinee.
        value: ExprId,
    },
    /// `match value { … }`
    Match {
        /// Scrutinee.
        value: ExprId,
        /// Arms.
        arms: Vec<Arm>,
    },
    /// `loop { … }`
    Loop {
        /// Body.
        body: ExprId,
        /// `'label`
        label: Option<Name>,
    },
    /// `while cond { … }`
    While {
        /// Condition, perhaps `Let`.
        cond: ExprId,
        /// Body.
        body: ExprId,
        /// `'label`
        label: Option<Name>,
    },
    /// `for pat in iter { … }`
    For {
        /// Element.
        pat: PatId,
        /// What is iterated.
        iter: ExprId,
        /// Body.
        body: ExprId,
        /// `'label`
        label: Option<Name>,
    },
    /// `|a, b| …`, `async move |a| …`
    Closure(Box<Closure>),
    /// `return a`
    Return(Option<ExprId>),
    /// `break 'l a`
    Break(Option<Name>, Option<ExprId>),
    /// `continue 'l`
    Continue(Option<Name>),
    /// `S { a, b: c, ..rest }`
    Struct {
        /// Which struct or variant.
        path: Box<PathRef>,
        /// Fields.
        fields: Vec<(Name, ExprId)>,
        /// `..rest`
        rest: Option<ExprId>,
    },
    /// `(a, b)`; `()` is empty.
    Tuple(Vec<ExprId>),
    /// `[a, b]`, `[a; n]`
    Array(Vec<ExprId>),
    /// `a..b`
    Range(Option<ExprId>, Option<ExprId>),
    /// `a as T`
    Cast(ExprId, Box<TypeRef>),
    /// `path!(…)`
    Macro(Box<MacroCall>),
    /// What the parser or the analysis doesn't know.
    Missing,
}

/// A block.
#[derive(Debug, Default)]
pub struct Block {
    /// Statements.
    pub stmts: Vec<Stmt>,
    /// The value, if the last statement has no semicolon.
    pub tail: Option<ExprId>,
    /// `'label:`
    pub label: Option<Name>,
    /// Locals bound directly in it, in order; they die at its end, last first.
    pub locals: Vec<LocalId>,
}

/// An arm of a `match`.
#[derive(Debug)]
pub struct Arm {
    /// Pattern.
    pub pat: PatId,
    /// `if` guard.
    pub guard: Option<ExprId>,
    /// Value.
    pub body: ExprId,
}

/// A closure.
#[derive(Debug)]
pub struct Closure {
    /// Parameters with written types.
    pub params: Vec<(PatId, Option<TypeRef>)>,
    /// Written return type.
    pub ret: Option<TypeRef>,
    /// What it evaluates; `Expr::Async` for the usual `|x| async move { … }`.
    pub body: ExprId,
    /// `async |…|`
    pub is_async: bool,
    /// `move`
    pub is_move: bool,
}

/// A macro call; those of the workspace's `macro_rules!` that could be expanded stand for what they expand to instead.
#[derive(Debug)]
pub struct MacroCall {
    /// The macro's path.
    pub path: PathRef,
    /// How its tokens were read.
    pub args: MacroArgs,
}

/// How a macro's tokens were read.
#[derive(Debug)]
pub enum MacroArgs {
    /// Comma-separated expressions (`format!`, `query!`, `try_join!`, `json!` often not). `name = value` is `Expr::Assign` with a
    /// `Path` or `Local` place. Names captured inline by a format string (`"{x}"`) follow as `captures`.
    Exprs {
        /// Arguments in order.
        args: Vec<ExprId>,
        /// Inline captures of the format string: name and local.
        captures: Vec<(Name, ExprId)>,
    },
    /// Statements (`async_stream::stream! { … }`, a workspace macro around a block).
    Block(ExprId),
    /// `tokio::select!`, `futures::select!`: what each arm waits for, binds and runs.
    Select(Vec<SelectArm>),
    /// Neither: nothing is known.
    Opaque,
}

/// One arm of a `select!`.
#[derive(Debug)]
pub struct SelectArm {
    /// Bound pattern (wild for `else`).
    pub pat: PatId,
    /// The future, none for `else` / `complete` / `default`.
    pub future: Option<ExprId>,
    /// `, if cond`
    pub guard: Option<ExprId>,
    /// `=> …`
    pub body: ExprId,
}

/// A pattern.
#[derive(Debug)]
pub enum Pat {
    /// `x`, `ref x`, `mut x`, `x @ sub`
    Bind {
        /// Which local.
        local: LocalId,
        /// `ref`, `ref mut`
        by_ref: bool,
        /// `@ sub`
        sub: Option<PatId>,
    },
    /// `a::B`, a unit variant or constant; also a lone upper-case identifier that no local shadows.
    Path(Box<PathRef>),
    /// `a::B(x, .., y)`; `rest` is the position of `..`.
    TupleStruct {
        /// Which.
        path: Box<PathRef>,
        /// Elements without `..`.
        pats: Vec<PatId>,
        /// Position of `..`.
        rest: Option<usize>,
    },
    /// `a::B { x, y: z, .. }`
    Struct {
        /// Which.
        path: Box<PathRef>,
        /// Fields.
        fields: Vec<(Name, PatId)>,
    },
    /// `(a, .., b)`
    Tuple {
        /// Elements without `..`.
        pats: Vec<PatId>,
        /// Position of `..`.
        rest: Option<usize>,
    },
    /// `&a`, `&mut a`
    Ref(PatId),
    /// `a | b`; a name bound in several alternatives is one local.
    Or(Vec<PatId>),
    /// `[a, b]`
    Slice(Vec<PatId>),
    /// `a: T` (closure parameters are unwrapped into `Closure::params`)
    Typed(PatId, TypeRef),
    /// `true`, `false`
    Bool(bool),
    /// Another literal, a range: what takes some values.
    Literal,
    /// `_`, `..`
    Wild,
}
