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
mod mentions;
mod pats;
mod pieces;
mod places;
mod rules;
mod scope;
mod select;
mod skip;
#[cfg(test)]
mod tests;
mod transcribe;
mod types;

use std::borrow::Cow;

use proc_macro2::{LexError, TokenStream};
use rustc_hash::FxHashMap;

use crate::ir::{Body, BodyId, ExprId, FileIr, Item, LocalId, Name, Slot, TypeRef};
use crate::source::{FileId, TextRange};
pub use mentions::Mentions;
pub use rules::{Found, Home, Macros};

use lex::{Lexer, Tok};
use places::Places;
use scope::Scope;
use skip::{Finder, FnTexts, Shortened};

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
    texts: &'a FnTexts,
    bodies: Vec<Slot>,
    body: OpenBody,
    statements: Vec<TextRange>,
    macros: &'a Macros,
    file: FileId,
    macro_depth: u32,
    /// What macros may still be expanded to here, in bytes.
    expansions_left: u32,
    /// And in the functions that follow.
    budget: u32,
}

/// The body that expressions are added to.
#[derive(Default)]
struct OpenBody {
    ir: Body,
    items: Vec<Item>,
    scope: Scope,
    /// Inside an or-pattern: what its alternatives have bound so far.
    alternatives: Option<FxHashMap<Name, LocalId>>,
}

/// When bodies of functions are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bodies {
    /// With their file.
    AtOnce,
    /// When somebody asks for them, where they declare nothing.
    Later,
}

/// Lowers a file of a run, whose macros are known. The caller's stack should be 256 MB: deeper text is refused.
///
/// # Errors
/// The text isn't Rust as syn knows it, or nests too deeply.
pub fn lower(
    text: &str,
    macros: &Macros,
    file: FileId,
    bodies: Bodies,
) -> Result<FileIr, LowerError> {
    read(text, macros, file, bodies).map(|(file, _)| file)
}

/// Lowers a body that was left for later.
///
/// # Errors
/// The text isn't Rust as syn knows it.
pub fn body(text: &str, slot: &Slot, macros: &Macros, file: FileId) -> Result<Body, LowerError> {
    let start = slot.source.start as usize;
    let function = &text[start..slot.source.end as usize];
    // How deep it is was seen with its file.
    let parsed = if has_docs(function) {
        Cow::Owned(plain(function, start, |_, _, _| ())?)
    } else {
        Cow::Borrowed(function)
    };
    let none = FnTexts::default();
    let parsed = (&*parsed, [].as_slice());
    let body = tokens(text, start, parsed, |function: &syn::ItemFn, places| {
        let mut lower = Lower::new(places, (macros, file), &none);
        lower.expansions_left = slot.allowance;
        lower.new_body(|lower| Some(lower.parameters_and_block(&function.sig, &function.block)));
        lower.bodies.swap_remove(0).body.into_inner().flatten()
    });
    body.map(Option::unwrap_or_default)
}

/// Whether comments in a text may be attributes to the parser, which has no place for some of them.
fn has_docs(text: &str) -> bool {
    let mut threes = text.as_bytes().windows(3);
    threes.any(|three| matches!(three, b"///" | b"//!" | b"/**" | b"/*!"))
}

/// Where statements, match arms, items, fields and variants are: what a comment above a line can speak of. Inner ones come first.
#[must_use]
pub fn statement_ranges(text: &str) -> Vec<TextRange> {
    read(text, &Macros::default(), FileId(0), Bodies::AtOnce)
        .map(|(_, statements)| statements)
        .unwrap_or_default()
}

/// What a text names.
#[must_use]
pub fn mentions(text: &str) -> Mentions {
    Mentions::of(text)
}

/// A type in Rust's syntax.
#[must_use]
pub fn type_ref(text: &str) -> Option<TypeRef> {
    if !depth::is_shallow(text, depth::MACRO) {
        return None;
    }
    let ty = syn::parse_str(text)
        .ok()
        .map(|ty| Places::new(text, 0, text, &[]).ty(&ty));
    proc_macro2::extra::invalidate_current_thread_spans();
    ty
}

fn read(
    text: &str,
    macros: &Macros,
    file: FileId,
    bodies: Bodies,
) -> Result<(FileIr, Vec<TextRange>), LowerError> {
    let skipped = preamble(text);
    let mut finder = Finder::new(macros, skipped);
    let plain = plain(&text[skipped..], skipped, |at, tok, opaque| {
        finder.see(at, tok, opaque);
    })?;
    let mut texts = finder.found();
    let mut parsed = match bodies {
        Bodies::Later => texts.shortened(&plain, skipped),
        Bodies::AtOnce => Shortened::whole(plain),
    };
    let result = parse(text, skipped, &parsed, (macros, file), &texts);
    if result.is_err() && blank_visibilities(&mut parsed.text) {
        return parse(text, skipped, &parsed, (macros, file), &texts);
    }
    result
}

/// The text without comments, unless it nests too deeply; it stands at `start` of its file.
fn plain<'t>(
    text: &'t str,
    start: usize,
    visit: impl FnMut(usize, Tok<'t>, bool),
) -> Result<String, LowerError> {
    depth::tokens_only(text, depth::FILE, visit).map_err(|deep| LowerError {
        offset: (start + deep.at) as u32,
        message: format!("nested too deeply ({} levels)", deep.levels),
    })
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
    parsed: &Shortened,
    known: (&Macros, FileId),
    texts: &FnTexts,
) -> Result<(FileIr, Vec<TextRange>), LowerError> {
    let parsed = (&*parsed.text, &*parsed.cuts);
    tokens(text, skipped, parsed, |syntax: &syn::File, places| {
        let mut lower = Lower::new(places, known, texts);
        let mut items = lower.items(&syntax.items);
        if lower.places.attrs(&syntax.attrs).cfg_test {
            for item in &mut items {
                item.attrs.cfg_test = true;
            }
        }
        lower.bodies.shrink_to_fit();
        let bodies = lower.bodies;
        (FileIr { items, bodies }, lower.statements)
    })
}

/// Parses, and lowers: no span may be in the result, since they last only until the thread's source map is emptied.
fn tokens<S: syn::parse::Parse, T>(
    text: &str,
    skipped: usize,
    (parsed, cuts): (&str, &[(u32, u32)]),
    lower: impl FnOnce(&S, Places<'_>) -> T,
) -> Result<T, LowerError> {
    let places = Places::new(text, skipped, parsed, cuts);
    let syntax = parsed
        .parse()
        .map_err(|error: LexError| LowerError {
            offset: places.start(error.span()),
            message: "not a Rust token, or a delimiter without its partner".to_owned(),
        })
        .and_then(|tokens: TokenStream| {
            let missing: u32 = cuts.iter().map(|(_, missing)| missing).sum();
            let end = skipped + parsed.len() + missing as usize;
            syn::parse2(tokens).map_err(|error| syntax_error(&error, &places, end))
        });
    let result = syntax.map(|syntax: S| lower(&syntax, places));
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

/// syn has no place for what is missing at the end.
fn syntax_error(error: &syn::Error, places: &Places, end: usize) -> LowerError {
    let message = error.to_string();
    let offset = if error.span().byte_range() == (0..0) {
        end as u32
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

impl<'a> Lower<'a> {
    fn new(places: Places<'a>, (macros, file): (&'a Macros, FileId), texts: &'a FnTexts) -> Self {
        Self {
            places,
            texts,
            bodies: Vec::new(),
            body: OpenBody::default(),
            statements: Vec::new(),
            macros,
            file,
            macro_depth: 0,
            expansions_left: expand::BUDGET,
            budget: expand::BUDGET,
        }
    }

    /// A body of its own: what it holds sees none of the locals around it.
    fn new_body(&mut self, build: impl FnOnce(&mut Self) -> Option<ExprId>) -> BodyId {
        let id = BodyId(self.bodies.len() as u32);
        self.bodies.push(Slot::unread(TextRange::default(), 0));
        let outer = std::mem::take(&mut self.body);
        let root = build(self);
        let OpenBody { mut ir, items, .. } = std::mem::replace(&mut self.body, outer);
        ir.root = root;
        ir.exprs.shrink_to_fit();
        ir.ranges.shrink_to_fit();
        ir.pats.shrink_to_fit();
        ir.locals.shrink_to_fit();
        let source = root.map(|root| ir.range(root)).unwrap_or_default();
        self.bodies[id.index()] = Slot::read(source, ir, items);
        id
    }
}
