//! Transaction control and LOCK TABLE: isolation, access mode, chained transactions, locked tables.

use super::token::{Token, unquote, words_at};
use super::{Isolation, Statement, Verb, tables};

/// Reads what a BEGIN or SET TRANSACTION says of its transaction.
pub(super) fn modes(statement: &mut Statement, tokens: &[Token]) {
    statement.isolation = isolation(tokens);
    statement.read_only = read_only(tokens);
    statement.immediate = tokens
        .get(1)
        .is_some_and(|token| token.is_any(&["IMMEDIATE", "EXCLUSIVE"]));
}

/// The level after ISOLATION LEVEL (Oracle's session: `ISOLATION_LEVEL =`).
pub(super) fn isolation(tokens: &[Token]) -> Option<Isolation> {
    let at = (0..tokens.len()).find_map(|at| {
        let long = words_at(tokens, at, &["ISOLATION", "LEVEL"]);
        (long || tokens[at].is("ISOLATION_LEVEL")).then_some(at + 1 + usize::from(long))
    })?;
    let words: Vec<_> = tokens[at..]
        .iter()
        .filter(|token| !token.op("="))
        .take(2)
        .map(|token| token.text)
        .collect();
    level(&words.join(" "))
}

/// `READ ONLY` (`true`) or `READ WRITE` (`false`).
pub(super) fn read_only(tokens: &[Token]) -> Option<bool> {
    let at = (0..tokens.len()).find(|&at| {
        words_at(tokens, at, &["READ", "ONLY"]) || words_at(tokens, at, &["READ", "WRITE"])
    })?;
    Some(tokens[at + 1].is("ONLY"))
}

/// A level's name: `repeatable read`, `READ-COMMITTED`, `SERIALIZABLE …`.
pub(super) fn level(text: &str) -> Option<Isolation> {
    let text = text.to_ascii_lowercase().replace(['-', '_'], " ");
    let levels = [
        ("read uncommitted", Isolation::ReadUncommitted),
        ("read committed", Isolation::ReadCommitted),
        ("repeatable read", Isolation::RepeatableRead),
        ("snapshot", Isolation::Snapshot),
        ("serializable", Isolation::Serializable),
    ];
    levels
        .into_iter()
        .find(|(name, _)| text.starts_with(name))
        .map(|(_, level)| level)
}

/// The level a variable is set to: `'READ-COMMITTED'`, `serializable`.
pub(super) fn level_value(value: &[Token]) -> Option<Isolation> {
    let first = value.first()?;
    level(if first.is_literal() {
        unquote(first.text)
    } else {
        first.text
    })
}

/// `COMMIT AND CHAIN` begins the next transaction: a second statement.
pub(super) fn chained(statement: &Statement, tokens: &[Token]) -> Option<Statement> {
    let ends = matches!(statement.verb, Verb::Commit | Verb::Rollback);
    let chain = (1..tokens.len()).any(|at| words_at(tokens, at, &["AND", "CHAIN"]));
    (ends && chain).then(|| Statement {
        verb: Verb::Begin,
        parsed: true,
        ..Statement::unknown()
    })
}

/// `LOCK [TABLE] a, b IN … MODE`: exclusive modes count as writes of the tables, shared ones as reads.
pub(super) fn lock_tables(statement: &mut Statement, tokens: &[Token]) {
    let at = 1 + usize::from(
        tokens
            .get(1)
            .is_some_and(|token| token.is_any(&["TABLE", "TABLES"])),
    );
    if tokens.get(1).is_some_and(|token| token.is("TABLES")) {
        return lock_each(statement, &tokens[at..]);
    }
    let mode = (at..tokens.len())
        .find(|&at| tokens[at].is("IN"))
        .unwrap_or(tokens.len());
    let shared = mode < tokens.len() && !tokens[mode..].iter().any(|token| token.is("EXCLUSIVE"));
    let names = if shared {
        &mut statement.reads
    } else {
        &mut statement.writes
    };
    for part in tokens[at.min(mode)..mode].split(|token| token.op(",")) {
        let only = usize::from(part.first().is_some_and(|token| token.is("ONLY")));
        names.extend(tables::name_at(part, only).0);
    }
}

/// MySQL: `LOCK TABLES a READ, b AS x WRITE`.
fn lock_each(statement: &mut Statement, tokens: &[Token]) {
    for part in tokens.split(|token| token.op(",")) {
        let shared = part.iter().any(|token| token.is("READ"));
        let names = if shared {
            &mut statement.reads
        } else {
            &mut statement.writes
        };
        names.extend(tables::name_at(part, 0).0);
    }
}
