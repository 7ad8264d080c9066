//! `macro_rules!` definitions of a run, found by a scan of the texts, and which of them a call means.

use rustc_hash::{FxHashMap, FxHashSet};

use super::lex::{Lexer, Tok};
use super::mentions::{MacroMentions, Mentions};
use super::skip::declares;
use crate::ir::{Name, PathRef};
use crate::source::FileId;

/// Where a file belongs.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// The package; a file without one sees its own macros only.
    pub package: Option<u32>,
    /// The package's library, as code calls it.
    pub krate: Name,
    /// The root of another target than the library, where `crate` isn't the library.
    pub beside_library: bool,
}

/// The definitions of a run.
#[derive(Debug, Default)]
pub struct Macros {
    homes: Vec<Home>,
    named: FxHashMap<Name, Vec<Rules>>,
    /// Those whose expansion may declare items or include files, by name.
    at_once: FxHashSet<Name>,
    mentions: MacroMentions,
}

/// A definition.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) file: FileId,
    start: u32,
    exported: bool,
    /// Stands inside braces: perhaps a function's, whose locals it sees.
    pub(super) nested: bool,
    pub(super) arms: Vec<MacroArm>,
}

/// One arm of a definition, as text.
#[derive(Debug)]
pub(super) struct MacroArm {
    /// Between the matcher's delimiters.
    pub(super) matcher: String,
    /// Between the transcriber's delimiters.
    pub(super) body: String,
}

/// A definition, and what `$crate` is where it is called.
pub(super) struct Meant<'a> {
    pub(super) rules: &'a Rules,
    pub(super) krate: Name,
}

/// The definitions in one text.
#[derive(Debug, Default)]
pub struct Found(Vec<(Name, Rules)>);

impl Macros {
    /// Of all files, in the order of their ids; `including` are the names of macros that take a file's path.
    #[must_use]
    pub fn new(files: Vec<(Home, Found)>, including: FxHashSet<Name>) -> Self {
        let mut macros = Self {
            at_once: including,
            ..Self::default()
        };
        for (home, found) in files {
            let file = FileId(macros.homes.len() as u32);
            macros.homes.push(home);
            for (name, rules) in found.0 {
                let known = macros.named.entry(name).or_default();
                known.push(Rules { file, ..rules });
            }
        }
        macros.find_at_once();
        macros.mentions = MacroMentions::new(macros.named.iter().map(|(name, all)| {
            let arms = all.iter().flat_map(|rules| &rules.arms);
            (*name, arms.map(|arm| arm.body.as_str()).collect())
        }));
        macros
    }

    /// What the definitions of each name write.
    #[must_use]
    pub fn mentions(&self) -> &FxHashMap<Name, Mentions> {
        self.mentions.all()
    }

    /// Whether some macro of the workspace has this name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        Name::from_existing(name).is_some_and(|name| self.named.contains_key(&name))
    }

    /// Whether a call of a macro may declare items, or include files, in the body that it stands in.
    pub(super) fn is_read_at_once(&self, name: &str) -> bool {
        Name::from_existing(name).is_some_and(|name| self.at_once.contains(&name))
    }

    /// Macros that write items, and those that call one that does.
    fn find_at_once(&mut self) {
        let known = ["include_str", "lazy_static", "thread_local", "task_local"];
        self.at_once.extend(known.map(Name::from));
        loop {
            let writes = |rules: &Rules| rules.arms.iter().any(|arm| self.writes_items(&arm.body));
            let found: Vec<Name> = self
                .named
                .iter()
                .filter(|(name, all)| !self.at_once.contains(*name) && all.iter().any(writes))
                .map(|(name, _)| *name)
                .collect();
            if found.is_empty() {
                return;
            }
            self.at_once.extend(found);
        }
    }

    fn writes_items(&self, body: &str) -> bool {
        let mut before = [Tok::Close; 2];
        Lexer::new(body).any(|(_, tok)| {
            let declares = declares(self, before, tok);
            before = [before[1], tok];
            declares
        })
    }

    /// What a call at a place of a file means: nothing where several definitions are as near.
    pub(super) fn meant(&self, path: &PathRef, file: FileId, at: u32) -> Option<Meant<'_>> {
        let (last, lead) = path.segments.split_last()?;
        let all = self.named.get(&last.name)?;
        let rules = match lead.first().map(|segment| segment.name.as_str()) {
            None => self.by_name(all, file, at),
            Some("crate" | "$crate" | "self" | "super") => only(self.of_package(all, file)),
            Some(krate) => only(
                self.of_others(all, file)
                    .filter(|rules| lead.len() == 1 && self.home(rules.file).krate == krate),
            ),
        }?;
        Some(Meant {
            rules,
            krate: self.krate(rules, file),
        })
    }

    /// By textual order in its file, else in its package, else among what other packages export.
    fn by_name<'r>(&self, all: &'r [Rules], file: FileId, at: u32) -> Option<&'r Rules> {
        let above = |rules: &&Rules| rules.file == file && rules.start < at;
        all.iter().rfind(above).or_else(|| {
            if self.of_package(all, file).next().is_some() {
                only(self.of_package(all, file))
            } else {
                only(self.of_others(all, file))
            }
        })
    }

    fn of_package<'r>(&self, all: &'r [Rules], file: FileId) -> impl Iterator<Item = &'r Rules> {
        let own = self.home(file).package;
        all.iter()
            .filter(move |rules| own.is_some() && self.home(rules.file).package == own)
    }

    /// What packages export, the caller's own to its other targets too.
    fn of_others<'r>(&self, all: &'r [Rules], file: FileId) -> impl Iterator<Item = &'r Rules> {
        let own = self.home(file).package;
        all.iter()
            .filter(move |rules| own.is_some() && rules.exported)
    }

    fn krate(&self, rules: &Rules, file: FileId) -> Name {
        let (own, home) = (self.home(file), self.home(rules.file));
        let is_own = own.package == home.package && !own.beside_library;
        if is_own || rules.file == file {
            Name::from("crate")
        } else {
            home.krate
        }
    }

    fn home(&self, file: FileId) -> &Home {
        &self.homes[file.0 as usize]
    }
}

fn only<'r>(mut found: impl Iterator<Item = &'r Rules>) -> Option<&'r Rules> {
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

impl Found {
    /// Scans a text.
    #[must_use]
    pub fn scan(text: &str) -> Self {
        if !text.contains("macro_rules") {
            return Self::default();
        }
        let skipped = super::preamble(text);
        let tokens: Vec<_> = Lexer::new(&text[skipped..])
            .map(|(at, tok)| (at + skipped, tok))
            .collect();
        let mut found = Self::default();
        let (mut at, mut depth, mut exported) = (0, 0_u32, false);
        while let Some((start, tok)) = tokens.get(at) {
            match tok {
                Tok::Open(_) => depth += 1,
                Tok::Close => depth = depth.saturating_sub(1),
                Tok::Word("macro_export") => exported = true,
                Tok::Word("macro_rules") => {
                    if let Some((name, arms, used)) = definition(text, &tokens[at..]) {
                        let rules = Rules {
                            file: FileId(0),
                            start: *start as u32,
                            exported: std::mem::take(&mut exported),
                            nested: depth > 0,
                            arms,
                        };
                        found.0.push((name, rules));
                        at += used;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        found
    }
}

type Token<'a> = (usize, Tok<'a>);

/// `macro_rules! name { (matcher) => { body }; … }`: its name, its arms, and how many tokens it took.
fn definition(text: &str, tokens: &[Token<'_>]) -> Option<(Name, Vec<MacroArm>, usize)> {
    let [
        _,
        (_, Tok::Punct("!")),
        (_, Tok::Word(name)),
        (_, Tok::Open(_)),
        inside @ ..,
    ] = tokens
    else {
        return None;
    };
    let (mut groups, mut depth, mut start) = (Vec::new(), 0, 0);
    for (index, (at, tok)) in inside.iter().enumerate() {
        match tok {
            Tok::Open(_) => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            Tok::Close if depth == 0 => {
                return Some((Name::from(name), arms(&groups), index + 4));
            }
            Tok::Close => {
                depth -= 1;
                if depth == 0 {
                    groups.push(text.get(start..*at)?);
                }
            }
            _ => {}
        }
    }
    None
}

fn arms(groups: &[&str]) -> Vec<MacroArm> {
    let pairs = groups.chunks_exact(2).map(|pair| MacroArm {
        matcher: pair[0].to_owned(),
        body: pair[1].to_owned(),
    });
    pairs.collect()
}
