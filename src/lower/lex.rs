//! A cheap tokenizer that agrees with proc-macro2's on where strings, comments and delimiters are.
//! It exists so that hostile nesting is seen before anything recursive reads the text.

/// A token, as far as nesting is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tok<'a> {
    /// Identifier, keyword or number.
    Word(&'a str),
    /// `'a`, without the quote.
    Lifetime,
    /// String, byte string or character.
    Literal,
    /// An operator, longest match first.
    Punct(&'a str),
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close,
}

/// Tokens of a text with their byte offsets.
pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lexer {
            text,
            bytes: text.as_bytes(),
            at: 0,
        }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_trivia(&mut self) {
        loop {
            match self.byte(0) {
                b' ' | 0x09..=0x0d => self.at += 1,
                b'/' if self.byte(1) == b'/' => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                b'/' if self.byte(1) == b'*' => self.skip_block_comment(),
                b if b < 0x80 => return,
                _ => match self.rest().chars().next() {
                    Some(c) if is_space(c) => self.at += c.len_utf8(),
                    _ => return,
                },
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0u32;
        while self.at < self.text.len() {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => depth += 1,
                (b'*', b'/') => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    /// Takes the identifier characters ahead.
    fn take_word(&mut self) -> &'a str {
        let start = self.at;
        loop {
            match self.byte(0) {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.at += 1,
                b if b < 0x80 => break,
                _ => match self.rest().chars().next() {
                    Some(c) if !is_space(c) => self.at += c.len_utf8(),
                    _ => break,
                },
            }
        }
        &self.text[start..self.at]
    }

    fn word(&mut self) -> Tok<'a> {
        let word = self.take_word();
        if matches!(word, "r" | "br" | "cr") && self.skip_raw_string() {
            return Tok::Literal;
        }
        Tok::Word(word)
    }

    fn skip_raw_string(&mut self) -> bool {
        let hashes = self.rest().bytes().take_while(|&b| b == b'#').count();
        if self.byte(hashes) != b'"' {
            return false;
        }
        self.at += hashes + 1;
        let bytes = self.rest().as_bytes();
        let end = (0..bytes.len()).find(|&i| {
            bytes[i] == b'"'
                && bytes[i + 1..]
                    .iter()
                    .take_while(|&&b| b == b'#')
                    .take(hashes)
                    .count()
                    == hashes
        });
        self.at = end.map_or(self.text.len(), |end| self.at + end + 1 + hashes);
        self.take_word();
        true
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() {
            match self.byte(0) {
                b'"' => {
                    self.at += 1;
                    self.take_word();
                    return;
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
    }

    fn quote(&mut self) -> Tok<'a> {
        self.at += 1;
        let mut chars = self.rest().chars();
        let first = chars.next();
        if first == Some('\\') {
            let escaped = chars.next().map_or(0, char::len_utf8);
            let from = (self.at + 1 + escaped).min(self.text.len());
            self.at = self.text[from..]
                .find('\'')
                .map_or(self.text.len(), |end| from + end + 1);
        } else if chars.next() == Some('\'') {
            self.at += first.map_or(0, char::len_utf8) + 1;
        } else {
            return Tok::Lifetime;
        }
        self.take_word();
        Tok::Literal
    }

    fn punct(&mut self) -> Tok<'a> {
        let len = operator_len([self.byte(0), self.byte(1), self.byte(2)]);
        let start = self.at;
        self.at += len;
        Tok::Punct(&self.text[start..self.at])
    }

    /// One past the last byte of the token that came last.
    pub(super) fn end(&self) -> usize {
        self.at
    }
}

/// The length of the longest operator that starts with these bytes.
fn operator_len(bytes: [u8; 3]) -> usize {
    match bytes {
        [b'.', b'.', b'.' | b'='] | [b'<', b'<', b'='] | [b'>', b'>', b'='] => 3,
        [
            b'=' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|',
            b'=',
            _,
        ]
        | [b'-' | b'=', b'>', _] => 2,
        [first @ (b'&' | b'|' | b'<' | b'>' | b':' | b'.'), second, _] if first == second => 2,
        _ => 1,
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = (usize, Tok<'a>);

    fn next(&mut self) -> Option<(usize, Tok<'a>)> {
        self.skip_trivia();
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let tok = match self.byte(0) {
            b'"' => {
                self.skip_string();
                Tok::Literal
            }
            b'\'' => self.quote(),
            open @ (b'(' | b'[' | b'{') => {
                self.at += 1;
                Tok::Open(open)
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Tok::Close
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => self.word(),
            _ => self.punct(),
        };
        Some((start, tok))
    }
}

/// White space as proc-macro2 sees it: with the two direction marks.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{200e}' || c == '\u{200f}'
}
