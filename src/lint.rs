//! What a lint is, and what it reports.

use crate::context::{Context, UnitContext};
use crate::source::Span;

/// How loud a finding is.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not shown.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

/// One lint: what `rules`, `explain`, configuration and reports know of it.
#[derive(Debug)]
pub struct Lint {
    /// Its name, in snake case; reads well after "allow".
    pub name: &'static str,
    /// The folder of `lints/` that holds it.
    pub group: &'static str,
    /// The level unless configured.
    pub level: Level,
    /// One sentence: what it finds.
    pub summary: &'static str,
    /// Its page: the README.md of its folder.
    pub docs: &'static str,
    /// Finds.
    pub check: Check,
}

/// What a lint looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One unit at a time: a function's body, or a closure that runs elsewhere.
    Unit(fn(&UnitContext<'_, '_>, &mut Vec<Finding>)),
    /// The whole workspace at once.
    Whole(fn(&Context<'_>, &mut Vec<Finding>)),
    /// Suppressions: `suppress` finds these.
    Suppressions,
}

/// What a lint found: a cause and its consequences.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which lint.
    pub lint: &'static str,
    /// One line, lower case, no full stop: what happens at run time.
    pub message: String,
    /// Where the harm is.
    pub primary: Label,
    /// From cause to harm: where the transaction begins, where the connection was checked out, the calls in between.
    pub related: Vec<Label>,
    /// Further places of the same cause: later lints don't tell them again.
    pub covers: Vec<Span>,
    /// Facts that hold regardless of place.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// The function it lies in, as a path (`billing::charge`).
    pub function: String,
    /// In test code, or in what only tests call: nothing is told there unless configured.
    pub in_test: bool,
    /// A judgement: allowed by default, whatever the lint's level.
    pub pedantic: bool,
}

/// A place and what to say about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What, lower case, no full stop.
    pub message: String,
}
