//! Table names, in one spelling: from tokens, and from the parser's names.

use sqlparser::ast::ObjectName;

use super::dialect::{HOLE_NAME, is_placeholder};
use super::token::{HOLE, Kind, Token, after_parenthesis, words_at};

/// The table a dotted name at `at` names, and the index after it. A name with a hole is none.
pub(super) fn name_at(tokens: &[Token], at: usize) -> (Option<String>, usize) {
    let mut last = at;
    if !tokens.get(at).is_some_and(Token::is_name) {
        return (None, at);
    }
    while tokens.get(last + 1).is_some_and(|token| token.op("."))
        && tokens.get(last + 2).is_some_and(Token::is_name)
    {
        last += 2;
    }
    let token = &tokens[last];
    let known = token.kind != Kind::Hole && !token.text.contains(HOLE);
    (known.then(|| token.name()), last + 1)
}

/// A parser's object name in the same spelling.
pub(super) fn object_name(name: &ObjectName) -> Option<String> {
    let last = name.0.last()?.as_ident()?;
    // DuckDB reads files by a string's name.
    let known = last.quote_style != Some('\'')
        && !last.value.contains(HOLE_NAME)
        && !is_placeholder(&last.value);
    known.then(|| {
        if last.quote_style.is_some() {
            last.value.clone()
        } else {
            last.value.to_lowercase()
        }
    })
}

/// Sorts, and drops doubles and names that are no tables of the database.
pub(super) fn tidy(names: &mut Vec<String>, excluded: &[String]) {
    names.retain(|name| name != "dual" && !excluded.contains(name));
    names.sort_unstable();
    names.dedup();
}

/// Words that end a list of tables, or a WHERE.
pub(super) const CLAUSES: [&str; 18] = [
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "RETURNING",
    "SET",
    "VALUES",
    "ON",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "FOR",
    "SELECT",
    "WINDOW",
    "OUTPUT",
];

/// The tables that the tokens read and write, common table expressions left out.
pub(super) fn mentioned(tokens: &[Token]) -> (Vec<String>, Vec<String>) {
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for at in 0..tokens.len() {
        collect(tokens, at, &mut reads, &mut writes);
    }
    let ctes = cte_names(tokens);
    tidy(&mut reads, &ctes);
    tidy(&mut writes, &ctes);
    (reads, writes)
}

/// Adds the tables that the keyword at `at` introduces.
fn collect(tokens: &[Token], at: usize, reads: &mut Vec<String>, writes: &mut Vec<String>) {
    let token = &tokens[at];
    let before = |words: &[&str]| at > 0 && tokens[at - 1].is_any(words);
    let from = token.is("FROM");
    let deletes = from && (before(&["DELETE"]) || deletes_top(tokens, at));
    let updates =
        token.is("UPDATE") && !before(&["FOR", "DO", "KEY", "ON", "THEN", "FROM", "JOIN", "WITH"]);
    let joins = token.is("JOIN")
        || (token.is("USING") && !tokens.get(at + 1).is_some_and(|next| next.op("(")));
    if deletes || updates || token.is("INTO") || (token.is("DELETE") && names_alias(tokens, at)) {
        writes.extend(table(tokens, at + 1));
    } else if joins || (from && !before(&["DISTINCT"]) && !is_argument(tokens, at)) {
        list(tokens, at + 1, reads);
    } else if token.is("TABLE") && at == 0 {
        reads.extend(table(tokens, 1));
    }
}

/// The FROM of `DELETE TOP (n) FROM`.
fn deletes_top(tokens: &[Token], from: usize) -> bool {
    (2..=4).any(|back| from > back && words_at(tokens, from - back - 1, &["DELETE", "TOP"]))
}

/// `DELETE a FROM …`
fn names_alias(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|token| token.is_name() && !token.is_any(&["FROM", "TOP"]))
        && tokens.get(at + 2).is_some_and(|token| token.is("FROM"))
}

/// `EXTRACT(year FROM x)`, `SUBSTRING(x FROM 2)`, `TRIM(BOTH FROM x)`
fn is_argument(tokens: &[Token], from: usize) -> bool {
    const FUNCTIONS: [&str; 5] = ["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"];
    let start = from.saturating_sub(8);
    let open = (start..from).rev().find(|&at| tokens[at].op("("));
    open.is_some_and(|open| open > 0 && tokens[open - 1].is_any(&FUNCTIONS))
}

/// One table at `at`, words before its name skipped; no function, no subquery.
fn table(tokens: &[Token], mut at: usize) -> Option<String> {
    const BEFORE: [&str; 10] = [
        "ONLY",
        "LATERAL",
        "TABLE",
        "INTO",
        "IGNORE",
        "LOW_PRIORITY",
        "OR",
        "ROLLBACK",
        "ABORT",
        "REPLACE",
    ];
    while tokens.get(at).is_some_and(|token| token.is_any(&BEFORE)) {
        at += 1;
    }
    if tokens.get(at).is_some_and(|token| token.is_any(&CLAUSES)) {
        return None;
    }
    let (name, after) = name_at(tokens, at);
    let inserts = |at: usize| at > 0 && tokens[at - 1].is_any(&["INTO", "TABLE"]);
    let called = tokens.get(after).is_some_and(|token| token.op("(")) && !inserts(at);
    name.filter(|_| !called)
}

/// `a, b AS x, c`
fn list(tokens: &[Token], start: usize, names: &mut Vec<String>) {
    names.extend(table(tokens, start));
    let mut at = start;
    while at < tokens.len()
        && !tokens[at].op(")")
        && !tokens[at].is_any(&CLAUSES)
        && !tokens[at].is("JOIN")
    {
        if tokens[at].op(",") {
            names.extend(table(tokens, at + 1));
        }
        if tokens[at].is("FROM") {
            return;
        }
        at = if tokens[at].op("(") {
            after_parenthesis(tokens, at)
        } else {
            at + 1
        };
    }
}

fn cte_names(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let opens = tokens.get(at + 1).is_some_and(|next| next.op("("));
        if token.is("AS")
            && (opens
                || tokens
                    .get(at + 1)
                    .is_some_and(|next| next.is_any(&["MATERIALIZED", "NOT"])))
        {
            names.extend(cte_name(tokens, at));
        }
    }
    names
}

/// The name before the `AS` at `at`: `WITH name AS`, `, name (a, b) AS`, `RECURSIVE name AS`.
fn cte_name(tokens: &[Token], at: usize) -> Option<String> {
    let mut name = at.checked_sub(1)?;
    if tokens[name].op(")") {
        name = (0..name)
            .rev()
            .take(64)
            .find(|&open| tokens[open].op("("))?
            .checked_sub(1)?;
    }
    let before = &tokens[name.checked_sub(1)?];
    (before.is_any(&["WITH", "RECURSIVE"]) || before.op(",")).then(|| tokens[name].name())
}
