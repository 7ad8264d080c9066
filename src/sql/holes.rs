//! Holes: whether one may change what a statement means, or only a value in it.

use super::token::{Kind, Token};

/// What a statement's holes may change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holes {
    /// None, or only values, columns and lists of them.
    Values,
    /// Which table it is.
    Table,
    /// Its clauses, or all of it.
    Clause,
}

/// After these stands a value, a column or a list of them.
const BEFORE_VALUE: [&str; 33] = [
    "LIKE",
    "ILIKE",
    "LIMIT",
    "OFFSET",
    "BETWEEN",
    "IN",
    "VALUES",
    "DISTINCT",
    "RETURNING",
    "SET",
    "BY",
    "THEN",
    "ELSE",
    "WHEN",
    "INTERVAL",
    "TOP",
    "TO",
    "AS",
    "ROLE",
    "NAMES",
    "ZONE",
    "SAVEPOINT",
    "RELEASE",
    "LISTEN",
    "UNLISTEN",
    "NOTIFY",
    "USE",
    "LOCAL",
    "SESSION",
    "ESCAPE",
    "TRANSACTION",
    "PRAGMA",
    "DATE",
];
/// After these a table.
const BEFORE_TABLE: [&str; 9] = [
    "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "USING", "EXISTS", "TRUNCATE",
];
/// Before these a column.
const AFTER_COLUMN: [&str; 6] = ["IN", "LIKE", "ILIKE", "IS", "BETWEEN", "NOT"];

/// The worst of a statement's holes.
pub(super) fn holes(tokens: &[Token]) -> Holes {
    let mut worst = Holes::Values;
    let mut clause = None;
    let mut between = false;
    for (at, token) in tokens.iter().enumerate() {
        if token.has_hole() {
            let found = if token.is_value() && token.kind != Kind::Hole {
                Holes::Values
            } else {
                hole(tokens, at, clause, between)
            };
            worst = worst.max(found);
        }
        if token.is("BETWEEN") {
            between = true;
        } else if token.is("AND")
            && at > 0
            && !tokens[at - 1].has_hole()
            && !tokens.get(at + 1).is_some_and(Token::has_hole)
        {
            between = false;
        }
        if token.is_any(&[
            "FROM", "WHERE", "SET", "SELECT", "VALUES", "ORDER", "GROUP", "ON",
        ]) {
            clause = Some(token);
        }
    }
    worst
}

fn hole(tokens: &[Token], at: usize, clause: Option<&Token>, between: bool) -> Holes {
    let mut start = at;
    while start > 1 && tokens[start - 1].op(".") {
        start -= 2;
    }
    let Some(before) = start.checked_sub(1).map(|at| &tokens[at]) else {
        return Holes::Clause;
    };
    let before_that = start.checked_sub(2).map(|at| &tokens[at]);
    let in_from = clause.is_some_and(|clause| clause.is("FROM"));
    let locks = before.is("UPDATE") && before_that.is_some_and(|word| word.is_any(&["FOR", "KEY"]));
    if locks {
        return Holes::Clause;
    }
    if before.is_any(&BEFORE_TABLE) || (before.op(",") && in_from) {
        return Holes::Table;
    }
    let next = tokens.get(at + 1);
    let column = next.is_some_and(|next| {
        next.is_any(&AFTER_COLUMN)
            || ["=", "<", ">", "<=", ">=", "<>", "!=", "::", ","]
                .iter()
                .any(|op| next.op(op))
    });
    let value = match before.kind {
        Kind::Operator if before.op("(") => {
            !before_that.is_some_and(|word| word.is_any(&["FROM", "JOIN", "AS", "EXISTS"]))
        }
        Kind::Operator => !before.op(")") && !before.op("]"),
        Kind::Word if before.is("SELECT") => {
            column || tokens.iter().skip(at).any(|token| token.is("FROM"))
        }
        Kind::Word if before.is("AND") => column || between,
        Kind::Word => before.is_any(&BEFORE_VALUE) || column,
        _ => column,
    };
    if value { Holes::Values } else { Holes::Clause }
}
