//! Table names: from tokens and from the parser's names, in one spelling.

use sqlparser::ast::ObjectName;

use super::dialect::{HOLE_NAME, is_placeholder};
use super::token::{HOLE, Kind, Token};

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
    let known = !last.value.contains(HOLE_NAME) && !is_placeholder(&last.value);
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
