//! a suppression that suppresses nothing.

use crate::lint::{Check, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unused_allow",
    group: "meta",
    level: Level::Warn,
    summary: "a suppression that suppresses nothing",
    docs: include_str!("README.md"),
    check: Check::Suppressions,
};
