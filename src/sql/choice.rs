//! How a statement comes by its rows: the placeholder of the one key, a join with rows made in place, conflicts that change nothing.

use super::rows::names_key;
use super::token::{Kind, Token, words_at};
use super::{Rows, Statement, Verb};

/// Fills in these facts; verb and rows are known.
pub(super) fn read(statement: &mut Statement, tokens: &[Token]) {
    let has = |words: &[&str]| (0..tokens.len()).any(|at| words_at(tokens, at, words));
    let changes = matches!(statement.verb, Verb::Update | Verb::Delete);
    statement.keeps_rows =
        statement.verb == Verb::Upsert && (has(&["DO", "NOTHING"]) || has(&["IGNORE"]));
    statement.joins_list = changes
        && statement.rows == Rows::List
        && joins(tokens)
        && (has(&["UNNEST"]) || has(&["VALUES"]) || has(&["JSON_TABLE"]));
    if statement.rows == Rows::One {
        statement.key = key(tokens);
    }
}

/// FROM, USING or JOIN of the outermost level, not DELETE's own FROM.
fn joins(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.op("(") {
            depth += 1;
        } else if token.op(")") {
            depth = depth.saturating_sub(1);
        }
        let own = at > 0 && tokens[at - 1].is("DELETE");
        if depth == 0 && !own && token.is_any(&["FROM", "USING", "JOIN"]) {
            return true;
        }
    }
    false
}

/// The last `key = $n` after WHERE, as an index into the values bound.
fn key(tokens: &[Token]) -> Option<u16> {
    let start = tokens.iter().rposition(|token| token.is("WHERE"))?;
    let equals = (start..tokens.len().saturating_sub(2)).find(|at| {
        tokens[*at].is_name()
            && names_key(&tokens[*at].name())
            && tokens[at + 1].op("=")
            && tokens[at + 2].kind == Kind::Placeholder
    })?;
    let placeholder = tokens[equals + 2].text;
    let number = placeholder.trim_start_matches(['$', '?', ':', '@', 'P', 'p']);
    match number.parse::<u16>() {
        Ok(number) => number.checked_sub(1),
        Err(_) if placeholder == "?" => {
            let before = tokens[..equals + 2].iter();
            u16::try_from(before.filter(|token| token.text == "?").count()).ok()
        }
        Err(_) => None,
    }
}
