//! Rust text to `FileIr`: the only room that sees syn.
//! Hostile nesting is refused by a scan of the text before anything recursive reads it; offsets are those of the text on disk.

mod arguments;
mod attrs;
mod control;
mod depth;
mod edges;
mod expand;
mod exprs;
mod format;
mod functions;
mod imports;
mod item_macros;
mod items;
mod lex;
mod literals;
mod macros;
mod matcher;
mod pats;
mod pieces;
mod places;
mod rules;
mod scope;
mod select;
#[cfg(test)]
mod tests;
mod transcribe;
mod types;

use proc_macro2::{LexError, TokenStream};
use rustc_hash::FxHashMap;

use crate::ir::{Body, BodyId, ExprId, FileIr, LocalId, Name, TypeRef};
use crate::source::{FileId, TextRange};
pub use rules::{Found, Home, Macros};

use lex::{Lexer, Tok};
use places::Places;
use scope::Scope;

/// Why a text couldn't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerError {
    /// Where, in bytes of the text on disk.
    pub offset: u32,
    /// What is wrong, as the parser says it.
    pub message: String,
}

/// A file under construction.
struct Lower<'a> {
    places: Places<'a>,
    bodies: Vec<Body>,
    body: OpenBody,
    statements: Vec<TextRange>,
    macros: &'a Macros,
    file: FileId,
    macro_depth: u32,
    /// What macros may still be expanded to, in bytes.
    expansions_left: usize,
}

/// The body that expressions are added to.
#[derive(Default)]
struct OpenBody {
    ir: Body,
    scope: Scope,
    /// Inside an or-pattern: what its alternatives have bound so far.
    alternatives: Option<FxHashMap<Name, LocalId>>,
}

/// Lowers a file of a run, whose macros are known. The caller's stack should be 256 MB: deeper text is refused.
///
/// # Errors
/// The text isn't Rust as syn knows it, or nests too deeply.
pub fn lower(text: &str, macros: &Macros, file: FileId) -> Result<FileIr, LowerError> {
    read(text, macros, file).map(|(file, _)| file)
}

/// Where statements, match arms, items, fields and variants are: what a comment above a line can speak of. Inner ones come first.
#[must_use]
pub fn statement_ranges(text: &str) -> Vec<TextRange> {
    read(text, &Macros::default(), FileId(0))
        .map(|(_, statements)| statements)
        .unwrap_or_default()
}

/// A type in Rust's syntax.
#[must_use]
pub fn type_ref(text: &str) -> Option<TypeRef> {
    if !depth::is_shallow(text, depth::MACRO) {
        return None;
    }
    let ty = syn::parse_str(text)
        .ok()
        .map(|ty| Places::new(text, 0, text).ty(&ty));
    proc_macro2::extra::invalidate_current_thread_spans();
    ty
}

fn read(text: &str, macros: &Macros, file: FileId) -> Result<(FileIr, Vec<TextRange>), LowerError> {
    let skipped = preamble(text);
    let mut parsed =
        depth::tokens_only(&text[skipped..], depth::FILE).map_err(|deep| LowerError {
            offset: (skipped + deep.at) as u32,
            message: format!("nested too deeply ({} levels)", deep.levels),
        })?;
    let result = parse(text, skipped, &parsed, (macros, file));
    if result.is_err() && blank_visibilities(&mut parsed) {
        return parse(text, skipped, &parsed, (macros, file));
    }
    result
}

/// Attribute macros accept `pub impl`, syn doesn't: blanks every visibility before an `impl`, and says whether there was one.
fn blank_visibilities(parsed: &mut String) -> bool {
    let tokens: Vec<_> = Lexer::new(parsed).collect();
    let visibility = |at: usize| match tokens[..at] {
        [.., (start, Tok::Word("pub"))] => Some((start, start + "pub".len())),
        [
            ..,
            (start, Tok::Word("pub")),
            (_, Tok::Open(b'(')),
            _,
            (close, Tok::Close),
        ] => Some((start, close + 1)),
        _ => None,
    };
    let impls = (0..tokens.len()).filter(|&at| tokens[at].1 == Tok::Word("impl"));
    let found: Vec<_> = impls.filter_map(visibility).collect();
    for &(start, end) in &found {
        parsed.replace_range(start..end, &" ".repeat(end - start));
    }
    !found.is_empty()
}

fn parse(
    text: &str,
    skipped: usize,
    parsed: &str,
    known: (&Macros, FileId),
) -> Result<(FileIr, Vec<TextRange>), LowerError> {
    let result = parse_spanned(text, skipped, parsed, known);
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

/// The result holds no spans, which last only until the thread's source map is emptied.
fn parse_spanned(
    text: &str,
    skipped: usize,
    parsed: &str,
    (macros, file): (&Macros, FileId),
) -> Result<(FileIr, Vec<TextRange>), LowerError> {
    let tokens: Result<TokenStream, LexError> = parsed.parse();
    let places = Places::new(text, skipped, parsed);
    let tokens = tokens.map_err(|error| LowerError {
        offset: places.start(error.span()),
        message: "not a Rust token, or a delimiter without its partner".to_owned(),
    })?;
    let syntax: syn::File =
        syn::parse2(tokens).map_err(|error| syntax_error(&error, &places, text))?;
    let mut lower = Lower {
        places,
        bodies: Vec::new(),
        body: OpenBody::default(),
        statements: Vec::new(),
        macros,
        file,
        macro_depth: 0,
        expansions_left: expand::BUDGET,
    };
    let mut items = lower.items(&syntax.items);
    if lower.places.attrs(&syntax.attrs).cfg_test {
        for item in &mut items {
            item.attrs.cfg_test = true;
        }
    }
    lower.bodies.shrink_to_fit();
    Ok((
        FileIr {
            items,
            bodies: lower.bodies,
        },
        lower.statements,
    ))
}

/// syn has no place for what is missing at the end.
fn syntax_error(error: &syn::Error, places: &Places, text: &str) -> LowerError {
    let message = error.to_string();
    let offset = if error.span().byte_range() == (0..0) {
        text.len() as u32
    } else {
        places.start(error.span())
    };
    LowerError { offset, message }
}

/// The length of a byte order mark and a `#!` line, which aren't Rust.
fn preamble(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let Some(rest) = text[mark..].strip_prefix("#!") else {
        return mark;
    };
    // `#![attribute]`, perhaps with white space or comments before the bracket.
    if matches!(Lexer::new(rest).next(), Some((_, Tok::Open(b'[')))) {
        return mark;
    }
    mark + text[mark..].find('\n').unwrap_or(text.len() - mark)
}

impl Lower<'_> {
    /// A body of its own: what it holds sees none of the locals around it.
    fn new_body(&mut self, build: impl FnOnce(&mut Self) -> Option<ExprId>) -> BodyId {
        let id = BodyId(self.bodies.len() as u32);
        self.bodies.push(Body::default());
        let outer = std::mem::take(&mut self.body);
        let root = build(self);
        let mut ir = std::mem::replace(&mut self.body, outer).ir;
        ir.root = root;
        ir.exprs.shrink_to_fit();
        ir.ranges.shrink_to_fit();
        ir.pats.shrink_to_fit();
        ir.locals.shrink_to_fit();
        ir.items.shrink_to_fit();
        self.bodies[id.index()] = ir;
        id
    }
}
