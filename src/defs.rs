//! All skeletons to one module tree: items, imports, globs, re-exports, aliases, traits and impls, across the packages of a workspace.
//! `cfg` alternatives are all kept: a lookup answers a set.

mod access;
mod collect;
mod impls;
mod imports;
mod resolve;
mod targets;
mod types;

use std::sync::RwLock;

use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, Versions};
use crate::ir::{Attrs, BodyId, Field, Function, Generics, Import, Name, Trait, TypeRef, Variant};
use crate::lowered::Lowered;
use crate::source::{FileId, Span};
use crate::ty::{Bound, TraitRef, Ty};

pub use impls::{Head, head};
pub use types::Scope;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);
    )*};
}
id! {
    /// A crate: one target of one package.
    CrateId,
    /// A module, or the block scope of a body.
    ModuleId,
    /// A struct, enum or union.
    AdtId,
    /// A trait.
    TraitId,
    /// A function, method or associated function.
    FnId,
    /// A static or constant.
    ValueId,
    /// A type alias.
    AliasId,
    /// An `impl` block.
    ImplId,
}

/// What a name means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Def {
    /// A module.
    Module(ModuleId),
    /// A struct, enum or union.
    Adt(AdtId),
    /// A variant of an enum, by position.
    Variant(AdtId, u32),
    /// A trait.
    Trait(TraitId),
    /// A function.
    Fn(FnId),
    /// A static or constant.
    Value(ValueId),
    /// A type alias.
    Alias(AliasId),
    /// A `macro_rules!` macro.
    Macro,
    /// Something of a crate outside the workspace, by its path.
    Extern(Name),
}

/// What the module tree starts from.
#[derive(Debug)]
pub struct CrateInput {
    /// Its name as code uses it.
    pub name: Name,
    /// Index of the package.
    pub package: usize,
    /// Its root file.
    pub root: FileId,
    /// A `tests/`, `benches/` target, or a package that only tests use.
    pub is_test: bool,
    /// No library: what it calls runs in a process of its own.
    pub is_program: bool,
    /// A program that is for use: no example, test, bench or build script.
    pub is_installed: bool,
    /// 2015, 2018, 2021, 2024.
    pub edition: u16,
    /// Names that lead to other crates.
    pub externs: FxHashMap<Name, Extern>,
    /// The client versions that its package depends on.
    pub versions: Versions,
}

/// Where a crate's name leads.
#[derive(Clone, Copy, Debug)]
pub enum Extern {
    /// To the library of this package.
    Member(usize),
    /// Out of the workspace, by its real name.
    Foreign(Name),
}

/// A module.
#[derive(Debug)]
pub struct Module {
    /// Which crate.
    pub krate: CrateId,
    /// The module around it; for a block scope the one it looks further in.
    pub parent: Option<ModuleId>,
    /// Its name.
    pub name: Name,
    /// The file it is written in.
    pub file: FileId,
    /// The block scope of a body.
    pub is_block: bool,
    /// Test code.
    pub in_test: bool,
    names: FxHashMap<Name, Vec<Def>>,
    globs: Vec<Def>,
}

/// A struct, enum or union.
#[derive(Debug)]
pub struct Adt<'a> {
    /// Its name.
    pub name: Name,
    /// Where its name stands.
    pub span: Span,
    /// Its module.
    pub module: ModuleId,
    /// Type parameters.
    pub generics: &'a Generics,
    /// Fields of a struct; none for an enum.
    pub fields: &'a [Field],
    /// Variants of an enum.
    pub variants: &'a [Variant],
    /// Its attributes, with what it derives.
    pub attrs: &'a Attrs,
}

/// A trait.
#[derive(Debug)]
pub struct TraitDef<'a> {
    /// Its name.
    pub name: Name,
    /// Its module.
    pub module: ModuleId,
    /// The skeleton.
    pub ir: &'a Trait,
    /// Methods by name.
    pub fns: FxHashMap<Name, FnId>,
}

/// A function, method or associated function.
#[derive(Debug)]
pub struct FnDef<'a> {
    /// The skeleton.
    pub ir: &'a Function,
    /// Its module.
    pub module: ModuleId,
    /// Its file.
    pub file: FileId,
    /// The `impl` block it stands in.
    pub in_impl: Option<ImplId>,
    /// The trait it is declared in.
    pub in_trait: Option<TraitId>,
    /// Test code.
    pub in_test: bool,
    /// The block scope of its body, if it declares items.
    pub block: Option<ModuleId>,
}

/// A static or constant.
#[derive(Debug)]
pub struct ValueDef<'a> {
    /// Its name.
    pub name: Name,
    /// Where its name stands.
    pub span: Span,
    /// Its module.
    pub module: ModuleId,
    /// The declared type.
    pub ty: &'a TypeRef,
    /// Its initialiser.
    pub init: Option<BodyId>,
    /// `static`, not `const`.
    pub is_static: bool,
    /// The block it stands in, for an associated constant.
    pub in_impl: Option<ImplId>,
    /// The block scope of its initialiser, if that declares items.
    pub block: Option<ModuleId>,
}

/// An `impl` block.
#[derive(Debug)]
pub struct ImplDef<'a> {
    /// The skeleton.
    pub ir: &'a crate::ir::Impl,
    /// Its attributes.
    pub attrs: &'a crate::ir::Attrs,
    /// Its module.
    pub module: ModuleId,
    /// Its file.
    pub file: FileId,
    /// The type it is for.
    pub self_ty: Ty,
    /// The trait, with arguments.
    pub of_trait: Option<Bound>,
    /// Methods by name.
    pub fns: FxHashMap<Name, FnId>,
    /// Associated constants.
    pub consts: FxHashMap<Name, ValueId>,
}

/// An alias.
#[derive(Debug)]
pub struct AliasDef<'a> {
    /// Its name.
    pub name: Name,
    /// Its module.
    pub module: ModuleId,
    /// Its parameters.
    pub generics: &'a Generics,
    /// The type.
    pub ty: &'a TypeRef,
}

/// All definitions of a run.
#[derive(Debug)]
pub struct Defs<'a> {
    /// What the clients' names mean.
    pub catalogue: &'a Catalogue,
    /// The files.
    pub lowered: &'a Lowered<'a>,
    /// Crates, as given.
    pub crates: Vec<CrateInput>,
    /// The root module of each crate.
    pub roots: Vec<ModuleId>,
    /// Modules and block scopes.
    pub modules: Vec<Module>,
    /// Structs, enums, unions.
    pub adts: Vec<Adt<'a>>,
    /// Traits.
    pub traits: Vec<TraitDef<'a>>,
    /// Functions.
    pub fns: Vec<FnDef<'a>>,
    /// Statics and constants.
    pub values: Vec<ValueDef<'a>>,
    /// Aliases.
    pub aliases: Vec<AliasDef<'a>>,
    /// `impl` blocks.
    pub impls: Vec<ImplDef<'a>>,
    /// `impl`s by the head of their type.
    by_head: FxHashMap<Head, Vec<ImplId>>,
    /// `impl`s by trait.
    by_trait: FxHashMap<TraitRef, Vec<ImplId>>,
    lib_of_package: FxHashMap<usize, CrateId>,
    pending: Vec<PendingImport<'a>>,
    fn_of_body: FxHashMap<(FileId, BodyId), FnId>,
    /// What globs bring into each module, found once; nothing while imports are still being resolved.
    through_globs: Vec<RwLock<FxHashMap<Name, Vec<Def>>>>,
}

#[derive(Debug)]
struct PendingImport<'a> {
    module: ModuleId,
    import: &'a Import,
    found: usize,
    /// It will never mean more.
    is_settled: bool,
}

impl<'a> Defs<'a> {
    /// Builds the module tree of `crates` from `lowered`; `paths` are the files' paths, which `mod name;` is looked up in.
    #[must_use]
    pub fn build(
        catalogue: &'a Catalogue,
        lowered: &'a Lowered<'a>,
        paths: &[&str],
        crates: Vec<CrateInput>,
    ) -> Self {
        let mut defs = Self::empty(catalogue, lowered, crates);
        collect::collect(&mut defs, paths);
        imports::resolve_all(&mut defs);
        defs.through_globs
            .resize_with(defs.modules.len(), RwLock::default);
        impls::index(&mut defs);
        defs
    }

    fn empty(catalogue: &'a Catalogue, lowered: &'a Lowered<'a>, crates: Vec<CrateInput>) -> Self {
        Self {
            catalogue,
            lowered,
            crates,
            roots: Vec::new(),
            modules: Vec::new(),
            adts: Vec::new(),
            traits: Vec::new(),
            fns: Vec::new(),
            values: Vec::new(),
            aliases: Vec::new(),
            impls: Vec::new(),
            by_head: FxHashMap::default(),
            by_trait: FxHashMap::default(),
            lib_of_package: FxHashMap::default(),
            pending: Vec::new(),
            fn_of_body: FxHashMap::default(),
            through_globs: Vec::new(),
        }
    }
}
