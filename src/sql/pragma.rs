//! SQLite's PRAGMA: which belong to the connection.

use super::token::Token;
use super::{Isolation, SessionState, Statement, Verb};

/// Set on the connection that runs them, and gone with it; the others belong to the database file.
const LOCAL: [&str; 37] = [
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "case_sensitive_like",
    "cell_size_check",
    "checkpoint_fullfsync",
    "cipher_compatibility",
    "cipher_page_size",
    "count_changes",
    "empty_result_callbacks",
    "foreign_keys",
    "full_column_names",
    "fullfsync",
    "hexkey",
    "ignore_check_constraints",
    "journal_size_limit",
    "key",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "temp_store_directory",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
];

/// Asked with an argument, or acting, but setting nothing.
const ACTIONS: [&str; 6] = [
    "wal_checkpoint",
    "optimize",
    "incremental_vacuum",
    "shrink_memory",
    "integrity_check",
    "quick_check",
];

/// Fills in `PRAGMA [schema.]name [= value | (value)]`.
pub(super) fn read(statement: &mut Statement, tokens: &[Token]) {
    let at = if tokens.get(2).is_some_and(|token| token.op(".")) {
        3
    } else {
        1
    };
    let Some(name) = tokens.get(at).map(Token::name) else {
        return;
    };
    let assigned = tokens.get(at + 1).is_some_and(|token| token.op("="));
    let value = tokens.get(at + 2);
    if ACTIONS.contains(&name.as_str()) {
        statement.verb = Verb::Other;
    } else if value.is_none() || (!assigned && !is_setting(&name)) {
        statement.verb = Verb::Select;
    } else if name == "defer_foreign_keys" {
        statement.session.push(SessionState::SetLocal(name));
    } else if LOCAL.contains(&name.as_str()) {
        statement.switches_on =
            value.is_some_and(|v| v.is_any(&["true", "on", "yes"]) || v.text == "1");
        if name == "read_uncommitted" && statement.switches_on {
            statement.isolation = Some(Isolation::ReadUncommitted);
        }
        statement.session.push(SessionState::Set(name));
    }
}

/// `name(value)` sets these; `table_info(t)` and its kin only ask.
fn is_setting(name: &str) -> bool {
    const DATABASE: [&str; 8] = [
        "journal_mode",
        "user_version",
        "application_id",
        "auto_vacuum",
        "page_size",
        "encoding",
        "schema_version",
        "defer_foreign_keys",
    ];
    LOCAL.contains(&name) || DATABASE.contains(&name)
}
