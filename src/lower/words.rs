//! What a body's text names, without parsing it: the words that may lead to a pool, connection or transaction.
//! Each is kept as a number; two words that share one cost time, never a finding.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::lex::{Lexer, Tok};
use crate::ir::Name;

/// A word in its part of speech, as a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Word(u32);

impl Word {
    /// A segment of a path: a type, function, static or macro.
    #[must_use]
    pub fn segment(name: &str) -> Self {
        Self::of(&(0, name))
    }

    /// `Owner::name`
    #[must_use]
    pub fn associated(owner: &str, name: &str) -> Self {
        Self::of(&(1, owner, name))
    }

    /// `.name(…)`
    #[must_use]
    pub fn method(name: &str) -> Self {
        Self::of(&(2, name))
    }

    /// `name(…)` or `.name(…)` that is given a function or closure.
    #[must_use]
    pub fn given_code(name: &str) -> Self {
        Self::of(&(3, name))
    }

    fn of(value: &impl Hash) -> Self {
        let mut hasher = FxHasher::default();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        Self((hash ^ hash >> 32) as u32)
    }
}

/// The words of a text, sorted, each once.
pub(super) fn words(text: &str, macros: &MacroWords) -> Box<[Word]> {
    let tokens: Vec<Tok<'_>> = Lexer::new(text).map(|(_, tok)| tok).collect();
    let mut reader = Reader {
        tokens: &tokens,
        bound: bound(&tokens),
        macros,
        found: Vec::new(),
    };
    reader.read();
    reader.found.sort_unstable();
    reader.found.dedup();
    reader.found.into_boxed_slice()
}

struct Reader<'t, 'm> {
    tokens: &'t [Tok<'t>],
    bound: FxHashSet<&'t str>,
    macros: &'m MacroWords,
    found: Vec<Word>,
}

/// A call whose arguments are being read.
#[derive(Clone, Copy, Default)]
struct Call<'t> {
    name: Option<&'t str>,
    takes_code: bool,
}

impl<'t> Reader<'t, '_> {
    fn read(&mut self) {
        let mut calls: Vec<Call<'t>> = Vec::new();
        for at in 0..self.tokens.len() {
            match self.tokens[at] {
                Tok::Word(word) => self.word(at, word),
                Tok::Open(delimiter) => calls.push(Call {
                    name: self.called(at).filter(|_| delimiter == b'('),
                    takes_code: false,
                }),
                Tok::Close => {
                    let call = calls.pop().unwrap_or_default();
                    if let (Some(name), true) = (call.name, call.takes_code) {
                        self.found.push(Word::given_code(name));
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
            Tok::Punct(".") => {
                if matches!(next, Tok::Open(b'(') | Tok::Punct("::")) {
                    self.found.push(Word::method(word));
                }
                return;
            }
            Tok::Punct("::") => {
                if let Some(owner) = self.owner(at - 1) {
                    self.found.push(Word::associated(owner, word));
                }
            }
            _ if word.starts_with(|c: char| c.is_ascii_lowercase()) && !self.leads(at, word) => {
                return;
            }
            _ => {}
        }
        self.found.push(Word::segment(word));
        if next == Tok::Punct("!") {
            self.found.extend(self.macros.of(word));
        }
    }

    /// Whether a word in lower case is more than a local: it is called, leads a path, or is handed over and not bound here.
    fn leads(&self, at: usize, word: &str) -> bool {
        match self.tok(at + 1) {
            Tok::Open(b'(') | Tok::Punct("::" | "!") => true,
            Tok::Punct("," | ";") | Tok::Close => !self.bound.contains(word),
            _ => false,
        }
    }

    /// The segment before a `::`, its arguments passed over.
    fn owner(&self, colons: usize) -> Option<&'t str> {
        match self.before(colons, 1) {
            Tok::Word(owner) => Some(owner),
            Tok::Punct(">" | ">>") => {
                let open = (0..colons).rev().find(|at| {
                    self.tok(*at) == Tok::Punct("<") && self.before(*at, 1) == Tok::Punct("::")
                })?;
                match self.before(open, 2) {
                    Tok::Word(owner) => Some(owner),
                    _ => None,
                }
            }
            _ => None,
        }
    }
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

/// The words that macros write, those of the macros that they call included.
#[derive(Debug, Default)]
pub(super) struct MacroWords(FxHashMap<Name, Box<[Word]>>);

impl MacroWords {
    /// Of the texts of each name's macros.
    pub(super) fn new<'a>(texts: impl Iterator<Item = (Name, Vec<&'a str>)>) -> Self {
        let own: FxHashMap<Name, (Vec<Word>, Vec<Name>)> = texts
            .map(|(name, texts)| {
                let words = texts.iter().flat_map(|text| words(text, &Self::default()));
                let calls = texts.iter().flat_map(|text| calls(text));
                (name, (words.collect(), calls.collect()))
            })
            .collect();
        let whole = |name: &Name| {
            let (mut reached, mut queue) = (FxHashSet::default(), vec![*name]);
            while let Some(next) = queue.pop() {
                if let Some((_, calls)) = own.get(&next)
                    && reached.insert(next)
                {
                    queue.extend(calls);
                }
            }
            let all: BTreeSet<Word> = reached
                .iter()
                .flat_map(|name| own[name].0.iter().copied())
                .collect();
            (*name, all.into_iter().collect())
        };
        Self(own.keys().map(whole).collect())
    }

    fn of(&self, name: &str) -> impl Iterator<Item = Word> + '_ {
        let name = Name::from_existing(name);
        let known = name.and_then(|name| self.0.get(&name));
        known.into_iter().flatten().copied()
    }
}

/// Names of the macros that a text calls.
fn calls(text: &str) -> Vec<Name> {
    let tokens: Vec<Tok<'_>> = Lexer::new(text).map(|(_, tok)| tok).collect();
    let called = tokens.windows(2).filter_map(|two| match two {
        [Tok::Word(name), Tok::Punct("!")] => Some(Name::from(name)),
        _ => None,
    });
    called.collect()
}
