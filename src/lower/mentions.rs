//! What a body's text names, without parsing it: paths, methods, macros, and calls that are given code.
//! Told by tokens alone, so too much is named rather than too little.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lex::{Lexer, Tok};
use crate::ir::Name;

/// What a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Segments of all paths.
    segments: Vec<Name>,
    /// Where the segments of each path are.
    paths: Vec<Range<u32>>,
    /// `<T as Trait>::name`
    pub members: Vec<Name>,
    /// `.name(…)`; `into_future` for `.await`.
    pub methods: Vec<Name>,
    /// `name(…)` or `.name(…)` that is given a function or closure.
    pub given_code: Vec<Name>,
    /// Last segments of the macros that are called.
    pub macros: Vec<Name>,
}

impl Mentions {
    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        let tokens: Vec<Tok<'_>> = Lexer::new(text).map(|(_, tok)| tok).collect();
        let mut reader = Reader {
            tokens: &tokens,
            bound: bound(&tokens),
            path_at: vec![NONE; tokens.len()],
            names: FxHashMap::default(),
            found: Self::default(),
        };
        reader.read();
        reader.found
    }

    /// Paths as written, without type arguments: of types, functions, statics, constants, and of locals that are called or handed over.
    pub fn paths(&self) -> impl Iterator<Item = &[Name]> {
        let paths = self.paths.iter();
        paths.map(|path| &self.segments[path.start as usize..path.end as usize])
    }

    /// Adds what another text names.
    fn add(&mut self, other: &Self) {
        let shift = self.segments.len() as u32;
        self.segments.extend(&other.segments);
        let paths = other.paths.iter();
        self.paths
            .extend(paths.map(|path| path.start + shift..path.end + shift));
        self.members.extend(&other.members);
        self.methods.extend(&other.methods);
        self.given_code.extend(&other.given_code);
        self.macros.extend(&other.macros);
    }

    fn begin_path(&mut self, names: &[Name]) -> u32 {
        let start = self.segments.len() as u32;
        self.segments.extend(names);
        self.paths.push(start..self.segments.len() as u32);
        self.paths.len() as u32 - 1
    }

    /// Another segment; others' may have come between.
    fn extend_path(&mut self, path: u32, name: Name) {
        let Range { start, end } = self.paths[path as usize].clone();
        let moved = self.segments.len() as u32;
        if end < moved {
            self.segments
                .extend_from_within(start as usize..end as usize);
            self.paths[path as usize].start = moved;
        }
        self.segments.push(name);
        self.paths[path as usize].end = self.segments.len() as u32;
    }
}

/// No path.
const NONE: u32 = u32::MAX;

struct Reader<'t> {
    tokens: &'t [Tok<'t>],
    bound: FxHashSet<&'t str>,
    /// The path that a token is a segment of.
    path_at: Vec<u32>,
    names: FxHashMap<&'t str, Name>,
    found: Mentions,
}

/// A call whose arguments are being read.
#[derive(Clone, Copy, Default)]
struct Call<'t> {
    name: Option<&'t str>,
    takes_code: bool,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        let mut calls: Vec<Call<'t>> = Vec::new();
        for at in 0..self.tokens.len() {
            match self.tokens[at] {
                Tok::Word(word) if !word.starts_with(|c: char| c.is_ascii_digit()) => {
                    self.word(at, word);
                }
                Tok::Open(delimiter) => calls.push(Call {
                    name: self.called(at).filter(|_| delimiter == b'('),
                    takes_code: false,
                }),
                Tok::Close => {
                    let call = calls.pop().unwrap_or_default();
                    if let (Some(name), true) = (call.name, call.takes_code) {
                        let name = self.name(name);
                        self.found.given_code.push(name);
                    }
                }
                _ => {}
            }
            if let Some(call) = calls.last_mut()
                && call.name.is_some()
                && !call.takes_code
                && self.starts_argument(at)
            {
                call.takes_code = self.is_code(at);
            }
        }
    }

    fn tok(&self, at: usize) -> Tok<'t> {
        self.tokens.get(at).copied().unwrap_or(Tok::Close)
    }

    fn before(&self, at: usize, back: usize) -> Tok<'t> {
        at.checked_sub(back)
            .map_or(Tok::Punct(";"), |at| self.tok(at))
    }

    fn name(&mut self, word: &'t str) -> Name {
        let plain = word.strip_prefix("r#").unwrap_or(word);
        *self.names.entry(word).or_insert_with(|| Name::from(plain))
    }

    fn called(&self, open: usize) -> Option<&'t str> {
        match self.before(open, 1) {
            Tok::Word(name) => Some(name),
            _ => None,
        }
    }

    fn starts_argument(&self, at: usize) -> bool {
        matches!(self.before(at, 1), Tok::Open(_) | Tok::Punct(","))
    }

    /// A closure, or a path that isn't a local.
    fn is_code(&self, at: usize) -> bool {
        match self.tok(at) {
            Tok::Punct("|" | "||") | Tok::Word("move" | "async") => true,
            Tok::Word(word) => match self.tok(at + 1) {
                Tok::Punct("::") => true,
                Tok::Punct(",") | Tok::Close => !self.bound.contains(word),
                _ => false,
            },
            _ => false,
        }
    }

    fn word(&mut self, at: usize, word: &'t str) {
        let next = self.tok(at + 1);
        match self.before(at, 1) {
            Tok::Punct(".") => return self.link(word, next),
            Tok::Punct("::") => self.segment(at, word),
            _ if word.starts_with(|c: char| c.is_ascii_lowercase()) && !self.leads(at, word) => {
                return;
            }
            _ => self.path(at, word),
        }
        if next == Tok::Punct("!") {
            let name = self.name(word);
            self.found.macros.push(name);
        }
    }

    /// What follows a dot.
    fn link(&mut self, word: &'t str, next: Tok<'t>) {
        if word == "await" {
            self.found.methods.push(Name::from("into_future"));
        } else if matches!(next, Tok::Open(b'(') | Tok::Punct("::")) {
            let name = self.name(word);
            self.found.methods.push(name);
        }
    }

    fn path(&mut self, at: usize, word: &'t str) {
        let name = self.name(word);
        self.path_at[at] = self.found.begin_path(&[name]);
    }

    /// What follows `::`.
    fn segment(&mut self, at: usize, word: &'t str) {
        let name = self.name(word);
        match self.owner(at - 1) {
            Owner::Path(path) => {
                self.path_at[at] = path;
                self.found.extend_path(path, name);
            }
            Owner::Root => {
                self.path_at[at] = self.found.begin_path(&[Name::from(""), name]);
            }
            Owner::Type => self.found.members.push(name),
        }
    }

    /// Whether a word in lower case is more than a local: it is called, leads a path, or is handed over and not bound here.
    fn leads(&self, at: usize, word: &str) -> bool {
        match self.tok(at + 1) {
            Tok::Open(b'(') | Tok::Punct("::" | "!") => true,
            Tok::Punct("," | ";" | ".") | Tok::Close | Tok::Word("as") => {
                word != "self" && !self.bound.contains(word)
            }
            _ => false,
        }
    }

    /// What stands before a `::`, type arguments passed over.
    fn owner(&self, colons: usize) -> Owner {
        let of = |word: usize| match self.path_at.get(word) {
            Some(&path) if path != NONE => Owner::Path(path),
            _ => Owner::Type,
        };
        match self.before(colons, 1) {
            Tok::Word(_) => of(colons - 1),
            Tok::Punct(">" | ">>") => match self.open_of(colons - 1) {
                Some(open) if self.before(open, 1) == Tok::Punct("::") => of(open.wrapping_sub(2)),
                Some(open) => of(open.wrapping_sub(1)),
                None => Owner::Type,
            },
            _ => Owner::Root,
        }
    }

    /// Where the angle bracket opens that closes here.
    fn open_of(&self, close: usize) -> Option<usize> {
        let mut depth = 0_i32;
        (0..=close).rev().find(|at| {
            depth += match self.tok(*at) {
                Tok::Punct(">") => 1,
                Tok::Punct(">>") => 2,
                Tok::Punct("<") => -1,
                Tok::Punct("<<") => -2,
                _ => 0,
            };
            depth <= 0
        })
    }
}

/// What a path's segment belongs to.
enum Owner {
    /// The segments before it.
    Path(u32),
    /// Nothing: the path begins with `::`.
    Root,
    /// A type that is no path.
    Type,
}

/// Names that patterns bind, as far as tokens tell.
fn bound<'t>(tokens: &[Tok<'t>]) -> FxHashSet<&'t str> {
    let found = tokens.windows(3).filter_map(|three| match three {
        [Tok::Word("let" | "mut" | "ref" | "for"), Tok::Word(word), _]
        | [
            Tok::Punct("|"),
            Tok::Word(word),
            Tok::Punct("|" | ":" | ","),
        ]
        | [Tok::Punct(","), Tok::Word(word), Tok::Punct("|" | ":")]
        | [Tok::Open(_), Tok::Word(word), Tok::Punct(":")] => Some(*word),
        _ => None,
    });
    found.collect()
}

/// What macros write, those that they call included.
#[derive(Debug, Default)]
pub(super) struct MacroMentions(FxHashMap<Name, Mentions>);

impl MacroMentions {
    /// Of the texts of each name's macros.
    pub(super) fn new<'a>(texts: impl Iterator<Item = (Name, Vec<&'a str>)>) -> Self {
        let mut own: FxHashMap<Name, Mentions> = FxHashMap::default();
        for (name, texts) in texts {
            let all = own.entry(name).or_default();
            texts.iter().for_each(|text| all.add(&Mentions::of(text)));
        }
        let whole = |name: &Name| {
            let (mut reached, mut queue) = (FxHashSet::default(), vec![*name]);
            let mut all = Mentions::default();
            while let Some(next) = queue.pop() {
                if let Some(mentions) = own.get(&next)
                    && reached.insert(next)
                {
                    all.add(mentions);
                    queue.extend(&mentions.macros);
                }
            }
            (*name, all)
        };
        Self(own.keys().map(whole).collect())
    }

    /// What each macro writes, by name.
    pub(super) fn all(&self) -> &FxHashMap<Name, Mentions> {
        &self.0
    }
}
