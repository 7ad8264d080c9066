//! Every lint, in the order of ownership: where two would speak of one event, the first does.

use crate::lint::Lint;

#[path = "meta/allow_without_reason/mod.rs"]
mod allow_without_reason;
#[path = "checkout/nested_checkout/mod.rs"]
mod nested_checkout;
#[path = "checkout/query_escapes_transaction/mod.rs"]
mod query_escapes_transaction;
#[path = "meta/unknown_lint/mod.rs"]
mod unknown_lint;
#[path = "locking/unordered_row_locks/mod.rs"]
mod unordered_row_locks;
#[path = "meta/unused_allow/mod.rs"]
mod unused_allow;

/// Every lint.
pub static LINTS: &[&Lint] = &[
    &query_escapes_transaction::LINT,
    &nested_checkout::LINT,
    &unordered_row_locks::LINT,
    &unused_allow::LINT,
    &unknown_lint::LINT,
    &allow_without_reason::LINT,
];
