//! proc-macro2's spans to byte offsets in the text on disk, and identifiers to names, without a look at the source map's tree.

use proc_macro2::extra::DelimSpan;
use proc_macro2::{LineColumn, Span};
use syn::Ident;

use crate::ir::Name;
use crate::source::TextRange;

/// Where the tokens of a text are.
pub(super) struct Places<'a> {
    text: &'a str,
    skipped: u32,
    /// Starts of the lines that the parser saw, in characters.
    lines: Vec<u32>,
    /// One past each character that isn't ASCII, or where something was left out: how far bytes on disk are ahead from there on.
    ahead: Vec<(u32, u32)>,
    /// Macro calls that are being expanded, innermost last.
    expansions: Vec<Expansion>,
}

/// A macro call whose expansion is being read: what the macro wrote is marked with the place of the call's `!`.
#[derive(Clone, Copy)]
pub(super) struct Expansion {
    pub(super) mark: u32,
    pub(super) call: TextRange,
    /// What the macro wrote may mean locals of the caller: it is defined inside braces, perhaps the function's.
    pub(super) sees_locals: bool,
}

impl<'a> Places<'a> {
    /// Of the text on disk, of which the parser was given what follows `skipped` bytes, as `parsed`; `cuts` are places in that, and the
    /// bytes that are missing there.
    pub(super) fn new(text: &'a str, skipped: usize, parsed: &str, cuts: &[(u32, u32)]) -> Self {
        let mut places = Places {
            text,
            skipped: skipped as u32,
            lines: vec![0],
            ahead: Vec::new(),
            expansions: Vec::new(),
        };
        if parsed.is_ascii() {
            let newlines = parsed.bytes().enumerate().filter(|&(_, b)| b == b'\n');
            places.lines.extend(newlines.map(|(at, _)| at as u32 + 1));
            let mut ahead = 0;
            places.ahead.extend(cuts.iter().map(|&(at, missing)| {
                ahead += missing;
                (at, ahead)
            }));
            return places;
        }
        let mut ahead = 0;
        let mut cuts = cuts.iter().peekable();
        for (at, (byte, c)) in (0..).zip(parsed.char_indices()) {
            if let Some((_, missing)) = cuts.next_if(|(cut, _)| *cut as usize == byte) {
                ahead += missing;
                places.ahead.push((at, ahead));
            }
            if c == '\n' {
                places.lines.push(at + 1);
            } else if !c.is_ascii() {
                ahead += c.len_utf8() as u32 - 1;
                places.ahead.push((at + 1, ahead));
            }
        }
        places
    }

    fn at(&self, place: LineColumn) -> u32 {
        let line = self
            .lines
            .get(place.line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let at = line + place.column as u32;
        let passed = self.ahead.partition_point(|&(from, _)| from <= at);
        let ahead = self.ahead[..passed].last().map_or(0, |&(_, ahead)| ahead);
        self.skipped + at + ahead
    }

    /// Reads an expansion from here on.
    pub(super) fn enter(&mut self, expansion: Expansion) {
        self.expansions.push(expansion);
    }

    /// Goes back to what is around the expansion.
    pub(super) fn leave(&mut self) {
        self.expansions.pop();
    }

    fn expansion(&self, mark: u32) -> Option<&Expansion> {
        let mut expansions = self.expansions.iter().rev();
        expansions.find(|expansion| expansion.mark == mark)
    }

    /// The expansion whose macro wrote something, from its range.
    pub(super) fn written_by(&self, range: TextRange) -> Option<&Expansion> {
        let mut expansions = self.expansions.iter().rev();
        expansions.find(|expansion| expansion.call == range)
    }

    /// Where a token is written, be it by the caller or by an expansion's mark.
    pub(super) fn mark(&self, span: Span) -> u32 {
        self.at(span.start())
    }

    /// A range that begins and ends at parts of an expansion, which may stand in another order than in the call.
    pub(super) fn ordered(&self, range: TextRange) -> TextRange {
        match self.expansions.last() {
            Some(expansion) if range.start > range.end => expansion.call,
            _ => range,
        }
    }

    /// The first byte of a token.
    pub(super) fn start(&self, span: Span) -> u32 {
        let at = self.at(span.start());
        self.expansion(at)
            .map_or(at, |expansion| expansion.call.start)
    }

    /// One past the last byte of a token.
    pub(super) fn end(&self, span: Span) -> u32 {
        let at = self.at(span.end());
        self.expansion(at.wrapping_sub(1))
            .map_or(at, |expansion| expansion.call.end)
    }

    pub(super) fn range(&self, span: Span) -> TextRange {
        TextRange {
            start: self.start(span),
            end: self.end(span),
        }
    }

    /// One past the closing delimiter.
    pub(super) fn close(&self, delimiters: DelimSpan) -> u32 {
        self.end(delimiters.close())
    }

    pub(super) fn group(&self, delimiters: DelimSpan) -> TextRange {
        self.range(delimiters.join())
    }

    /// What stands between two delimiters.
    pub(super) fn inside(&self, delimiters: DelimSpan) -> &'a str {
        let TextRange { start, end } = self.group(delimiters);
        self.text
            .get(start as usize + 1..(end as usize).saturating_sub(1))
            .unwrap_or("")
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.text
            .get(range.start as usize..range.end as usize)
            .unwrap_or("")
    }

    /// The start of the doc comment that stands right above a place, or the place itself.
    pub(super) fn with_docs(&self, place: u32) -> u32 {
        let mut start = place as usize;
        while let Some(above) = self.text.get(..start) {
            let margin = above
                .trim_end_matches([' ', '\t'])
                .strip_suffix('\n')
                .unwrap_or("");
            let line = margin.rfind('\n').map_or(0, |newline| newline + 1);
            let indent = margin[line..].len() - margin[line..].trim_start().len();
            if !margin[line + indent..].starts_with("///") {
                break;
            }
            start = line + indent;
        }
        start as u32
    }

    /// Where an identifier stands, `r#` included.
    pub(super) fn ident(&self, ident: &Ident) -> TextRange {
        let start = self.mark(ident.span());
        if let Some(expansion) = self.expansion(start) {
            return expansion.call;
        }
        let rest = self.text.as_bytes().get(start as usize..).unwrap_or(&[]);
        let word = |bytes: &[u8]| {
            bytes
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))
        };
        let len = if rest.starts_with(b"r#") {
            word(&rest[2..]).map(|len| len + 2)
        } else {
            word(rest)
        };
        match len {
            Some(len) if rest[len].is_ascii() => TextRange {
                start,
                end: start + len as u32,
            },
            _ => TextRange {
                start,
                end: self.end(ident.span()),
            },
        }
    }

    /// An identifier's name, without `r#`.
    pub(super) fn name(&self, ident: &Ident) -> Name {
        self.named(ident).0
    }

    /// An identifier's name and place.
    pub(super) fn named(&self, ident: &Ident) -> (Name, TextRange) {
        let range = self.ident(ident);
        if self.written_by(range).is_some() {
            let text = ident.to_string();
            return (Name::from(text.strip_prefix("r#").unwrap_or(&text)), range);
        }
        let text = self.slice(range);
        (Name::from(text.strip_prefix("r#").unwrap_or(text)), range)
    }
}
