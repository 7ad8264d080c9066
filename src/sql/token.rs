//! Tokens of SQL text and how to look at them; the text itself with its holes marked.

use super::{SqlPiece, SqlText};

/// Stands for a hole in flattened text; no SQL text contains it.
pub(super) const HOLE: char = '\0';

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name.
    Quoted,
    /// A string, dollar-quoted ones excluded.
    String,
    /// A dollar-quoted string: a function's body.
    Body,
    /// A number.
    Number,
    /// `$1`, `?`, `?1`: one value.
    Placeholder,
    /// `:name`, `$name`: one value, or a list where the client expands it.
    Named,
    /// `@name`, `@@name`
    Variable,
    /// Anything put in at run time.
    Hole,
    /// An operator or punctuation.
    Operator,
}

/// A token of SQL text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// White space or a comment stands before it.
    pub(super) gap: bool,
}

impl Token<'_> {
    /// Whether it is the keyword `word` (any case).
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of the keywords.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether it is this operator.
    pub(super) fn op(&self, text: &str) -> bool {
        self.kind == Kind::Operator && self.text == text
    }

    /// Whether something is put into it at run time.
    pub(super) fn has_hole(&self) -> bool {
        self.text.contains(HOLE)
    }

    /// Whether it can name a thing.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted | Kind::Hole)
    }

    /// Whether it is a value by itself.
    pub(super) fn is_value(&self) -> bool {
        use Kind::{Body, Hole, Named, Number, Placeholder, String, Variable};
        matches!(
            self.kind,
            String | Body | Number | Placeholder | Named | Variable | Hole
        )
    }

    /// A literal: no placeholder, nothing put in.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self.kind, Kind::String | Kind::Body | Kind::Number) && !self.has_hole()
    }

    /// Its name: unquoted in lower case, quoted as written.
    pub(super) fn name(&self) -> String {
        match self.kind {
            Kind::Quoted => unquote(self.text).to_owned(),
            _ => self.text.to_lowercase(),
        }
    }
}

/// Whether the tokens at `at` are these keywords.
pub(super) fn words_at(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.len() >= at + words.len()
        && tokens
            .iter()
            .skip(at)
            .zip(words)
            .all(|(token, word)| token.is(word))
}

/// The index after the parenthesis that opens at `open`, or the end.
pub(super) fn after_parenthesis(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.op("(") {
            depth += 1;
        } else if token.op(")") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// A quoted name or string without its quotes (and a string's prefix).
pub(super) fn unquote(text: &str) -> &str {
    let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '&');
    let mut chars = body.chars();
    let (Some(_), Some(_)) = (chars.next(), chars.next_back()) else {
        return "";
    };
    chars.as_str()
}

/// The pieces as one text, each hole as [`HOLE`]; `{}` and `{name}` in known text are holes too.
pub(super) fn flatten(text: &SqlText) -> String {
    let mut flat = String::new();
    for piece in &text.0 {
        match piece {
            SqlPiece::Hole => flat.push(HOLE),
            SqlPiece::Text(text) => push_text(&mut flat, text),
        }
    }
    flat
}

fn push_text(flat: &mut String, mut text: &str) {
    while let Some(at) = text.find(['{', HOLE]) {
        flat.push_str(&text[..at]);
        let rest = &text[at..];
        let length = brace_hole(rest);
        flat.push(match length {
            Some(_) => HOLE,
            None if rest.starts_with('{') => '{',
            None => ' ',
        });
        text = &rest[length.unwrap_or(1)..];
    }
    flat.push_str(text);
}

/// The length of `{}`, `{name}` or `{0:?}` at the start of `text`.
fn brace_hole(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "_:?.#*<>".contains(c)))?;
    inner[end..].starts_with('}').then_some(end + 2)
}
