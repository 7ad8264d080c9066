//! proc-macro2's spans to byte offsets in the text on disk, and identifiers to names, without a look at the source map's tree.

use proc_macro2::extra::DelimSpan;
use proc_macro2::{LineColumn, Span};
use rustc_hash::FxHashMap;
use syn::Ident;

use crate::ir::Name;
use crate::source::TextRange;

/// A line with non-ASCII text and longer than this gets checkpoints.
const LONG_LINE: usize = 512;
/// Characters from one checkpoint to the next.
const STRIDE: usize = 64;

/// Where the tokens of a text are.
pub(super) struct Places<'a> {
    text: &'a str,
    lines: Vec<u32>,
    ascii: bool,
    long: FxHashMap<usize, Vec<u32>>,
}

impl<'a> Places<'a> {
    /// Of the text on disk, of which the parser was given what follows `skipped` bytes.
    pub(super) fn new(text: &'a str, skipped: usize) -> Self {
        let mut lines = vec![skipped as u32];
        lines.extend(text.bytes().enumerate().skip(skipped).filter(|&(_, b)| b == b'\n').map(|(at, _)| at as u32 + 1));
        let ascii = text.is_ascii();
        let mut places = Places { text, lines, ascii, long: FxHashMap::default() };
        if !ascii {
            places.long = (0..places.lines.len()).filter_map(|line| Some((line, places.checkpoints(line)?))).collect();
        }
        places
    }

    fn line(&self, line: usize) -> (usize, &'a str) {
        let start = self.lines.get(line).map_or(self.text.len(), |&start| start as usize);
        let end = self.lines.get(line + 1).map_or(self.text.len(), |&end| end as usize);
        (start, self.text.get(start..end).unwrap_or(""))
    }

    fn checkpoints(&self, line: usize) -> Option<Vec<u32>> {
        let (start, text) = self.line(line);
        if text.len() <= LONG_LINE || text.is_ascii() {
            return None;
        }
        Some(text.char_indices().step_by(STRIDE).map(|(at, _)| (start + at) as u32).collect())
    }

    fn at(&self, place: LineColumn) -> u32 {
        let line = place.line.saturating_sub(1);
        if self.ascii {
            return self.lines.get(line).map_or(0, |start| start + place.column as u32);
        }
        let (mut start, mut text) = self.line(line);
        let mut column = place.column;
        if let Some(checkpoint) = self.long.get(&line).and_then(|points| points.get(column / STRIDE)) {
            start = *checkpoint as usize;
            text = self.text.get(start..).unwrap_or("");
            column %= STRIDE;
        } else if text.is_ascii() {
            return (start + column) as u32;
        }
        let ahead = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
        (start + ahead) as u32
    }

    /// The first byte of a token.
    pub(super) fn start(&self, span: Span) -> u32 {
        self.at(span.start())
    }

    /// One past the last byte of a token.
    pub(super) fn end(&self, span: Span) -> u32 {
        self.at(span.end())
    }

    pub(super) fn range(&self, span: Span) -> TextRange {
        TextRange { start: self.start(span), end: self.end(span) }
    }

    /// One past the closing delimiter.
    pub(super) fn close(&self, delimiters: &DelimSpan) -> u32 {
        self.end(delimiters.close())
    }

    pub(super) fn group(&self, delimiters: &DelimSpan) -> TextRange {
        self.range(delimiters.join())
    }

    /// What stands between two delimiters.
    pub(super) fn inside(&self, delimiters: &DelimSpan) -> &'a str {
        let TextRange { start, end } = self.group(delimiters);
        self.text.get(start as usize + 1..(end as usize).saturating_sub(1)).unwrap_or("")
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// Where an identifier stands, `r#` included.
    pub(super) fn ident(&self, ident: &Ident) -> TextRange {
        let start = self.start(ident.span());
        let rest = self.text.as_bytes().get(start as usize..).unwrap_or(&[]);
        let word = |bytes: &[u8]| bytes.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
        let len = if rest.starts_with(b"r#") { word(&rest[2..]).map(|len| len + 2) } else { word(rest) };
        match len {
            Some(len) if rest[len].is_ascii() => TextRange { start, end: start + len as u32 },
            _ => TextRange { start, end: self.end(ident.span()) },
        }
    }

    /// An identifier's name, without `r#`.
    pub(super) fn name(&self, ident: &Ident) -> Name {
        self.named(ident).0
    }

    /// An identifier's name and place.
    pub(super) fn named(&self, ident: &Ident) -> (Name, TextRange) {
        let range = self.ident(ident);
        let text = self.slice(range);
        (Name::from(text.strip_prefix("r#").unwrap_or(text)), range)
    }
}
