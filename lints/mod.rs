//! Every lint, in the order of ownership: where two would speak of one event, the first does.

use crate::lint::Lint;

#[path = "checkout/advisory_lock_split/mod.rs"]
mod advisory_lock_split;
#[path = "meta/allow_without_reason/mod.rs"]
mod allow_without_reason;
#[path = "autocommit/autocommit_loop/mod.rs"]
mod autocommit_loop;
#[path = "autocommit/autocommit_off/mod.rs"]
mod autocommit_off;
#[path = "connection/blocking_checkout_in_async/mod.rs"]
mod blocking_checkout_in_async;
#[path = "isolation/broken_retry/mod.rs"]
mod broken_retry;
#[path = "transaction/cancelled_transaction/mod.rs"]
mod cancelled_transaction;
#[path = "locking/check_then_insert/mod.rs"]
mod check_then_insert;
#[path = "checkout/checkout_across_slow_work/mod.rs"]
mod checkout_across_slow_work;
#[path = "transaction/commit_after_swallowed_error/mod.rs"]
mod commit_after_swallowed_error;
#[path = "transaction/commit_on_error_response/mod.rs"]
mod commit_on_error_response;
#[path = "transaction/commit_result_ignored/mod.rs"]
mod commit_result_ignored;
#[path = "transaction/conditionally_committed/mod.rs"]
mod conditionally_committed;
#[path = "checkout/connection_held_by_response/mod.rs"]
mod connection_held_by_response;
#[path = "connection/connection_outside_handler/mod.rs"]
mod connection_outside_handler;
#[path = "pool/contradictory_pool_limits/mod.rs"]
mod contradictory_pool_limits;
#[path = "isolation/dirty_reads/mod.rs"]
mod dirty_reads;
#[path = "transaction/escaping_transaction/mod.rs"]
mod escaping_transaction;
#[path = "checkout/fan_out_exceeds_pool/mod.rs"]
mod fan_out_exceeds_pool;
#[path = "pool/health_check_disabled/mod.rs"]
mod health_check_disabled;
#[path = "autocommit/implicit_commit/mod.rs"]
mod implicit_commit;
#[path = "locking/inconsistent_lock_order/mod.rs"]
mod inconsistent_lock_order;
#[path = "autocommit/inert_in_transaction/mod.rs"]
mod inert_in_transaction;
#[path = "isolation/late_isolation_change/mod.rs"]
mod late_isolation_change;
#[path = "locking/lock_upgrade/mod.rs"]
mod lock_upgrade;
#[path = "autocommit/lock_without_transaction/mod.rs"]
mod lock_without_transaction;
#[path = "locking/lost_update/mod.rs"]
mod lost_update;
#[path = "locking/missing_deadlock_retry/mod.rs"]
mod missing_deadlock_retry;
#[path = "locking/mutex_across_transaction/mod.rs"]
mod mutex_across_transaction;
#[path = "checkout/nested_checkout/mod.rs"]
mod nested_checkout;
#[path = "transaction/nested_transaction/mod.rs"]
mod nested_transaction;
#[path = "checkout/open_transaction_returned/mod.rs"]
mod open_transaction_returned;
#[path = "checkout/outer_handle_in_nested_transaction/mod.rs"]
mod outer_handle_in_nested_transaction;
#[path = "pool/oversized_pool/mod.rs"]
mod oversized_pool;
#[path = "autocommit/polling_in_transaction/mod.rs"]
mod polling_in_transaction;
#[path = "connection/pool_in_handler/mod.rs"]
mod pool_in_handler;
#[path = "checkout/query_escapes_transaction/mod.rs"]
mod query_escapes_transaction;
#[path = "pool/reset_disabled/mod.rs"]
mod reset_disabled;
#[path = "transaction/rollback_left_to_drop/mod.rs"]
mod rollback_left_to_drop;
#[path = "isolation/serializable_without_retry/mod.rs"]
mod serializable_without_retry;
#[path = "pool/session_pooler/mod.rs"]
mod session_pooler;
#[path = "checkout/session_state_on_pool/mod.rs"]
mod session_state_on_pool;
#[path = "connection/shared_connection_transaction/mod.rs"]
mod shared_connection_transaction;
#[path = "transaction/side_effect_in_transaction/mod.rs"]
mod side_effect_in_transaction;
#[path = "transaction/slow_work_in_transaction/mod.rs"]
mod slow_work_in_transaction;
#[path = "transaction/test_transaction_outside_tests/mod.rs"]
mod test_transaction_outside_tests;
#[path = "transaction/transaction_never_committed/mod.rs"]
mod transaction_never_committed;
#[path = "checkout/transaction_on_pool/mod.rs"]
mod transaction_on_pool;
#[path = "pool/unbounded_acquire/mod.rs"]
mod unbounded_acquire;
#[path = "locking/unchecked_version/mod.rs"]
mod unchecked_version;
#[path = "meta/unknown_lint/mod.rs"]
mod unknown_lint;
#[path = "locking/unordered_row_locks/mod.rs"]
mod unordered_row_locks;
#[path = "locking/unprotected_aggregate/mod.rs"]
mod unprotected_aggregate;
#[path = "checkout/unstable_advisory_key/mod.rs"]
mod unstable_advisory_key;
#[path = "meta/unused_allow/mod.rs"]
mod unused_allow;
#[path = "transaction/use_after_failed_statement/mod.rs"]
mod use_after_failed_statement;
#[path = "isolation/write_in_read_only/mod.rs"]
mod write_in_read_only;
#[path = "autocommit/writes_without_transaction/mod.rs"]
mod writes_without_transaction;

/// Every lint.
pub static LINTS: &[&Lint] = &[
    &connection_outside_handler::LINT,
    &shared_connection_transaction::LINT,
    &transaction_on_pool::LINT,
    &open_transaction_returned::LINT,
    &query_escapes_transaction::LINT,
    &nested_checkout::LINT,
    &outer_handle_in_nested_transaction::LINT,
    &late_isolation_change::LINT,
    &inert_in_transaction::LINT,
    &session_state_on_pool::LINT,
    &advisory_lock_split::LINT,
    &unstable_advisory_key::LINT,
    &autocommit_off::LINT,
    &polling_in_transaction::LINT,
    &transaction_never_committed::LINT,
    &conditionally_committed::LINT,
    &nested_transaction::LINT,
    &test_transaction_outside_tests::LINT,
    &commit_result_ignored::LINT,
    &commit_on_error_response::LINT,
    &commit_after_swallowed_error::LINT,
    &use_after_failed_statement::LINT,
    &cancelled_transaction::LINT,
    &write_in_read_only::LINT,
    &dirty_reads::LINT,
    &serializable_without_retry::LINT,
    &broken_retry::LINT,
    &lock_without_transaction::LINT,
    &implicit_commit::LINT,
    &lock_upgrade::LINT,
    &side_effect_in_transaction::LINT,
    &slow_work_in_transaction::LINT,
    &rollback_left_to_drop::LINT,
    &escaping_transaction::LINT,
    &connection_held_by_response::LINT,
    &checkout_across_slow_work::LINT,
    &fan_out_exceeds_pool::LINT,
    &blocking_checkout_in_async::LINT,
    &pool_in_handler::LINT,
    &mutex_across_transaction::LINT,
    &unordered_row_locks::LINT,
    &inconsistent_lock_order::LINT,
    &missing_deadlock_retry::LINT,
    &contradictory_pool_limits::LINT,
    &oversized_pool::LINT,
    &unbounded_acquire::LINT,
    &health_check_disabled::LINT,
    &reset_disabled::LINT,
    &session_pooler::LINT,
    &lost_update::LINT,
    &unchecked_version::LINT,
    &check_then_insert::LINT,
    &unprotected_aggregate::LINT,
    &autocommit_loop::LINT,
    &writes_without_transaction::LINT,
    &unused_allow::LINT,
    &unknown_lint::LINT,
    &allow_without_reason::LINT,
];
