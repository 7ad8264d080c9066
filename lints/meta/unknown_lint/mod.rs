//! a suppression that names no lint.

use crate::lint::{Check, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unknown_lint",
    group: "meta",
    level: Level::Warn,
    summary: "a suppression that names no lint",
    docs: include_str!("README.md"),
    check: Check::Suppressions,
};
