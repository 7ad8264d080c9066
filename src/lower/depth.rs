//! How deep a parser would recurse on a text, counted by a loop: delimiters, and runs of tokens that nest without them.

use super::lex::{Lexer, Tok};

/// What a text may ask of the stack.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Levels on which the parser recurses.
    pub(super) levels: u32,
    /// Links of chains (`a.b()?`, `a + b`), which make a deep tree without a deep parse.
    pub(super) links: u32,
}

/// A whole file: each alone needs less than 64 MB of stack in a debug build, together and with macros less than 200 MB.
pub(super) const FILE: Limits = Limits {
    levels: 1_000,
    links: 10_000,
};
/// The tokens of one macro call; calls nest at most [`MACRO_NESTING`] deep.
pub(super) const MACRO: Limits = Limits {
    levels: 100,
    links: 1_000,
};
/// How many macro calls may be opened inside each other.
pub(super) const MACRO_NESTING: u32 = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, a separator, an operator or a keyword: what follows starts an operand.
    Start,
    /// The end of an operand.
    Operand,
    /// A closing brace.
    Brace,
    /// A lifetime's quote.
    Quote,
}

/// How far the tokens before are a macro's `name !` or `name ! name`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bang {
    No,
    Name,
    Called,
    Named,
}

#[derive(Clone, Copy, Default)]
struct Level {
    outer_levels: u32,
    outer_links: u32,
    /// Prefix operators and keywords since the last separator.
    run: u32,
    /// Open `<` since the last statement: a comma doesn't close them.
    angles: u32,
    /// Closures begun since the last statement, for the same reason.
    closures: u32,
    links: u32,
    opaque: bool,
}

impl Level {
    fn end_operand(&mut self) {
        self.run = 0;
        self.links = 0;
    }

    fn end_statement(&mut self) {
        self.end_operand();
        self.angles = 0;
        self.closures = 0;
    }

    fn levels(&self) -> u32 {
        self.outer_levels + self.run + self.angles + self.closures
    }

    fn all_links(&self) -> u32 {
        self.outer_links + self.links
    }
}

struct Scan {
    level: Level,
    before: Before,
    bang: Bang,
    after_else: bool,
}

/// A place where a text nests deeper than the limits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    pub(super) at: usize,
    pub(super) levels: u32,
}

/// The text with its comments blanked out and its lines joined, which is quicker to parse and keeps every token where it is.
/// Each token is shown to `visit`, with its start and whether it stands in a macro's arguments.
pub(super) fn tokens_only<'t>(
    text: &'t str,
    limits: Limits,
    mut visit: impl FnMut(usize, Tok<'t>, bool),
) -> Result<String, TooDeep> {
    let mut plain = vec![b' '; text.len()];
    scan(text, limits, |start, end, tok, opaque| {
        plain[start..end].copy_from_slice(&text.as_bytes()[start..end]);
        visit(start, tok, opaque);
    })?;
    // Tokens are cut at characters, so what they are copied to is text again.
    Ok(String::from_utf8(plain).unwrap_or_default())
}

/// Whether a text nests no deeper than the limits.
pub(super) fn is_shallow(text: &str, limits: Limits) -> bool {
    scan(text, limits, |_, _, _, _| ()).is_ok()
}

fn scan<'t>(
    text: &'t str,
    limits: Limits,
    mut visit: impl FnMut(usize, usize, Tok<'t>, bool),
) -> Result<(), TooDeep> {
    let mut scan = Scan {
        level: Level::default(),
        before: Before::Start,
        bang: Bang::No,
        after_else: false,
    };
    let mut outer = Vec::new();
    let mut lexer = Lexer::new(text);
    while let Some((at, tok)) = lexer.next() {
        visit(at, lexer.end(), tok, scan.level.opaque);
        match tok {
            Tok::Open(delimiter) => outer.push(scan.open(delimiter)),
            Tok::Close => scan.close(text.as_bytes()[at], outer.pop()),
            _ if scan.level.opaque => continue,
            Tok::Word(word) => scan.word(word),
            Tok::Punct(punct) => scan.punct(punct),
            Tok::Literal => scan.operand(),
            Tok::Lifetime => scan.before = Before::Quote,
        }
        let (levels, links) = (scan.level.levels(), scan.level.all_links());
        if levels > limits.levels || links > limits.links {
            return Err(TooDeep {
                at,
                levels: levels.max(links),
            });
        }
    }
    Ok(())
}

impl Scan {
    fn operand(&mut self) {
        self.before = Before::Operand;
        self.bang = Bang::No;
    }

    /// Enters a group and says what to come back to.
    fn open(&mut self, delimiter: u8) -> Level {
        if delimiter != b'{' && !self.level.opaque {
            self.level.links += 1;
        }
        let outer = self.level;
        let opaque = outer.opaque || matches!(self.bang, Bang::Called | Bang::Named);
        self.level = Level {
            outer_levels: outer.levels() + 1,
            outer_links: outer.all_links(),
            opaque,
            ..Level::default()
        };
        self.before = Before::Start;
        self.bang = Bang::No;
        outer
    }

    fn close(&mut self, delimiter: u8, outer: Option<Level>) {
        self.operand();
        if delimiter == b'}' {
            self.before = Before::Brace;
        }
        self.level = outer.unwrap_or_default();
    }

    fn word(&mut self, word: &str) {
        let after_else = std::mem::replace(&mut self.after_else, word == "else");
        if self.before == Before::Brace && !matches!(word, "else" | "as" | "in") {
            self.level.end_statement();
        }
        if self.before == Before::Quote {
            return self.operand();
        }
        self.bang = if self.bang == Bang::Called {
            Bang::Named
        } else {
            Bang::Name
        };
        self.before = Before::Start;
        match word {
            _ if word.len() > "return".len() => return self.before = Before::Operand,
            "else" | "as" => self.level.links += 1,
            "if" if after_else => self.level.links += 1,
            "return" | "break" | "if" | "match" | "while" | "for" | "loop" | "move" | "async"
            | "unsafe" | "const" | "static" | "in" | "let" | "dyn" | "impl" | "ref" | "mut"
            | "box" | "yield" | "become" | "fn" | "where" | "try" | "do" | "extern" => {
                self.level.run += 1;
            }
            _ => return self.before = Before::Operand,
        }
        self.bang = Bang::No;
    }

    fn punct(&mut self, punct: &str) {
        let starts = self.before == Before::Start;
        let after_brace = self.before == Before::Brace;
        self.bang = if punct == "!" && self.bang == Bang::Name {
            Bang::Called
        } else {
            Bang::No
        };
        self.before = Before::Start;
        match punct {
            ";" | "=>" => self.level.end_statement(),
            "," => self.level.end_operand(),
            "#" if after_brace => self.level.end_statement(),
            "<" => self.level.angles += 1,
            "<<" => self.level.angles += 2,
            ">" | ">=" => self.close_angles(1),
            ">>" | ">>=" => self.close_angles(2),
            "?" if !starts => {
                self.level.links += 1;
                self.before = Before::Operand;
            }
            "#" | "$" | ":" => {}
            "." | "::" => self.level.links += 1,
            "|" | "||" if starts => self.level.closures += 1,
            "=" | "@" | "->" => self.level.run += 1,
            _ if starts || is_assignment(punct) => self.level.run += punct.len() as u32,
            _ => self.level.links += 1,
        }
    }

    /// `>` ends a type where one is open, and compares elsewhere.
    fn close_angles(&mut self, count: u32) {
        if let Some(open) = self.level.angles.checked_sub(count) {
            self.level.angles = open;
            self.before = Before::Operand;
        } else {
            self.level.angles = 0;
            self.level.links += 1;
        }
    }
}

fn is_assignment(punct: &str) -> bool {
    punct.ends_with('=') && !matches!(punct, "==" | "!=" | "<=" | ">=" | "..=")
}
