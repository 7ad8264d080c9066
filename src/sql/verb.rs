//! What a statement is, by its leading keywords.

use super::token::{Kind, Token, after_parenthesis, words_at};
use super::{Database, Verb};

/// The verb of a statement's tokens.
pub(super) fn verb(tokens: &[Token], databases: &[Database]) -> Verb {
    const QUERIES: [&str; 4] = ["SELECT", "WITH", "VALUES", "TABLE"];
    let query = without_parentheses(tokens);
    let nested = query.len() < tokens.len();
    let tokens = query;
    let Some(first) = tokens.first().filter(|token| token.kind == Kind::Word) else {
        return Verb::Unknown;
    };
    if nested && !first.is_any(&QUERIES) {
        return Verb::Unknown;
    }
    match first.text.to_ascii_uppercase().as_str() {
        "SELECT" | "TABLE" | "VALUES" | "SHOW" | "DESCRIBE" | "DESC" | "EXPLAIN" | "FROM" => {
            Verb::Select
        }
        "WITH" => main(tokens).map_or(Verb::Unknown, |at| verb(&tokens[at..], databases)),
        "INSERT" => insert(tokens),
        "REPLACE" | "MERGE" | "UPSERT" => Verb::Upsert,
        "UPDATE" => Verb::Update,
        "DELETE" => Verb::Delete,
        "LOCK" if words_at(tokens, 1, &["INSTANCE"]) => Verb::Other,
        "LOCK" => Verb::LockTable,
        "UNLOCK" => Verb::UnlockTables,
        "ALTER" if words_at(tokens, 1, &["SESSION"]) => Verb::Session,
        "ALTER" if words_at(tokens, 1, &["SYSTEM"]) => Verb::Other,
        "DROP" if words_at(tokens, 1, &["TEMPORARY"]) => Verb::Session,
        "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "RENAME" | "GRANT" | "REVOKE" | "COMMENT" => {
            Verb::Ddl
        }
        "SET" | "RESET" | "PRAGMA" | "USE" | "LISTEN" | "UNLISTEN" | "DISCARD" | "ATTACH"
        | "DETACH" => Verb::Session,
        "PREPARE" | "DEALLOCATE" | "EXECUTE" => prepared(tokens, databases),
        "DECLARE" if tokens.iter().take(8).any(|token| token.is("CURSOR")) => Verb::Other,
        "CALL" | "EXEC" | "DO" | "DECLARE" | "IF" | "WHILE" | "PRINT" => Verb::Call,
        "COPY" | "BULK" => Verb::Copy,
        "LOAD"
            if tokens
                .get(1)
                .is_some_and(|token| token.is_any(&["DATA", "XML"])) =>
        {
            Verb::Copy
        }
        other => transaction(other, tokens, databases).unwrap_or_else(|| rest(other)),
    }
}

fn rest(first: &str) -> Verb {
    const OTHER: [&str; 28] = [
        "VACUUM",
        "ANALYZE",
        "ANALYSE",
        "REINDEX",
        "CHECKPOINT",
        "NOTIFY",
        "CLUSTER",
        "REFRESH",
        "FETCH",
        "CLOSE",
        "MOVE",
        "KILL",
        "FLUSH",
        "OPTIMIZE",
        "REPAIR",
        "CHECK",
        "CHECKSUM",
        "LOAD",
        "INSTALL",
        "EXPORT",
        "IMPORT",
        "START",
        "STOP",
        "XA",
        "GO",
        "SECURITY",
        "REASSIGN",
        "HANDLER",
    ];
    if OTHER.contains(&first) {
        Verb::Other
    } else {
        Verb::Unknown
    }
}

/// Transaction control.
fn transaction(first: &str, tokens: &[Token], databases: &[Database]) -> Option<Verb> {
    let next = |words: &[&str]| tokens.get(1).is_some_and(|token| token.is_any(words));
    Some(match first {
        "BEGIN" if begins_transaction(tokens) => Verb::Begin,
        "BEGIN" => Verb::Call,
        "START" if next(&["TRANSACTION"]) => Verb::Begin,
        "COMMIT" | "ROLLBACK" if next(&["PREPARED"]) => Verb::Other,
        "COMMIT" => Verb::Commit,
        "END" if tokens.len() == 1 || next(&["TRANSACTION", "WORK", "AND"]) => Verb::Commit,
        "ROLLBACK" if tokens.iter().any(|token| token.is("TO")) => Verb::RollbackTo,
        "ROLLBACK" if databases == [Database::MsSql] && names_savepoint(tokens) => Verb::RollbackTo,
        "ROLLBACK" | "ABORT" => Verb::Rollback,
        "SAVEPOINT" => Verb::Savepoint,
        "SAVE" if next(&["TRAN", "TRANSACTION"]) => Verb::Savepoint,
        "RELEASE" => Verb::Release,
        _ => return None,
    })
}

/// `ROLLBACK TRAN name`: almost always a savepoint's name.
fn names_savepoint(tokens: &[Token]) -> bool {
    tokens.len() == 3 && tokens[1].is_any(&["TRAN", "TRANSACTION"])
}

/// `BEGIN` as a transaction's start, not a block's.
pub(super) fn begins_transaction(tokens: &[Token]) -> bool {
    const FOLLOWS: [&str; 13] = [
        "TRANSACTION",
        "TRAN",
        "WORK",
        "ISOLATION",
        "READ",
        "DEFERRED",
        "IMMEDIATE",
        "EXCLUSIVE",
        "CONCURRENT",
        "DEFERRABLE",
        "DISTRIBUTED",
        "READONLY",
        "PRIORITY",
    ];
    let Some(next) = tokens.get(1) else {
        return true;
    };
    next.op(";")
        || next.op(",")
        || next.kind == Kind::Hole
        || next.is_any(&FOLLOWS)
        || words_at(tokens, 1, &["NOT", "DEFERRABLE"])
        || words_at(tokens, 1, &["AS", "OF"])
}

fn prepared(tokens: &[Token], databases: &[Database]) -> Verb {
    if words_at(tokens, 0, &["PREPARE", "TRANSACTION"]) {
        // Two-phase commit: the session's transaction is over.
        return Verb::Commit;
    }
    let statement_text = words_at(tokens, 1, &["IMMEDIATE"]) || databases == [Database::MsSql];
    match (tokens[0].is("EXECUTE"), statement_text) {
        (true, true) => Verb::Call,
        (false, true) => Verb::Other,
        _ => Verb::Session,
    }
}

/// INSERT, or Upsert where a conflict isn't an error. What SQLite's FTS5 is told by `INSERT INTO t (t) VALUES ('integrity-check')` only
/// looks.
fn insert(tokens: &[Token]) -> Verb {
    let asks = |pair: &[Token]| pair[0].op("(") && pair[1].text == "'integrity-check'";
    if tokens.windows(2).any(asks) {
        return Verb::Other;
    }
    let head = tokens.iter().take(4).take_while(|token| !token.is("INTO"));
    let tolerant =
        words_at(tokens, 1, &["OR", "REPLACE"]) || head.into_iter().any(|token| token.is("IGNORE"));
    let conflict = tokens
        .windows(2)
        .any(|pair| pair[0].is("ON") && pair[1].is_any(&["CONFLICT", "DUPLICATE"]));
    if tolerant || conflict {
        Verb::Upsert
    } else {
        Verb::Insert
    }
}

/// The tokens without parentheses around all of a query's start: `(SELECT …) UNION …`.
pub(super) fn without_parentheses<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let open = tokens.iter().take_while(|token| token.op("(")).count();
    &tokens[open..]
}

/// Where the main statement of `WITH … AS (…), … <statement>` starts.
pub(super) fn main(tokens: &[Token]) -> Option<usize> {
    const MAIN: [&str; 8] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE",
    ];
    let mut at = 1;
    while at < tokens.len() {
        if tokens[at].op("(") {
            at = after_parenthesis(tokens, at);
        } else if tokens[at].is_any(&MAIN) && !words_at(tokens, at + 1, &["AS"]) {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}
