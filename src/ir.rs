//! What a file says, owned and without syn: item skeletons, and bodies as arenas of expressions with names *as written*.
//! `lower` makes it from text, `defs` and `infer` read it. Local variables are resolved here, everything else later.

mod expr;
mod rare;
mod shape;

pub use expr::{Arm, Block, Closure, Comparison, Expr, MacroArgs, MacroCall, Pat, SelectArm, Stmt};
pub use rare::Rare;
pub use shape::Binding;

use std::sync::OnceLock;

use crate::source::TextRange;

/// An interned identifier or path segment; compared by pointer.
pub type Name = ustr::Ustr;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index into the arena it belongs to.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
id! {
    /// An expression of one body.
    ExprId,
    /// A pattern of one body.
    PatId,
    /// A local variable of one body: each binding is its own, so shadowing needs no care.
    LocalId,
    /// A body of one file.
    BodyId,
}

/// One file, lowered.
#[derive(Debug, Default)]
pub struct FileIr {
    /// Items of the file's own module, in order; inline modules nest.
    pub items: Vec<Item>,
    /// Bodies of functions, statics and constants, in order of appearance.
    pub bodies: Vec<Slot>,
}

/// A body, or where it is read from when somebody asks for it.
#[derive(Debug)]
pub struct Slot {
    /// From a function's `fn` to its closing brace, or a value.
    pub source: TextRange,
    /// Items declared in its blocks (nested functions, `use`, constants), all blocks together.
    pub items: Vec<Item>,
    /// How many bytes of macros its expansions may read and write.
    pub allowance: u32,
    /// None where it could not be read.
    pub body: OnceLock<Option<Body>>,
}

impl Slot {
    /// One that has been read.
    #[must_use]
    pub fn read(source: TextRange, body: Body, items: Vec<Item>) -> Self {
        Self {
            source,
            items,
            allowance: 0,
            body: OnceLock::from(Some(body)),
        }
    }

    /// One that is read later.
    #[must_use]
    pub fn unread(source: TextRange, allowance: u32) -> Self {
        Self {
            source,
            items: Vec::new(),
            allowance,
            body: OnceLock::new(),
        }
    }

    /// The body, if it has been read.
    #[must_use]
    pub fn get(&self) -> Option<&Body> {
        self.body.get()?.as_ref()
    }
}

/// An item skeleton.
#[derive(Debug)]
pub struct Item {
    /// Its name; empty for `impl` blocks and `use`.
    pub name: Name,
    /// The name's place, or the keyword's where there is none.
    pub range: TextRange,
    /// From the first attribute to the closing brace.
    pub full: TextRange,
    /// What it is.
    pub kind: ItemKind,
    /// Attributes that matter.
    pub attrs: Attrs,
}

/// Attributes that matter, as written.
#[derive(Debug, Default, Clone)]
pub struct Attrs {
    /// `#[cfg(test)]` (also inside `all(…)`).
    pub cfg_test: bool,
    /// `#[test]`, `#[tokio::test]`, `#[sqlx::test]`, `#[rstest]`…: the last path segment is `test` or one of the known test macros.
    pub test: bool,
    /// Every attribute's path, joined by `::` (`get`, `tokio::main`, `derive`, `async_trait::async_trait`).
    pub paths: Vec<Name>,
    /// Names inside `#[derive(…)]`, last segments.
    pub derives: Vec<Name>,
    /// `#[path = "…"]` on a module.
    pub path: Option<String>,
    /// `#[macro_use]` / `#[macro_export]`.
    pub macro_use: bool,
}

/// The kinds of items the analysis reads.
#[derive(Debug)]
pub enum ItemKind {
    /// `mod name;` (`None`) or `mod name { … }`.
    Mod(Option<Vec<Item>>),
    /// `use`: one entry an imported name.
    Use(Vec<Import>),
    /// `extern crate a as b;`
    ExternCrate {
        /// The crate's own name; `Item::name` is the alias.
        krate: Name,
    },
    /// A free function.
    Fn(Box<Function>),
    /// A struct or union.
    Struct(Generics, Vec<Field>),
    /// An enum and its variants.
    Enum(Generics, Vec<Variant>),
    /// A trait.
    Trait(Box<Trait>),
    /// An `impl` block.
    Impl(Box<Impl>),
    /// `type Name<…> = …;`
    Alias(Generics, TypeRef),
    /// `static` or `const`, those inside `lazy_static!` and `thread_local!` too.
    Value {
        /// The declared type; for `thread_local!` the inner type wrapped in a path `LocalKey<…>`.
        ty: TypeRef,
        /// The initialiser.
        init: Option<BodyId>,
        /// `static` (or one of the macros), not `const`.
        is_static: bool,
    },
    /// `macro_rules!`; calls are expanded already.
    MacroRules,
}

/// One imported name.
#[derive(Debug, Clone)]
pub struct Import {
    /// The whole path, prefix included; `crate`, `self`, `super` are kept; a leading `::` becomes an empty first segment.
    pub path: Vec<Name>,
    /// What it is called here.
    pub alias: ImportAs,
    /// `pub use`, `pub(crate) use`…
    pub is_pub: bool,
    /// `#[cfg(test)]`.
    pub cfg_test: bool,
}

/// What an import is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportAs {
    /// `use a::b;` or `use a::b as c;`
    Name(Name),
    /// `use a::*;`
    Glob,
    /// `use a::B as _;`
    Underscore,
}

/// Named or numbered field ("0", "1"…).
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// Where the name stands (the type, for a tuple field).
    pub range: TextRange,
    /// Attributes' paths joined by `::`, for derive helpers (`deref`).
    pub attrs: Vec<Name>,
}

/// An enum's variant.
#[derive(Debug)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A trait's definition.
#[derive(Debug)]
pub struct Trait {
    /// Type parameters.
    pub generics: Generics,
    /// Supertraits.
    pub supers: Vec<PathRef>,
    /// Methods; a default one has a body.
    pub fns: Vec<Function>,
    /// Associated types with their bounds and default.
    pub types: Vec<(Name, Vec<PathRef>, Option<TypeRef>)>,
}

/// An `impl` block.
#[derive(Debug)]
pub struct Impl {
    /// Type parameters.
    pub generics: Generics,
    /// The trait, unless inherent.
    pub of_trait: Option<PathRef>,
    /// The type it is for.
    pub self_ty: TypeRef,
    /// Methods and associated functions.
    pub fns: Vec<Function>,
    /// Associated types.
    pub types: Vec<(Name, TypeRef)>,
    /// Associated constants, with their initialisers.
    pub consts: Vec<(Name, TypeRef, Option<BodyId>)>,
}

/// A function's signature and body.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub range: TextRange,
    /// From the first attribute to the end of the body.
    pub full: TextRange,
    /// Type parameters; `impl Trait` parameters stay `TypeRef::Impl` in place.
    pub generics: Generics,
    /// How `self` is taken.
    pub receiver: Option<Receiver>,
    /// Types of the parameters, `self` excluded. The patterns are in the body.
    pub params: Vec<TypeRef>,
    /// Names of the parameters where they are plain bindings.
    pub param_names: Vec<Option<Name>>,
    /// Declared return type; `()` is the empty tuple.
    pub ret: TypeRef,
    /// `async fn`.
    pub is_async: bool,
    /// `pub`, without limits.
    pub is_pub: bool,
    /// Attributes that matter.
    pub attrs: Attrs,
    /// The body, none in a trait's declaration.
    pub body: Option<BodyId>,
}

/// How `self` is taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Receiver {
    /// `self`, `mut self`
    Value,
    /// `&self`
    Ref,
    /// `&mut self`
    RefMut,
    /// `self: Arc<Self>` and the like.
    Typed(TypeRef),
}

/// Type parameters with their bounds; lifetimes and const parameters are left out.
#[derive(Debug, Default, Clone)]
pub struct Generics {
    /// `<T: A + B = D>`
    pub params: Vec<GenericParam>,
    /// `where T: A + B`, one entry a bounded type.
    pub wheres: Vec<(TypeRef, Vec<PathRef>)>,
}

/// One type parameter.
#[derive(Debug, Clone)]
pub struct GenericParam {
    /// Its name.
    pub name: Name,
    /// Trait bounds.
    pub bounds: Vec<PathRef>,
    /// Default type.
    pub default: Option<TypeRef>,
}

/// A type as written; lifetimes are dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeRef {
    /// `a::b::C<D>`, `Self`, `T`
    Path(PathRef),
    /// `&T`, `&mut T`
    Ref(Box<TypeRef>, bool),
    /// `*const T`, `*mut T`
    Ptr(Box<TypeRef>),
    /// `(A, B)`; `()` is empty.
    Tuple(Vec<TypeRef>),
    /// `[T]`, `[T; N]`
    Slice(Box<TypeRef>),
    /// `impl A + B`
    Impl(Vec<PathRef>),
    /// `dyn A + B`
    Dyn(Vec<PathRef>),
    /// `fn(A) -> B`
    Fn(Vec<TypeRef>, Box<TypeRef>),
    /// `!`
    Never,
    /// `_`, macros in type position, anything else.
    Unknown,
}

/// A path as written. A leading `::` becomes an empty first segment.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRef {
    /// `<T as Trait>::` or `<T>::` before the segments; with a trait, the trait's segments come first in `segments`.
    pub qself: Option<Box<TypeRef>>,
    /// Segments, at least one (unless `qself` alone).
    pub segments: Box<[Segment]>,
}

/// A segment of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its identifier.
    pub name: Name,
    /// `<A, B>`; for `Fn(A, B) -> C` one `TypeRef::Fn`.
    pub args: Rare<TypeRef>,
    /// `<Item = T>`
    pub bindings: Rare<(Name, TypeRef)>,
}

/// The body of a function, static or constant. Closures and async blocks live in the body that holds them.
#[derive(Debug, Default)]
pub struct Body {
    /// Expressions; `ranges` runs parallel.
    pub exprs: Vec<Expr>,
    /// The place of each expression.
    pub ranges: Vec<TextRange>,
    /// Patterns.
    pub pats: Vec<Pat>,
    /// Local variables, parameters included.
    pub locals: Vec<Local>,
    /// The local that `self` is, if any.
    pub self_local: Option<LocalId>,
    /// Patterns of the parameters, `self` excluded.
    pub params: Vec<PatId>,
    /// The whole.
    pub root: Option<ExprId>,
}

/// A local variable.
#[derive(Debug)]
pub struct Local {
    /// Its name.
    pub name: Name,
    /// Where it is bound.
    pub range: TextRange,
    /// `mut`
    pub is_mut: bool,
}

impl Body {
    /// The expression itself.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// Its place in the file.
    #[must_use]
    pub fn range(&self, id: ExprId) -> TextRange {
        self.ranges[id.index()]
    }

    /// The pattern itself.
    #[must_use]
    pub fn pat(&self, id: PatId) -> &Pat {
        &self.pats[id.index()]
    }
}
