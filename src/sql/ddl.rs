//! CREATE, ALTER, DROP, TRUNCATE: the table they change, and temporary tables.

use super::token::{Token, words_at};
use super::{SessionState, Statement, tables};

/// Words between the verb and `TABLE`.
const KINDS: [&str; 9] = [
    "GLOBAL",
    "LOCAL",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "VIRTUAL",
    "FOREIGN",
    "EXTERNAL",
    "PARTITIONED",
];

/// Fills in a data definition statement.
pub(super) fn read(statement: &mut Statement, tokens: &[Token]) {
    let mut at = 1;
    if words_at(tokens, at, &["OR", "REPLACE"]) {
        at += 2;
    }
    let mut temporary = false;
    while tokens.get(at).is_some_and(|token| token.is_any(&KINDS)) {
        temporary |= tokens[at].is_any(&["TEMP", "TEMPORARY"]);
        at += 1;
    }
    let table = words_at(tokens, at, &["TABLE"]);
    let name = if table || tokens[0].is("TRUNCATE") {
        name(tokens, at + usize::from(table))
    } else {
        None
    };
    if !tokens[0].is("CREATE") {
        return statement.writes.extend(name);
    }
    let commit_drops = (at..tokens.len()).any(|at| words_at(tokens, at, &["ON", "COMMIT", "DROP"]));
    temporary |= name.as_deref().is_some_and(|name| name.starts_with('#'));
    if table && temporary {
        let name = name.unwrap_or_else(|| "?".to_owned());
        statement
            .session
            .extend((!commit_drops).then_some(SessionState::TempTable(name)));
    } else if !words_at(tokens, 1, &["INDEX"]) {
        statement.writes.extend(name);
    }
}

fn name(tokens: &[Token], mut at: usize) -> Option<String> {
    while tokens
        .get(at)
        .is_some_and(|token| token.is_any(&["IF", "NOT", "EXISTS", "ONLY"]))
    {
        at += 1;
    }
    tables::name_at(tokens, at).0
}

/// `SELECT … INTO #t` and `SELECT … INTO TEMP t` make a temporary table.
pub(super) fn select_into(tokens: &[Token]) -> Option<SessionState> {
    let at = tokens.iter().position(|token| token.is("INTO"))? + 1;
    let temporary = tokens
        .get(at)
        .is_some_and(|token| token.is_any(&["TEMP", "TEMPORARY"]));
    let at = at + usize::from(temporary);
    let name = tables::name_at(tokens, at + usize::from(words_at(tokens, at, &["TABLE"]))).0?;
    (temporary || name.starts_with('#')).then_some(SessionState::TempTable(name))
}
