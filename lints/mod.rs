//! Every lint, in the order of ownership.

use crate::lint::{Level, Lint};

const fn meta(name: &'static str, level: Level, summary: &'static str) -> Lint {
    Lint {
        name,
        group: "meta",
        level,
        summary,
        docs: "",
        check: |_, _| {},
    }
}

static UNUSED_ALLOW: Lint = meta(
    "unused_allow",
    Level::Warn,
    "a suppression that suppresses nothing",
);
static UNKNOWN_LINT: Lint = meta(
    "unknown_lint",
    Level::Warn,
    "a suppression that names no lint",
);
static ALLOW_WITHOUT_REASON: Lint = meta(
    "allow_without_reason",
    Level::Allow,
    "a suppression without a reason",
);

/// Every lint.
pub static LINTS: &[&Lint] = &[&UNUSED_ALLOW, &UNKNOWN_LINT, &ALLOW_WITHOUT_REASON];
