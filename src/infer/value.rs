//! What an expression stands for: a place that can be told apart from others (a parameter, a field of it, a static, the result of a call).

use std::sync::Arc;

use crate::defs::ValueId;
use crate::ir::{ExprId, LocalId, Name};

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Root {
    /// A parameter; 0 is `self`, the others count from 1.
    Param(u32),
    /// A closure's parameter, from 0.
    ClosureParam(ExprId, u32),
    /// A static or constant.
    Static(ValueId),
    /// What an expression made: a call's result, a literal, a closure.
    Site(ExprId),
    /// A local whose value is not known.
    Local(LocalId),
}

/// A place: where it comes from, and the fields that lead to it. Carriers (`Option`, `Arc`, `&`, a mutex) are transparent.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Where it comes from.
    pub root: Root,
    /// Field by field.
    pub path: Option<Arc<[Name]>>,
}

/// Paths of recursive types grow no longer than this.
const MAX_PATH: usize = 6;

impl Place {
    /// The root itself.
    #[must_use]
    pub fn root(root: Root) -> Self {
        Self { root, path: None }
    }

    /// Its fields, outermost first.
    #[must_use]
    pub fn fields(&self) -> &[Name] {
        self.path.as_deref().unwrap_or(&[])
    }

    /// A field of it.
    #[must_use]
    pub fn field(&self, name: Name) -> Self {
        if self.fields().len() >= MAX_PATH {
            return self.clone();
        }
        let path = self.fields().iter().copied().chain([name]).collect();
        Self {
            root: self.root,
            path: Some(path),
        }
    }

    /// The same place, or one inside the other: a pool's newtype and the pool in it are one pool.
    #[must_use]
    pub fn is_one_with(&self, other: &Self) -> bool {
        let (one, two) = (self.fields(), other.fields());
        self.root == other.root && (one.starts_with(two) || two.starts_with(one))
    }

    /// `self`'s fields put behind another place.
    #[must_use]
    pub fn rebased(&self, on: &Self) -> Self {
        self.fields()
            .iter()
            .fold(on.clone(), |place, name| place.field(*name))
    }
}

/// What an expression may stand for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Val {
    /// Not known.
    #[default]
    None,
    /// Exactly this.
    One(Place),
    /// One of these.
    Many(Arc<[Place]>),
}

/// More alternatives than this are not followed.
const MAX_ALTERNATIVES: usize = 8;

impl Val {
    /// A root itself.
    #[must_use]
    pub fn root(root: Root) -> Self {
        Self::One(Place::root(root))
    }

    /// What an expression made.
    #[must_use]
    pub fn site(id: ExprId) -> Self {
        Self::root(Root::Site(id))
    }

    /// All alternatives.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        match self {
            Self::None => &[],
            Self::One(place) => std::slice::from_ref(place),
            Self::Many(places) => places,
        }
    }

    /// The place, if there is just one.
    #[must_use]
    pub fn one(&self) -> Option<&Place> {
        match self {
            Self::One(place) => Some(place),
            _ => None,
        }
    }

    /// From alternatives.
    #[must_use]
    pub fn from_places(mut places: Vec<Place>) -> Self {
        places.sort();
        places.dedup();
        places.truncate(MAX_ALTERNATIVES);
        match places.len() {
            0 => Self::None,
            1 => places.pop().map_or(Self::None, Self::One),
            _ => Self::Many(places.into()),
        }
    }

    /// Either of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) => other,
            (this, Self::None) => this,
            (Self::One(a), Self::One(b)) if a == b => Self::One(a),
            (a, b) => Self::from_places(a.places().iter().chain(b.places()).cloned().collect()),
        }
    }

    /// With each place replaced.
    #[must_use]
    pub fn map(&self, with: impl Fn(&Place) -> Self) -> Self {
        match self {
            Self::None => Self::None,
            Self::One(place) => with(place),
            Self::Many(places) => places.iter().map(with).fold(Self::None, Self::or),
        }
    }
}
