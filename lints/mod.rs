//! Every lint, in the order of ownership: where two would speak of one event, the first does.

use crate::lint::Lint;

#[path = "checkout/advisory_lock_split/mod.rs"]
mod advisory_lock_split;
#[path = "meta/allow_without_reason/mod.rs"]
mod allow_without_reason;
#[path = "autocommit/autocommit_off/mod.rs"]
mod autocommit_off;
#[path = "transaction/commit_after_swallowed_error/mod.rs"]
mod commit_after_swallowed_error;
#[path = "transaction/conditionally_committed/mod.rs"]
mod conditionally_committed;
#[path = "connection/connection_outside_handler/mod.rs"]
mod connection_outside_handler;
#[path = "isolation/dirty_reads/mod.rs"]
mod dirty_reads;
#[path = "locking/inconsistent_lock_order/mod.rs"]
mod inconsistent_lock_order;
#[path = "isolation/late_isolation_change/mod.rs"]
mod late_isolation_change;
#[path = "checkout/nested_checkout/mod.rs"]
mod nested_checkout;
#[path = "transaction/nested_transaction/mod.rs"]
mod nested_transaction;
#[path = "checkout/open_transaction_returned/mod.rs"]
mod open_transaction_returned;
#[path = "checkout/query_escapes_transaction/mod.rs"]
mod query_escapes_transaction;
#[path = "isolation/serializable_without_retry/mod.rs"]
mod serializable_without_retry;
#[path = "checkout/session_state_on_pool/mod.rs"]
mod session_state_on_pool;
#[path = "connection/shared_connection_transaction/mod.rs"]
mod shared_connection_transaction;
#[path = "transaction/test_transaction_outside_tests/mod.rs"]
mod test_transaction_outside_tests;
#[path = "transaction/transaction_never_committed/mod.rs"]
mod transaction_never_committed;
#[path = "checkout/transaction_on_pool/mod.rs"]
mod transaction_on_pool;
#[path = "meta/unknown_lint/mod.rs"]
mod unknown_lint;
#[path = "locking/unordered_row_locks/mod.rs"]
mod unordered_row_locks;
#[path = "meta/unused_allow/mod.rs"]
mod unused_allow;
#[path = "transaction/use_after_failed_statement/mod.rs"]
mod use_after_failed_statement;
#[path = "isolation/write_in_read_only/mod.rs"]
mod write_in_read_only;

/// Every lint.
pub static LINTS: &[&Lint] = &[
    &connection_outside_handler::LINT,
    &shared_connection_transaction::LINT,
    &transaction_on_pool::LINT,
    &open_transaction_returned::LINT,
    &query_escapes_transaction::LINT,
    &nested_checkout::LINT,
    &late_isolation_change::LINT,
    &session_state_on_pool::LINT,
    &advisory_lock_split::LINT,
    &autocommit_off::LINT,
    &transaction_never_committed::LINT,
    &conditionally_committed::LINT,
    &nested_transaction::LINT,
    &test_transaction_outside_tests::LINT,
    &commit_after_swallowed_error::LINT,
    &use_after_failed_statement::LINT,
    &write_in_read_only::LINT,
    &dirty_reads::LINT,
    &serializable_without_retry::LINT,
    &unordered_row_locks::LINT,
    &inconsistent_lock_order::LINT,
    &unused_allow::LINT,
    &unknown_lint::LINT,
    &allow_without_reason::LINT,
];
