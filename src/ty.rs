//! Types of values, as far as they matter: which definition, with which arguments. What isn't known is `Unknown`, never guessed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalogue::{ExtId, TraitExtId};
use crate::defs::{AdtId, FnId, TraitId};
use crate::ir::{ExprId, Name};

/// A type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Ty {
    /// Nothing is known.
    #[default]
    Unknown,
    /// A struct, enum or union of the workspace.
    Adt(AdtId, Args),
    /// A type of the catalogue.
    Ext(ExtId, Args),
    /// A type of some other crate, by the path it was named.
    Foreign(Name, Args),
    /// `&T`, `&mut T`; `true` for the latter.
    Ref(Arc<Ty>, bool),
    /// `(A, B)`
    Tuple(Args),
    /// `[T]`, `[T; N]`
    Slice(Arc<Ty>),
    /// A type parameter of the function or impl at hand; its bounds are looked up there.
    Param(Name),
    /// `impl A + B`, `dyn A + B`
    Bounded(Arc<[Bound]>),
    /// A closure of the body at hand.
    Closure(ExprId),
    /// A function used as a value.
    Fn(FnId),
    /// Anything that yields this type when awaited.
    Future(Arc<Ty>),
    /// A function pointer's or closure bound's return type.
    FnPointer(Args, Arc<Ty>),
    /// `!`
    Never,
}

/// Type arguments.
pub type Args = Arc<[Ty]>;

/// A trait bound.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bound {
    /// Which trait.
    pub of: TraitRef,
    /// Its type arguments.
    pub args: Args,
    /// `Item = T`
    pub bindings: Vec<(Name, Ty)>,
}

/// A trait.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TraitRef {
    /// Of the workspace.
    Own(TraitId),
    /// Of the catalogue.
    Ext(TraitExtId),
    /// Of some other crate.
    Foreign(Name),
}

/// What type parameters stand for.
pub type Subst = FxHashMap<Name, Ty>;

/// No arguments.
#[must_use]
pub fn no_args() -> Args {
    Arc::from([])
}

impl Ty {
    /// `()`.
    #[must_use]
    pub fn unit() -> Self {
        Self::Tuple(no_args())
    }

    /// Known at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Without outer references.
    #[must_use]
    pub fn peeled(&self) -> &Self {
        let mut ty = self;
        while let Self::Ref(inner, _) = ty {
            ty = inner;
        }
        ty
    }

    /// A reference.
    #[must_use]
    pub fn is_ref(&self) -> bool {
        matches!(self, Self::Ref(..))
    }

    /// Its type arguments.
    #[must_use]
    pub fn args(&self) -> &[Self] {
        match self {
            Self::Adt(_, args)
            | Self::Ext(_, args)
            | Self::Foreign(_, args)
            | Self::Tuple(args) => args,
            _ => &[],
        }
    }

    /// With parameters replaced; those that `subst` doesn't know stay.
    #[must_use]
    pub fn subst(&self, subst: &Subst) -> Self {
        if subst.is_empty() {
            return self.clone();
        }
        let all = |args: &Args| -> Args { args.iter().map(|arg| arg.subst(subst)).collect() };
        match self {
            Self::Param(name) => subst.get(name).cloned().unwrap_or_else(|| self.clone()),
            Self::Adt(id, args) => Self::Adt(*id, all(args)),
            Self::Ext(id, args) => Self::Ext(*id, all(args)),
            Self::Foreign(name, args) => Self::Foreign(*name, all(args)),
            Self::Tuple(args) => Self::Tuple(all(args)),
            Self::Ref(inner, mutable) => Self::Ref(Arc::new(inner.subst(subst)), *mutable),
            Self::Slice(inner) => Self::Slice(Arc::new(inner.subst(subst))),
            Self::Future(inner) => Self::Future(Arc::new(inner.subst(subst))),
            Self::FnPointer(args, ret) => Self::FnPointer(all(args), Arc::new(ret.subst(subst))),
            Self::Bounded(bounds) => {
                Self::Bounded(bounds.iter().map(|bound| bound.subst(subst)).collect())
            }
            _ => self.clone(),
        }
    }

    /// With parameters that nothing told replaced by `Unknown`: what leaves a callee.
    #[must_use]
    pub fn closed(&self, subst: &Subst) -> Self {
        let mut ty = self.subst(subst);
        ty.forget_params();
        ty
    }

    fn forget_params(&mut self) {
        let forget = |args: &mut Args| {
            if args.iter().any(Self::mentions_param) {
                *args = args
                    .iter()
                    .cloned()
                    .map(|mut arg| {
                        arg.forget_params();
                        arg
                    })
                    .collect();
            }
        };
        match self {
            Self::Param(_) => *self = Self::Unknown,
            Self::Adt(_, args)
            | Self::Ext(_, args)
            | Self::Foreign(_, args)
            | Self::Tuple(args) => forget(args),
            Self::Ref(inner, _) | Self::Slice(inner) | Self::Future(inner) => {
                Arc::make_mut(inner).forget_params();
            }
            Self::FnPointer(args, ret) => {
                forget(args);
                Arc::make_mut(ret).forget_params();
            }
            _ => {}
        }
    }

    /// Whether a sheet's type says what a closure returns (`Option<Closure0>`).
    #[must_use]
    pub fn mentions_closure(&self) -> bool {
        match self {
            Self::Param(name) => name.starts_with("Closure"),
            Self::Ref(inner, _) | Self::Future(inner) => inner.mentions_closure(),
            _ => self.args().iter().any(Self::mentions_closure),
        }
    }

    fn mentions_param(&self) -> bool {
        match self {
            Self::Param(_) => true,
            Self::Adt(_, args)
            | Self::Ext(_, args)
            | Self::Foreign(_, args)
            | Self::Tuple(args) => args.iter().any(Self::mentions_param),
            Self::Ref(inner, _) | Self::Slice(inner) | Self::Future(inner) => {
                inner.mentions_param()
            }
            Self::FnPointer(args, ret) => {
                args.iter().any(Self::mentions_param) || ret.mentions_param()
            }
            _ => false,
        }
    }

    /// Learns what parameters of `self`, a declared type, stand for when `actual` is given for it.
    pub fn unify(&self, actual: &Self, subst: &mut Subst) {
        match (self, actual) {
            (_, Self::Unknown) => {}
            (Self::Param(name), _) => {
                let known = subst.entry(*name).or_default();
                if !known.is_known() {
                    *known = actual.clone();
                }
            }
            (Self::Ref(inner, _), other) => {
                let referred: &Self = if let Self::Ref(referred, _) = other {
                    referred
                } else {
                    other
                };
                inner.unify(referred, subst);
            }
            (Self::Slice(inner), Self::Slice(other))
            | (Self::Future(inner), Self::Future(other)) => inner.unify(other, subst),
            (Self::Adt(a, args), Self::Adt(b, others)) if a == b => unify_all(args, others, subst),
            (Self::Ext(a, args), Self::Ext(b, others)) if a == b => unify_all(args, others, subst),
            (Self::Tuple(args), Self::Tuple(others)) => unify_all(args, others, subst),
            _ => {}
        }
    }
}

fn unify_all(declared: &[Ty], actual: &[Ty], subst: &mut Subst) {
    for (one, other) in declared.iter().zip(actual) {
        one.unify(other, subst);
    }
}

impl Bound {
    fn subst(&self, subst: &Subst) -> Self {
        Self {
            of: self.of,
            args: self.args.iter().map(|arg| arg.subst(subst)).collect(),
            bindings: self
                .bindings
                .iter()
                .map(|(name, ty)| (*name, ty.subst(subst)))
                .collect(),
        }
    }

    /// The type bound to an associated type's name.
    #[must_use]
    pub fn binding(&self, name: &str) -> Option<&Ty> {
        self.bindings
            .iter()
            .find(|(bound, _)| *bound == name)
            .map(|(_, ty)| ty)
    }
}
