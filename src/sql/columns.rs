//! Columns of a statement's outermost level: those a SELECT returns, those that are written and with what, and what conditions compare.

use super::token::{Kind, Token, after_parenthesis};
use super::{Statement, Verb};

/// A column that a SELECT returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name in the table; `*` for all of them, none where several or none make it.
    pub name: String,
    /// Its name in the row.
    pub label: String,
    /// Made of many rows: COUNT, SUM, MAX…
    pub aggregates: bool,
}

/// A column that is written (SET, or INSERT's list) or compared with `=`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// The column; empty where the condition is none of `column = …`.
    pub column: String,
    /// With what.
    pub value: Value,
}

/// What a column is set to, or compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// The value bound to this placeholder, counted from 0.
    Bound(u16),
    /// This literal.
    Literal(String),
    /// What the column held before plays a part.
    Itself,
    /// Anything else.
    Other,
}

/// What ends a list of assignments or conditions.
const ENDS: [&str; 17] = [
    "WHERE",
    "FROM",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "FOR",
    "LOCK",
    "RETURNING",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "WINDOW",
    "OUTPUT",
    "ON",
];

/// Fills in these facts; the verb is known.
pub(super) fn read(statement: &mut Statement, tokens: &[Token]) {
    match statement.verb {
        Verb::Select => {
            if let Some(at) = outer(tokens, 0, &["SELECT"]) {
                let end = outer(tokens, at, &["FROM"]).unwrap_or(tokens.len());
                let items = split(tokens, at + 1, end, |token| token.op(","));
                statement.columns = items.into_iter().map(|item| column(tokens, item)).collect();
            }
        }
        Verb::Update => {
            if let Some(at) = outer(tokens, 0, &["SET"]) {
                let end = outer(tokens, at + 1, &ENDS).unwrap_or(tokens.len());
                let items = split(tokens, at + 1, end, |token| token.op(","));
                statement.sets = items.into_iter().map(|item| term(tokens, item)).collect();
            }
        }
        Verb::Insert | Verb::Upsert => {
            statement.sets = inserted(tokens).unwrap_or_default();
            return;
        }
        _ => {}
    }
    if statement.verb != Verb::Select
        && let Some(at) = outer(tokens, 0, &["RETURNING", "OUTPUT"])
    {
        let items = split(tokens, at + 1, tokens.len(), |token| token.op(","));
        statement.columns = items.into_iter().map(|item| column(tokens, item)).collect();
    }
    let tokens = asked(tokens);
    if let Some(at) = outer(tokens, 0, &["WHERE"]) {
        statement.conditions = conditions(tokens, at + 1);
    }
}

/// `SELECT EXISTS (SELECT …)` asks what the inner SELECT finds.
fn asked<'t, 's>(tokens: &'t [Token<'s>]) -> &'t [Token<'s>] {
    let is_bare = outer(tokens, 0, &["FROM"]).is_none();
    let exists = outer(tokens, 0, &["EXISTS"]).filter(|_| is_bare);
    match exists.and_then(|at| Some((at + 1, tokens.get(at + 1)?))) {
        Some((open, parenthesis)) if parenthesis.op("(") => {
            &tokens[open + 1
                ..after_parenthesis(tokens, open)
                    .saturating_sub(1)
                    .max(open + 1)]
        }
        _ => tokens,
    }
}

/// The first of these words from `from` on that stands in no parenthesis.
fn outer(tokens: &[Token], from: usize, words: &[&str]) -> Option<usize> {
    let mut at = from;
    while at < tokens.len() {
        if tokens[at].is_any(words) {
            return Some(at);
        }
        at = next(tokens, at);
    }
    None
}

/// The index after a token, or after the parenthesis that it opens.
fn next(tokens: &[Token], at: usize) -> usize {
    if tokens[at].op("(") {
        after_parenthesis(tokens, at)
    } else {
        at + 1
    }
}

/// What stands between `from` and `end`, split where no parenthesis is open.
fn split(
    tokens: &[Token],
    from: usize,
    end: usize,
    divides: impl Fn(&Token) -> bool,
) -> Vec<(usize, usize)> {
    let (mut items, mut start, mut at) = (Vec::new(), from, from);
    while at < end {
        if divides(&tokens[at]) {
            items.push((start, at));
            start = at + 1;
        }
        at = next(tokens, at);
    }
    items.push((start, end));
    items.retain(|(start, end)| start < end);
    items
}

fn conditions(tokens: &[Token], from: usize) -> Vec<Term> {
    let end = outer(tokens, from, &ENDS).unwrap_or(tokens.len());
    if outer(&tokens[..end], from, &["OR"]).is_some() {
        return vec![Term {
            column: String::new(),
            value: Value::Other,
        }];
    }
    let mut found = Vec::new();
    for (start, stop) in split(tokens, from, end, |token| token.is("AND")) {
        let is_nested = tokens[start].op("(") && after_parenthesis(tokens, start) == stop;
        if is_nested {
            found.extend(conditions(&tokens[..stop - 1], start + 1));
        } else {
            found.push(term(tokens, (start, stop)));
        }
    }
    found
}

/// `column = value`, `t.column = value`
fn term(tokens: &[Token], (start, end): (usize, usize)) -> Term {
    let item = &tokens[start..end];
    let other = || Term {
        column: String::new(),
        value: Value::Other,
    };
    let Some(equals) = item.iter().position(|token| token.op("=")) else {
        return other();
    };
    let is_path = item[..equals].iter().enumerate().all(|(at, token)| {
        if at % 2 == 0 {
            token.is_name()
        } else {
            token.op(".")
        }
    });
    let Some(last) = item[..equals]
        .last()
        .filter(|last| is_path && last.is_name())
    else {
        return other();
    };
    let column = last.name();
    let value = value(tokens, (start + equals + 1, end), &column);
    Term { column, value }
}

fn value(tokens: &[Token], (start, end): (usize, usize), column: &str) -> Value {
    let item = &tokens[start..end];
    let names_itself = |token: &Token| token.is_name() && token.name() == column;
    if item.iter().any(names_itself) {
        return Value::Itself;
    }
    let is_bound =
        |token: &Token| matches!(token.kind, Kind::Placeholder | Kind::Named | Kind::Variable);
    let mut bound = (start..end).filter(|at| is_bound(&tokens[*at]));
    match (bound.next(), bound.next(), item) {
        (Some(at), None, _) if columns_in(item).is_empty() => {
            index(tokens, at).map_or(Value::Other, Value::Bound)
        }
        (None, None, [only]) if only.is_literal() || only.is_any(&["TRUE", "FALSE", "NULL"]) => {
            Value::Literal(only.text.to_lowercase())
        }
        _ => Value::Other,
    }
}

/// Which of the bound values a placeholder stands for.
fn index(tokens: &[Token], at: usize) -> Option<u16> {
    let text = tokens[at].text;
    if text == "?" {
        let before = tokens[..at]
            .iter()
            .filter(|token| token.text == "?")
            .count();
        return u16::try_from(before).ok();
    }
    let number = text.trim_start_matches(['$', '?', ':', '@', 'P', 'p']);
    number.parse::<u16>().ok()?.checked_sub(1)
}

/// `(a, b) VALUES ($1, $2)`, one row.
fn inserted(tokens: &[Token]) -> Option<Vec<Term>> {
    let values = outer(tokens, 0, &["VALUES"])?;
    let open = tokens[..values].iter().position(|token| token.op("("))?;
    let close = after_parenthesis(tokens, open);
    let first = values + 1;
    if !tokens.get(first)?.op("(") {
        return None;
    }
    let end = after_parenthesis(tokens, first);
    let names = split(tokens, open + 1, close - 1, |token| token.op(","));
    let given = split(tokens, first + 1, end - 1, |token| token.op(","));
    if names.len() != given.len() {
        return None;
    }
    let terms = names.into_iter().zip(given).map(|(name, given)| {
        let column = tokens[name.0].name();
        let value = value(tokens, given, &column);
        Term { column, value }
    });
    Some(terms.collect())
}

/// An item of a SELECT's list.
fn column(tokens: &[Token], (start, end): (usize, usize)) -> Column {
    const AGGREGATES: [&str; 9] = [
        "COUNT", "SUM", "MAX", "MIN", "AVG", "EXISTS", "EVERY", "BOOL_OR", "BOOL_AND",
    ];
    let item = &tokens[start..end];
    let named = outer(item, 0, &["AS"]);
    let body = &item[..named.unwrap_or(item.len())];
    let name = match (columns_in(body).as_slice(), body.last()) {
        (_, Some(last)) if last.op("*") => "*".to_owned(),
        ([only], _) => only.clone(),
        _ => String::new(),
    };
    let label = match named.and_then(|at| item.get(at + 1)) {
        // sqlx: `balance AS "balance!: Cents"`
        Some(label) => {
            let label = label.name();
            let end = label.find(['!', '?', ':']).unwrap_or(label.len());
            label[..end].trim().to_owned()
        }
        None => name.clone(),
    };
    let calls = |pair: &[Token]| pair[0].is_any(&AGGREGATES) && pair[1].op("(");
    Column {
        name,
        label,
        aggregates: body.windows(2).any(calls),
    }
}

/// Columns that an expression names, each once; functions, types and keywords left out.
fn columns_in(item: &[Token]) -> Vec<String> {
    const WORDS: [&str; 13] = [
        "NULL", "TRUE", "FALSE", "DISTINCT", "CAST", "AS", "CASE", "WHEN", "THEN", "ELSE", "END",
        "AND", "INTERVAL",
    ];
    let mut found: Vec<String> = Vec::new();
    for (at, token) in item.iter().enumerate() {
        let is_cast = at > 0 && (item[at - 1].op("::") || item[at - 1].is("AS"));
        let goes_on = item
            .get(at + 1)
            .is_some_and(|next| next.op("(") || next.op("."));
        let is_word = token.kind == Kind::Word && token.is_any(&WORDS);
        if token.is_name() && !is_cast && !goes_on && !is_word && !found.contains(&token.name()) {
            found.push(token.name());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Column, Term, Value};
    use crate::sql::{Database, SqlPiece, SqlText, Statement, statements};

    fn read(text: &str) -> Statement {
        let text = SqlText(vec![SqlPiece::Text(text.to_owned())]);
        statements(&text, &[Database::Postgres]).remove(0)
    }

    fn terms(terms: &[Term]) -> String {
        let one = |term: &Term| match &term.value {
            Value::Bound(index) => format!("{}=${index}", term.column),
            Value::Literal(text) => format!("{}={text}", term.column),
            Value::Itself => format!("{}=itself", term.column),
            Value::Other => format!("{}=?", term.column),
        };
        terms.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn columns(columns: &[Column]) -> String {
        let one = |column: &Column| {
            let kind = if column.aggregates { " of many" } else { "" };
            format!("{} as {}{kind}", column.name, column.label)
        };
        columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_select_says_what_it_returns() {
        for (text, expected) in [
            ("SELECT * FROM t", "* as *"),
            ("SELECT t.a, b::text FROM t", "a as a, b as b"),
            ("SELECT a AS \"total!: i64\" FROM t", "a as total"),
            ("SELECT COALESCE(a, 0) AS a, a + b FROM t", "a as a,  as "),
            ("SELECT COUNT(*) FROM t", " as  of many"),
            ("UPDATE t SET a = 1 RETURNING id", "id as id"),
        ] {
            assert_eq!(columns(&read(text).columns), expected, "{text}");
        }
    }

    #[test]
    fn an_update_says_what_it_sets() {
        for (text, expected) in [
            (
                "UPDATE t SET a = $2, b = b + $1 WHERE id = $3",
                "a=$1 b=itself",
            ),
            ("UPDATE t SET a = ?, b = ? WHERE id = ?", "a=$0 b=$1"),
            ("UPDATE t SET a = CAST($1 AS jsonb), b = now()", "a=$0 b=?"),
            ("UPDATE t SET a = 'x', b = c + $1", "a='x' b=?"),
            ("INSERT INTO t (a, b) VALUES ($2, 'x')", "a=$1 b='x'"),
            ("INSERT INTO t SELECT $1", ""),
        ] {
            assert_eq!(terms(&read(text).sets), expected, "{text}");
        }
    }

    #[test]
    fn conditions_are_told_one_by_one() {
        for (text, expected) in [
            (
                "SELECT a FROM t WHERE id = $1 AND t.b = 'x' FOR UPDATE",
                "id=$0 b='x'",
            ),
            ("DELETE FROM t WHERE (id = $1 AND a > $2)", "id=$0 =?"),
            ("DELETE FROM t WHERE id = $1 OR a = $2", "=?"),
            ("SELECT EXISTS (SELECT 1 FROM t WHERE a = $1)", "a=$0"),
            ("UPDATE t SET a = 1 WHERE id = $1 RETURNING a", "id=$0"),
        ] {
            assert_eq!(terms(&read(text).conditions), expected, "{text}");
        }
    }
}
