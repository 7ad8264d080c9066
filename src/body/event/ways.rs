//! Ways that control and values take, and what decides them; how transactions begin.

use crate::defs::AdtId;
use crate::sql::Isolation;

/// How control leaves a unit before its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// `return`, `bail!`
    Return,
    /// `panic!`
    Panic,
    /// `?`
    Question,
    /// At its end.
    End,
}

/// Where a moved value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
    /// Into another local or a literal, which owns it now.
    Owner,
    /// Into a call: what the callee does with it is the call's business.
    Call,
    /// Out of the function.
    Return,
    /// Somewhere unknown.
    Unknown,
}

/// A function's own parameter holds, or doesn't: a flag is set, an option filled, an enum isn't some variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Which: 0 is `self`, the others count from 1.
    pub param: u32,
    /// Set or filled; else `false` or `None`.
    pub holds: bool,
    /// It is an option of a connection: callers that have one hand it in.
    pub lends: bool,
    /// It is rather a generic one of which this is the type.
    pub of: Option<AdtId>,
    /// It is rather an enum, and not this variant.
    pub other_than: Option<(AdtId, u32)>,
}

/// Whether a flag is set, or an option filled; which variant of an enum is handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Holds {
    /// Not known.
    #[default]
    Unknown,
    /// By a literal or constant: `true` or `Some(…)`, else `false` or `None`.
    Always(bool),
    /// It is rather an enum that is written as this variant.
    Variant(AdtId, u32),
    /// As this parameter of the function does.
    Like(u32),
}

/// What a transaction is begun with, as far as it is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mode {
    /// Its isolation level.
    pub isolation: Option<Isolation>,
    /// READ ONLY, or READ WRITE.
    pub read_only: Option<bool>,
    /// SQLite: it takes the write lock at once.
    pub immediate: Option<bool>,
}
