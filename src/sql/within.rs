//! What becomes of a statement in an open transaction: most take part in it, some commit it, some are refused or do nothing.

use super::token::{Kind, Token, words_at};
use super::{Database, SessionState, Statement, Verb, Within, only};

/// The statements of a text that run in the transaction that is open when it is sent: those up to the one that ends it.
#[must_use]
pub fn before_the_end(text: &[Statement]) -> &[Statement] {
    let ends = |statement: &Statement| matches!(statement.verb, Verb::Commit | Verb::Rollback);
    let end = text.iter().position(ends);
    &text[..end.unwrap_or(text.len())]
}

/// What holds on every one of `databases`; the statement's verb and session are known.
pub(super) fn of(statement: &Statement, tokens: &[Token], databases: &[Database]) -> Within {
    // A hole in the first two words may be TEMPORARY, or anything else.
    if tokens.iter().take(2).any(|token| token.kind == Kind::Hole) {
        return Within::Joins;
    }
    let found = if only(databases, &[Database::MySql, Database::MariaDb]) {
        commits_on_mysql(statement, tokens).then_some(Within::Commits)
    } else if only(databases, &[Database::Oracle]) {
        let is_private = words_at(tokens, 1, &["PRIVATE", "TEMPORARY"]);
        (statement.verb == Verb::Ddl && !is_private).then_some(Within::Commits)
    } else if only(databases, &[Database::Postgres]) {
        fails_on_postgres(tokens).then_some(Within::Fails)
    } else if only(databases, &[Database::Sqlite]) {
        on_sqlite(statement, tokens)
    } else if only(databases, &[Database::MsSql]) {
        names_database(tokens).then_some(Within::Fails)
    } else {
        None
    };
    found.unwrap_or_default()
}

fn commits_on_mysql(statement: &Statement, tokens: &[Token]) -> bool {
    const MAINTAIN: [&str; 5] = ["ANALYZE", "CHECK", "FLUSH", "OPTIMIZE", "REPAIR"];
    let is_temporary = |state: &SessionState| matches!(state, SessionState::TempTable(_));
    match statement.verb {
        Verb::Ddl => !statement.session.iter().any(is_temporary),
        Verb::Begin | Verb::LockTable => true,
        Verb::Other => tokens.first().is_some_and(|first| first.is_any(&MAINTAIN)),
        _ => false,
    }
}

fn fails_on_postgres(tokens: &[Token]) -> bool {
    let starts = |words: &[&str]| words_at(tokens, 0, words);
    let names_space = tokens.len() > 1 && tokens[1].is("TABLESPACE");
    let is_concurrent = tokens.iter().any(|token| token.is("CONCURRENTLY"));
    match tokens.first().map(|token| token.text.to_ascii_uppercase()) {
        Some(first) => match first.as_str() {
            "VACUUM" => true,
            "CREATE" | "DROP" => is_concurrent || names_space || starts_database(tokens),
            "REINDEX" => {
                is_concurrent
                    || tokens
                        .iter()
                        .any(|token| token.is_any(&["DATABASE", "SYSTEM"]))
            }
            "ALTER" => is_concurrent || starts(&["ALTER", "SYSTEM"]),
            "DISCARD" => starts(&["DISCARD", "ALL"]),
            "CLUSTER" => tokens.len() == 1,
            _ => false,
        },
        None => false,
    }
}

fn starts_database(tokens: &[Token]) -> bool {
    words_at(tokens, 1, &["DATABASE"])
}

fn names_database(tokens: &[Token]) -> bool {
    let changes = tokens
        .first()
        .is_some_and(|first| first.is_any(&["CREATE", "ALTER", "DROP"]));
    changes && starts_database(tokens)
}

/// `PRAGMA foreign_keys` is passed over in silence, WAL is or fails, others fail.
fn on_sqlite(statement: &Statement, tokens: &[Token]) -> Option<Within> {
    if words_at(tokens, 0, &["VACUUM"]) {
        return Some(Within::Fails);
    }
    let is_setting = words_at(tokens, 0, &["PRAGMA"]) && statement.verb == Verb::Session;
    let at = 1 + 2 * usize::from(tokens.get(2).is_some_and(|token| token.op(".")));
    let name = tokens.get(at).filter(|_| is_setting)?.name();
    match name.as_str() {
        "foreign_keys" => Some(Within::Nothing),
        "synchronous" => Some(Within::Fails),
        // Out of WAL and into it; between the others it changes.
        "journal_mode" => {
            let mode = tokens.get(at + 2)?;
            mode.text
                .trim_matches(['\'', '"'])
                .eq_ignore_ascii_case("wal")
                .then_some(Within::Nothing)
        }
        _ => None,
    }
}
