//! Tables and rows of a statement that no parser knows, from its tokens alone.

use super::rows::{Conjunct, Level, Source, rows};
use super::token::{Kind, Token, after_parenthesis, words_at};
use super::tree::Targets;
use super::{Rows, Verb, tables, verb};

/// Nested deeper, a query's rows are unknown.
const MAX_DEPTH: usize = 8;

/// No further is a statement read: its parentheses are looked through more than once.
const MAX_TOKENS: usize = 4_000;

/// The tables and rows of a statement's tokens.
pub(super) fn targets(tokens: &[Token], verb: Verb) -> Targets {
    let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
    let (reads, writes) = tables::mentioned(tokens);
    Targets {
        reads,
        writes,
        rows: statement_rows(tokens, verb),
    }
}

fn statement_rows(tokens: &[Token], verb: Verb) -> Rows {
    let tokens = verb::without_parentheses(tokens);
    let start = if tokens.first().is_some_and(|first| first.is("WITH")) {
        verb::main(tokens)
    } else {
        Some(0)
    };
    let Some(start) = start else {
        return Rows::Unknown;
    };
    let tokens = &tokens[start..];
    match verb {
        Verb::Select => select_rows(tokens, 0),
        Verb::Update | Verb::Delete => rows(&level(tokens, 0)),
        Verb::Insert | Verb::Upsert if !tokens[0].is("MERGE") => insert_rows(tokens),
        _ => Rows::Unknown,
    }
}

fn select_rows(tokens: &[Token], depth: usize) -> Rows {
    let outside = outside(tokens);
    if depth > MAX_DEPTH {
        return Rows::Unknown;
    }
    if outside
        .iter()
        .any(|&at| tokens[at].is_any(&["UNION", "EXCEPT", "INTERSECT"]))
    {
        return Rows::Range;
    }
    if tokens[0].is("TABLE") {
        return Rows::All;
    }
    if !outside.iter().any(|&at| tokens[at].is("FROM")) {
        let unnests = outside.iter().any(|&at| tokens[at].is("UNNEST"));
        return if unnests { Rows::List } else { Rows::One };
    }
    rows(&level(tokens, depth))
}

fn insert_rows(tokens: &[Token]) -> Rows {
    let outside = outside(tokens);
    let find = |words: &[&str]| outside.iter().copied().find(|&at| tokens[at].is_any(words));
    if let Some(at) = find(&["VALUES", "VALUE"]) {
        if tokens
            .get(at + 1)
            .is_none_or(|next| next.kind == Kind::Hole)
        {
            return Rows::List;
        }
        let more = after_parenthesis(tokens, at + 1);
        let list = tokens
            .get(more)
            .is_some_and(|token| token.op(",") || token.kind == Kind::Hole);
        return if list { Rows::List } else { Rows::One };
    }
    match find(&["SELECT", "SET", "DEFAULT"]) {
        Some(at) if tokens[at].is("SELECT") => select_rows(&tokens[at..], 0),
        Some(_) => Rows::One,
        None => Rows::Unknown,
    }
}

/// The indices of tokens outside parentheses.
fn outside(tokens: &[Token]) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    while at < tokens.len() {
        found.push(at);
        at = if tokens[at].op("(") {
            after_parenthesis(tokens, at)
        } else {
            at + 1
        };
    }
    found
}

fn level(tokens: &[Token], depth: usize) -> Level {
    let outside = outside(tokens);
    let find = |words: &[&str]| {
        outside
            .iter()
            .copied()
            .find(|&at| words_at(tokens, at, words))
    };
    let one = |word: &str| find(&[word]).is_some_and(|at| takes_one(&tokens[at + 1..]));
    let fetch = find(&["FETCH", "FIRST", "ROW"])
        .or(find(&["FETCH", "NEXT", "ROW"]))
        .is_some();
    let filter = find(&["WHERE"]).map(|at| {
        let ends = |&end: &usize| end > at && tokens[end].is_any(&tables::CLAUSES);
        let end = outside.iter().copied().find(ends).unwrap_or(tokens.len());
        filter(&tokens[at + 1..end], depth)
    });
    let mut sources = vec![Source::Table];
    sources.extend(
        outside
            .iter()
            .filter(|&&at| makes_rows(tokens, at))
            .map(|_| Source::Made(Rows::List)),
    );
    let ordered = find(&["ORDER", "BY"]).is_some();
    Level {
        filter,
        sources,
        ordered,
        one: one("LIMIT") || one("TOP") || one("FIRST") || fetch,
    }
}

/// `1`, `(1)` or `0, 1` after LIMIT or TOP.
fn takes_one(tokens: &[Token]) -> bool {
    let tokens = verb::without_parentheses(tokens);
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    if is(1, ",") { is(2, "1") } else { is(0, "1") }
}

/// `FROM UNNEST(…)`, `JOIN (VALUES …)`, `USING json_to_recordset(…)` at `at`.
fn makes_rows(tokens: &[Token], at: usize) -> bool {
    let joins = tokens[at].is_any(&["FROM", "JOIN"]) || tokens[at].op(",");
    let values =
        tokens.get(at + 1).is_some_and(|t| t.op("(")) && words_at(tokens, at + 2, &["VALUES"]);
    let function = tokens.get(at + 1).is_some_and(|token| {
        token.is_any(&[
            "UNNEST",
            "JSON_TO_RECORDSET",
            "JSONB_TO_RECORDSET",
            "JSON_EACH",
            "JSON_TABLE",
            "OPENJSON",
            "STRING_SPLIT",
        ])
    });
    joins && (values || function)
}

/// The conjuncts of a WHERE's tokens.
fn filter(tokens: &[Token], depth: usize) -> Vec<Conjunct> {
    let outside = outside(tokens);
    if outside.iter().any(|&at| tokens[at].is("OR")) {
        return vec![Conjunct::Other];
    }
    let mut conjuncts = Vec::new();
    let (mut start, mut between) = (0, false);
    for &at in &outside {
        if tokens[at].is("BETWEEN") {
            between = true;
        } else if tokens[at].is("AND") && !std::mem::take(&mut between) {
            conjuncts.push(conjunct(&tokens[start..at], depth));
            start = at + 1;
        }
    }
    conjuncts.push(conjunct(&tokens[start..], depth));
    conjuncts
}

fn conjunct(tokens: &[Token], depth: usize) -> Conjunct {
    if let [hole] = tokens
        && hole.kind == Kind::Hole
    {
        return Conjunct::Unknown;
    }
    for at in outside(tokens) {
        if tokens[at].is_any(&["NOT", "EXISTS"]) {
            return Conjunct::Other;
        }
        if tokens[at].is("IN") {
            return in_list(&tokens[..at], &tokens[at + 1..], depth);
        }
        if tokens[at].op("=") {
            return equality(&tokens[..at], &tokens[at + 1..], depth);
        }
    }
    Conjunct::Other
}

fn in_list(left: &[Token], right: &[Token], depth: usize) -> Conjunct {
    match right {
        [open, select, ..] if open.op("(") && select.is_any(&["SELECT", "WITH"]) => {
            Conjunct::Query(match select_rows(inside(right), depth + 1) {
                inner @ (Rows::First | Rows::List) => inner,
                _ => Rows::Range,
            })
        }
        [open, value, close, ..] if open.op("(") && close.op(")") && value.is_value() => {
            match value.kind {
                Kind::Hole | Kind::Named => Conjunct::List,
                _ => Conjunct::Equal {
                    column: column(left).unwrap_or_default(),
                    literal: value.is_literal(),
                },
            }
        }
        [open, close, ..] if open.op("(") && close.op(")") => Conjunct::Unknown,
        [] => Conjunct::Unknown,
        _ => {
            let literal = right
                .iter()
                .all(|token| token.is_literal() || token.kind == Kind::Operator);
            Conjunct::list(&column(left).unwrap_or_default(), literal)
        }
    }
}

fn equality(left: &[Token], right: &[Token], depth: usize) -> Conjunct {
    if right
        .first()
        .is_some_and(|token| token.is_any(&["ANY", "SOME"]))
    {
        return Conjunct::List;
    }
    if right.len() > 1 && right[0].op("(") && right[1].is("SELECT") {
        let inner = select_rows(inside(right), depth + 1);
        return Conjunct::Query(if inner == Rows::First {
            inner
        } else {
            Rows::One
        });
    }
    for (side, other) in [(left, right), (right, left)] {
        if let (Some(column), true) = (column(side), is_constant(other)) {
            return Conjunct::Equal {
                column,
                literal: other.iter().all(|t| t.is_literal() || !t.is_value()),
            };
        }
    }
    Conjunct::Other
}

/// The tokens in the parenthesis that opens first.
fn inside<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let end = after_parenthesis(tokens, 0);
    &tokens[1..end.saturating_sub(1).max(1)]
}

/// The last name in a side of a comparison that isn't a function's or a type's.
fn column(tokens: &[Token]) -> Option<String> {
    (0..tokens.len())
        .rev()
        .find(|&at| is_column(tokens, at))
        .map(|at| tokens[at].name())
}

fn is_column(tokens: &[Token], at: usize) -> bool {
    let called = tokens.get(at + 1).is_some_and(|next| next.op("("));
    let cast = at > 0 && (tokens[at - 1].op("::") || tokens[at - 1].is("AS"));
    matches!(tokens[at].kind, Kind::Word | Kind::Quoted) && !called && !cast
}

fn is_constant(tokens: &[Token]) -> bool {
    tokens.iter().any(Token::is_value) && column(tokens).is_none()
}
