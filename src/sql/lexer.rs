//! SQL text to tokens, for every dialect at once: quotes, dollar quotes, comments, placeholders and holes.

use super::token::{HOLE, Kind, Token};
use super::{Database, only};

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
    let lexis = Lexis {
        mysql: only(databases, &[MySql, MariaDb]),
        nested_comments: only(databases, &[Postgres, CockroachDb, DuckDb, MsSql]),
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
        // Postgres: `data ? 'key'`; no dialect has a value directly after a placeholder.
        if self.rest().trim_start().starts_with(['\'', '$']) {
            return Kind::Operator;
        }
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
