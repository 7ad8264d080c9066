//! SQL text to tokens, for every dialect at once: quotes, dollar quotes, comments, placeholders and holes.

use super::{Database, SqlPiece, SqlText};

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

/// What differs between dialects' tokens.
#[derive(Clone, Copy)]
struct Lexis {
    /// `\'` in strings, `#` comments, `"…"` strings.
    mysql: bool,
    /// Comments nest.
    nested_comments: bool,
}

/// The tokens of a text. Linear, and total: an unfinished quote or comment reaches to the end.
pub(super) fn tokens<'a>(text: &'a str, databases: &[Database]) -> Vec<Token<'a>> {
    use Database::{CockroachDb, DuckDb, MariaDb, MsSql, MySql, Postgres};
    let all = |of: &[Database]| {
        !databases.is_empty() && databases.iter().all(|database| of.contains(database))
    };
    let lexis = Lexis {
        mysql: all(&[MySql, MariaDb]),
        nested_comments: all(&[Postgres, CockroachDb, DuckDb, MsSql]),
    };
    let mut lexer = Lexer { text, at: 0, lexis };
    let mut tokens = Vec::new();
    loop {
        let gap = lexer.skip_blank();
        let start = lexer.at;
        let Some(kind) = lexer.token() else {
            return tokens;
        };
        tokens.push(Token {
            kind,
            text: &text[start..lexer.at],
            gap,
        });
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    lexis: Lexis,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest().chars().nth(ahead)
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !test(c)).unwrap_or(rest.len());
    }

    fn take_until(&mut self, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
    }

    /// Skips white space and comments; whether there were any.
    fn skip_blank(&mut self) -> bool {
        let start = self.at;
        loop {
            let before = self.at;
            self.take_while(char::is_whitespace);
            if self.rest().starts_with("--") || (self.lexis.mysql && self.rest().starts_with('#')) {
                self.take_until("\n");
            } else if self.rest().starts_with("/*") {
                self.skip_comment();
            }
            if self.at == before {
                return self.at > start;
            }
        }
    }

    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            let Some(at) = self.rest().find(['*', '/']) else {
                self.at = self.text.len();
                return;
            };
            self.at += at;
            if self.rest().starts_with("/*") && (depth == 0 || self.lexis.nested_comments) {
                depth += 1;
                self.at += 2;
            } else if self.rest().starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    /// Moves past the next token.
    fn token(&mut self) -> Option<Kind> {
        let first = self.peek(0)?;
        Some(match first {
            '\'' => self.quoted('\'', self.lexis.mysql, Kind::String),
            '"' if self.lexis.mysql => self.quoted('"', true, Kind::String),
            '"' => self.quoted('"', false, Kind::Quoted),
            '`' => self.quoted('`', false, Kind::Quoted),
            '[' if self.bracketed_name() => self.quoted(']', false, Kind::Quoted),
            '$' => self.dollar(),
            '?' => self.question_mark(),
            ':' if self.peek(1).is_some_and(starts_word)
                || self.peek(1).is_some_and(|c| c.is_ascii_digit()) =>
            {
                self.marked(Kind::Named)
            }
            '@' => self.variable(),
            '0'..='9' => self.number(),
            '.' if self.peek(1).is_some_and(|c| c.is_ascii_digit()) && !self.after_word() => {
                self.number()
            }
            '#' if self.peek(1).is_some_and(|c| starts_word(c) || c == '#') => self.word(),
            _ if starts_word(first) => self.word(),
            _ => self.operator(first),
        })
    }

    fn after_word(&self) -> bool {
        self.text[..self.at]
            .chars()
            .next_back()
            .is_some_and(|c| continues_word(c) || "\"`])".contains(c))
    }

    /// `[name]` and `[two words]`, not `array[1]`, `ARRAY['a']`.
    fn bracketed_name(&self) -> bool {
        let inner = &self.rest()[1..];
        let end = inner.find(|c| !(continues_word(c) || c == ' ' || c == '-'));
        !self.after_word()
            && inner.starts_with(starts_word)
            && end.is_some_and(|at| inner[at..].starts_with(']'))
    }

    fn quoted(&mut self, end: char, backslash: bool, kind: Kind) -> Kind {
        self.at += 1;
        loop {
            let Some(at) = self.rest().find([end, '\\']) else {
                self.at = self.text.len();
                return kind;
            };
            self.at += at;
            if self.rest().starts_with('\\') {
                self.at += 1;
                if backslash {
                    self.at += self.peek(0).map_or(0, char::len_utf8);
                }
            } else if self.peek(1) == Some(end) {
                self.at += 2;
            } else {
                self.at += 1;
                return kind;
            }
        }
    }

    /// `$1`, `$name`, `$$ … $$`, `$tag$ … $tag$`
    fn dollar(&mut self) -> Kind {
        let start = self.at;
        self.at += 1;
        self.take_while(|c| c.is_alphanumeric() || c == '_');
        let tag = &self.text[start..self.at];
        if tag[1..].starts_with(|c: char| c.is_ascii_digit()) {
            return Kind::Placeholder;
        }
        if self.peek(0) != Some('$') {
            return if tag.len() > 1 {
                Kind::Named
            } else {
                Kind::Operator
            };
        }
        let delimiter = &self.text[start..=self.at];
        self.at += 1;
        self.take_until(delimiter);
        Kind::Body
    }

    fn question_mark(&mut self) -> Kind {
        self.at += 1;
        if self.rest().starts_with('&')
            || (self.rest().starts_with('|') && !self.rest().starts_with("||"))
        {
            self.at += 1;
            return Kind::Operator;
        }
        self.take_while(|c| c.is_ascii_digit());
        Kind::Placeholder
    }

    fn marked(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        self.take_while(continues_word);
        kind
    }

    fn variable(&mut self) -> Kind {
        let mark = if self.rest().starts_with("@@") { 2 } else { 1 };
        if !self.peek(mark).is_some_and(continues_word) {
            return self.operator('@');
        }
        self.at += mark;
        self.take_while(continues_word);
        Kind::Variable
    }

    fn number(&mut self) -> Kind {
        self.take_while(|c| c.is_alphanumeric() || c == '.' || c == '_' || c == HOLE);
        Kind::Number
    }

    /// A word, `E'…'` and the like, or a hole by itself.
    fn word(&mut self) -> Kind {
        let start = self.at;
        self.take_while(continues_word);
        let word = &self.text[start..self.at];
        if self.peek(0) == Some('\'')
            && ["e", "n", "b", "x", "q"]
                .iter()
                .any(|p| word.eq_ignore_ascii_case(p))
        {
            let backslash = self.lexis.mysql || word.eq_ignore_ascii_case("e");
            return self.quoted('\'', backslash, Kind::String);
        }
        if word.chars().all(|c| c == HOLE) {
            Kind::Hole
        } else {
            Kind::Word
        }
    }

    fn operator(&mut self, first: char) -> Kind {
        const TWO: [&str; 14] = [
            "<=", ">=", "<>", "!=", "==", ":=", "::", "||", "=>", "->", "@>", "<@", "&&", "+=",
        ];
        let two = TWO.iter().any(|op| self.rest().starts_with(op));
        self.at += if two { 2 } else { first.len_utf8() };
        Kind::Operator
    }
}

fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == HOLE
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | HOLE)
}
