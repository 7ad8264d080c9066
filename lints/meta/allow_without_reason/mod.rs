//! a suppression without a reason.

use crate::lint::{Check, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "allow_without_reason",
    group: "meta",
    level: Level::Allow,
    summary: "a suppression without a reason",
    docs: include_str!("README.md"),
    check: Check::Suppressions,
};
