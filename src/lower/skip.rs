//! Where functions' bodies are, found by counting braces, so that a first parse needs to see signatures only.
//! What bodies import and the constants in them stay, since names mean them; a body that declares more, or includes files, stays whole.

use std::ops::Range;

use super::lex::Tok;
use super::rules::Macros;
use crate::source::TextRange;

/// A shorter body is read at once, in bytes: to come back to it costs more than it saves.
const SHORT: usize = 160;

/// A function with a body, as offsets of the text on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FnText {
    /// Its `fn`.
    pub(super) start: usize,
    /// The opening brace of its body.
    pub(super) open: usize,
    /// The closing one.
    pub(super) close: usize,
    /// Its body is read at once.
    pub(super) stays: bool,
    /// It calls macros of the workspace.
    pub(super) expands: bool,
}

impl FnText {
    /// From `fn` to the closing brace.
    pub(super) fn range(self) -> TextRange {
        TextRange {
            start: self.start as u32,
            end: self.close as u32 + 1,
        }
    }
}

/// Functions of a text, in order; none lies in another.
#[derive(Clone, Debug, Default)]
pub(super) struct FnTexts {
    all: Vec<FnText>,
    /// Imports and constants in bodies.
    items: Vec<Range<usize>>,
    /// The bodies that don't stay have been left out.
    pub(super) are_left_out: bool,
}

impl FnTexts {
    /// The one whose body opens here.
    pub(super) fn at(&self, open: u32) -> Option<FnText> {
        let found = self
            .all
            .binary_search_by_key(&(open as usize), |text| text.open);
        found.ok().map(|index| self.all[index])
    }

    /// Leaves out the bodies that can be read later, in what follows `skipped` bytes of the file.
    pub(super) fn shortened(&mut self, parsed: &str, skipped: usize) -> Shortened {
        self.are_left_out = true;
        let mut short = Shortened::default();
        let mut from = 0;
        let mut items = self.items.iter().peekable();
        for text in self.all.iter().filter(|text| !text.stays) {
            let mut gap = text.open + 1;
            while let Some(item) = items.next_if(|item| item.start < text.close) {
                if item.start >= gap {
                    short.add(&parsed[from..gap - skipped], item.start - gap);
                    (from, gap) = (item.start - skipped, item.end);
                }
            }
            short.add(&parsed[from..gap - skipped], text.close - gap);
            from = text.close - skipped;
        }
        short.add(&parsed[from..], 0);
        short
    }
}

/// A text of which parts have been left out, each but for a blank.
#[derive(Debug, Default)]
pub(super) struct Shortened {
    pub(super) text: String,
    /// What follows a part, in bytes of this text, and the bytes that are missing before it.
    pub(super) cuts: Vec<(u32, u32)>,
}

impl Shortened {
    /// Nothing has been left out.
    pub(super) fn whole(text: String) -> Self {
        Self {
            text,
            cuts: Vec::new(),
        }
    }

    /// A piece, and how long what follows it is, which is left out.
    fn add(&mut self, piece: &str, gap: usize) {
        self.text.push_str(piece);
        if gap > 0 {
            self.text.push(' ');
            self.cuts.push((self.text.len() as u32, gap as u32 - 1));
        }
    }
}

/// Where the scan is.
#[derive(Clone, Copy)]
enum At {
    /// Among items.
    Items,
    /// Behind `fn`, which a name follows if it is no type.
    Keyword(usize),
    /// In a signature, at a depth of its own.
    Signature {
        start: usize,
        depth: u32,
        angles: i32,
    },
    /// In a body, whose braces are at this depth.
    Body(FnText, u32),
    /// In an import or constant of a body, which starts here at a depth of its own.
    Item(FnText, u32, (usize, u32)),
}

/// Sees all tokens of a text, in order.
pub(super) struct Finder<'t, 'm> {
    macros: &'m Macros,
    skipped: usize,
    at: At,
    before: [Tok<'t>; 2],
    /// The last closing delimiter was a brace.
    closed_brace: bool,
    opened: Vec<u8>,
    found: FnTexts,
}

impl<'t, 'm> Finder<'t, 'm> {
    /// For what follows `skipped` bytes of a file.
    pub(super) fn new(macros: &'m Macros, skipped: usize) -> Self {
        Self {
            macros,
            skipped,
            at: At::Items,
            before: [Tok::Close; 2],
            closed_brace: false,
            opened: Vec::new(),
            found: FnTexts::default(),
        }
    }

    pub(super) fn found(self) -> FnTexts {
        self.found
    }

    /// A token; `opaque` in the arguments of a macro, whose functions may be something else.
    pub(super) fn see(&mut self, place: usize, tok: Tok<'t>, opaque: bool) {
        let place = self.skipped + place;
        match tok {
            Tok::Open(delimiter) => {
                self.open(place, delimiter);
                self.opened.push(delimiter);
            }
            Tok::Close => {
                self.closed_brace = self.opened.pop() == Some(b'{');
                self.close(place);
            }
            _ => self.flat(place, tok, opaque),
        }
        self.before = [self.before[1], tok];
    }

    fn depth(&self) -> u32 {
        self.opened.len() as u32
    }

    fn open(&mut self, place: usize, delimiter: u8) {
        match self.at {
            At::Signature {
                start,
                depth,
                angles,
            } if depth == self.depth() && angles <= 0 && delimiter == b'{' => {
                let text = FnText {
                    start,
                    open: place,
                    close: place,
                    stays: false,
                    expands: false,
                };
                self.at = At::Body(text, depth);
            }
            // `fn(`: a type.
            At::Keyword(_) => self.at = At::Items,
            _ => {}
        }
    }

    fn close(&mut self, place: usize) {
        match self.at {
            At::Body(text, depth) if depth == self.depth() => {
                self.found.all.push(FnText {
                    close: place,
                    stays: text.stays || place - text.open < SHORT,
                    ..text
                });
                self.at = At::Items;
            }
            At::Signature { depth, .. } if depth > self.depth() => self.at = At::Items,
            At::Keyword(_) => self.at = At::Items,
            At::Item(text, body, (_, depth)) if depth > self.depth() => {
                let stays = true;
                self.at = At::Body(FnText { stays, ..text }, body);
            }
            _ => {}
        }
    }

    fn flat(&mut self, place: usize, tok: Tok<'t>, opaque: bool) {
        let here = self.depth();
        match &mut self.at {
            At::Items if tok == Tok::Word("fn") && !opaque => self.at = At::Keyword(place),
            At::Items => {}
            At::Keyword(start) => {
                let signature = At::Signature {
                    start: *start,
                    depth: here,
                    angles: 0,
                };
                let is_name = matches!(tok, Tok::Word(_));
                self.at = if is_name { signature } else { At::Items };
            }
            At::Signature { depth, angles, .. } if *depth == here => match tok {
                Tok::Punct(";") => self.at = At::Items,
                Tok::Punct("<") => *angles += 1,
                Tok::Punct("<<") => *angles += 2,
                Tok::Punct(">" | ">=") => *angles -= 1,
                Tok::Punct(">>" | ">>=") => *angles -= 2,
                _ => {}
            },
            At::Signature { .. } => {}
            At::Body(text, body) => {
                // Behind an attribute it doesn't.
                let starts = match self.before[1] {
                    Tok::Open(b'{') | Tok::Punct(";") => true,
                    Tok::Close => self.closed_brace,
                    _ => false,
                };
                if starts && !opaque && matches!(tok, Tok::Word("use" | "const")) {
                    self.at = At::Item(*text, *body, (place, here));
                    return;
                }
                self.in_body(tok);
            }
            At::Item(text, body, (start, depth)) => {
                if tok == Tok::Punct(";") && *depth == here {
                    self.found.items.push(*start..place + 1);
                    self.at = At::Body(*text, *body);
                    return;
                }
                if self.before[1] != Tok::Word("const") {
                    self.in_body(tok);
                }
            }
        }
    }

    fn in_body(&mut self, tok: Tok<'t>) {
        let (At::Body(text, _) | At::Item(text, ..)) = &mut self.at else {
            return;
        };
        text.stays |= declares(self.macros, self.before, tok);
        if let ([_, Tok::Word(name)], Tok::Punct("!")) = (self.before, tok) {
            text.expands |= self.macros.is_named(name);
        }
    }
}

/// Whether a token, behind two others, says that a body has to be read at once.
pub(super) fn declares(macros: &Macros, before: [Tok<'_>; 2], tok: Tok<'_>) -> bool {
    match (before, tok) {
        (
            _,
            Tok::Word(
                "impl" | "struct" | "enum" | "trait" | "mod" | "use" | "type" | "extern"
                | "macro_rules",
            ),
        )
        | ([_, Tok::Word("fn" | "union" | "static")], Tok::Word(_)) => true,
        ([star, Tok::Word("const")], Tok::Word(_)) => star != Tok::Punct("*"),
        ([_, Tok::Word(name)], Tok::Punct("!")) => macros.is_read_at_once(name),
        _ => false,
    }
}
