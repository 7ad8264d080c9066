//! What the clients' types and calls mean: `catalogue/*.toml`, one sheet a client, joined into one table that answers by path and
//! by receiver. Only these data files name client crates. The user's `[[model]]` sheets go the same road.

mod like;
mod listed;
mod load;
mod reexports;
mod schema;
mod sheets;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use like::Like;
pub use listed::On;
pub use load::{CatalogueError, sheets};
pub use schema::{
    AliasEntry, BeginLeaks, Behaviour, CallEntry, Driver, Dropped, Effect, HandlerEntry,
    NestedBegin, Operand, PoolReturn, Reexport, Role, Sheet, TraitEntry, TypeEntry,
};

use crate::ir::Name;
use crate::sql::Database;
use crate::ty::Ty;

/// A type of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExtId(pub u32);

/// A trait of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TraitExtId(pub u32);

/// A call of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CallId(pub u32);

/// A sheet, in the order of `sheets()`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SheetId(pub u32);

/// A type and what it means.
#[derive(Debug)]
pub struct ExtType {
    /// Canonical path.
    pub path: Name,
    /// Where it stands.
    pub sheet: SheetId,
    /// Names of its type parameters.
    pub params: Vec<Name>,
    /// Its part.
    pub role: Option<Role>,
    /// What it derefs to, in its own parameters.
    pub deref: Option<Ty>,
    /// The database the type tells.
    pub database: Option<Database>,
    /// Traits it implements.
    pub implements: Vec<TraitExtId>,
    /// Its public fields that matter.
    pub fields: Vec<(Name, Ty)>,
}

/// A trait and what a bound by it means.
#[derive(Debug)]
pub struct ExtTrait {
    /// Canonical path.
    pub path: Name,
    /// Where it stands.
    pub sheet: SheetId,
    /// The part of a value bounded by it.
    pub role: Option<Role>,
    /// Supertraits.
    pub supers: Vec<TraitExtId>,
    /// The database the trait tells.
    pub database: Option<Database>,
    /// Its methods run once, one after the other.
    pub runs_alone: bool,
    /// What derives it derefs to its first field.
    pub derefs: bool,
}

/// A call and what it does.
#[derive(Debug)]
pub struct ExtCall {
    /// Method name, or the last segment of the path.
    pub name: Name,
    /// Where it stands.
    pub sheet: SheetId,
    /// What it does.
    pub effect: Effect,
    /// The connection it works on.
    pub handle: Option<Operand>,
    /// The SQL text.
    pub sql: Option<Operand>,
    /// A `[[method]]`: called by path, its receiver is the first argument.
    pub is_method: bool,
    /// Several statements in one text.
    pub multi: bool,
    /// Type of the value; a future's output if `is_async`.
    pub returns: Ty,
    /// Returns a future.
    pub is_async: bool,
    /// The value is this operand itself.
    pub same_as: Option<Operand>,
    /// The closure argument.
    pub closure: Option<Operand>,
    /// Types of the closure's parameters.
    pub closure_params: Vec<Ty>,
    /// The boolean or limit argument.
    pub arg: Option<Operand>,
    /// What it adds.
    pub value: Option<Name>,
    /// Texts of which the first argument has to be one, if there are any.
    given: Vec<String>,
    since: Option<semver::Version>,
    until: Option<semver::Version>,
}

/// An alias and the type it stands for.
#[derive(Debug)]
pub struct ExtAlias {
    /// Its parameters.
    pub params: Vec<Name>,
    /// The type.
    pub ty: Ty,
}

/// What a path of another crate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathMeaning {
    /// A type.
    Type(ExtId),
    /// An alias.
    Alias(usize),
    /// A trait.
    Trait(TraitExtId),
}

/// The facts a sheet states once.
#[derive(Debug)]
pub struct Client {
    /// Its name, for messages: the first package.
    pub name: String,
    /// Packages that bring it in; empty: always there.
    pub packages: Vec<String>,
    /// The name of their library, where it isn't the package's.
    pub library: Option<Name>,
    /// Clients that it hands through.
    pub reexports: Vec<Reexport>,
    /// Databases it talks to; and the features that bring a driver for one along.
    pub databases: Vec<Database>,
    pub drivers: Vec<Driver>,
    /// What it does on its own.
    pub behaviour: Behaviour,
    /// Handler shapes.
    pub handlers: Vec<HandlerEntry>,
}

/// The version of each sheet's client that a package depends on; `None` where it doesn't.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Versions(pub Vec<Option<semver::Version>>);

/// All sheets, joined.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// One a sheet.
    pub clients: Vec<Client>,
    types: Vec<ExtType>,
    traits: Vec<ExtTrait>,
    calls: Vec<ExtCall>,
    aliases: Vec<ExtAlias>,
    /// By text, so that a lookup interns nothing; canonical, as all paths here.
    paths: FxHashMap<String, PathMeaning>,
    fns: FxHashMap<String, Vec<CallId>>,
    /// Without the `!`.
    macros: FxHashMap<String, Vec<CallId>>,
    macro_names: FxHashSet<Name>,
    on_type: FxHashMap<(ExtId, Name), Vec<CallId>>,
    on_trait: FxHashMap<(TraitExtId, Name), Vec<CallId>>,
    like: FxHashMap<TraitExtId, Vec<Like>>,
    on_any: FxHashMap<Name, Vec<CallId>>,
    /// `sqlx_core` → `sqlx`.
    crates: FxHashMap<String, Name>,
    /// By crate and name in it, the crate that stands behind.
    reexports: FxHashMap<String, FxHashMap<String, Name>>,
    /// Last segments of the standard library's paths, for the prelude and for types in sheets.
    std_names: FxHashMap<Name, Name>,
    /// Names that tell errors; `true` for those that the server sends.
    errors: FxHashMap<Name, bool>,
}

impl Catalogue {
    /// A type's facts.
    #[must_use]
    pub fn ty(&self, id: ExtId) -> &ExtType {
        &self.types[id.0 as usize]
    }

    /// A trait's facts.
    #[must_use]
    pub fn of_trait(&self, id: TraitExtId) -> &ExtTrait {
        &self.traits[id.0 as usize]
    }

    /// All types.
    pub fn types(&self) -> impl Iterator<Item = &ExtType> {
        self.types.iter()
    }

    /// All functions and macros by path.
    pub fn fn_paths(&self) -> impl Iterator<Item = (&str, CallId)> {
        let all = self.fns.iter().chain(&self.macros);
        all.filter_map(|(path, calls)| Some((path.as_str(), *calls.first()?)))
    }

    /// Whether a client's pools have an option.
    #[must_use]
    pub fn has_option(&self, sheet: SheetId, option: &str) -> bool {
        let is_it = |call: &ExtCall| {
            let is_option = call.effect == Effect::PoolOption && call.sheet == sheet;
            is_option && call.value.is_some_and(|value| value == option)
        };
        self.calls.iter().any(is_it)
    }

    /// A call's facts.
    #[must_use]
    pub fn call(&self, id: CallId) -> &ExtCall {
        &self.calls[id.0 as usize]
    }

    /// An alias's facts.
    #[must_use]
    pub fn alias(&self, index: usize) -> &ExtAlias {
        &self.aliases[index]
    }

    /// A sheet's client.
    #[must_use]
    pub fn client(&self, id: SheetId) -> &Client {
        &self.clients[id.0 as usize]
    }

    /// What a path means; the crates of a family (`sqlx_core`) are one.
    #[must_use]
    pub fn path(&self, path: &str) -> Option<PathMeaning> {
        self.paths.get(&*self.spelled(path)).copied()
    }

    /// Whether a name tells an error that the server sends (`true`), or one that the client makes of an answer.
    #[must_use]
    pub fn is_server_error(&self, name: Name) -> Option<bool> {
        self.errors.get(&name).copied()
    }

    /// Calls by path: functions, associated functions.
    #[must_use]
    pub fn fns(&self, path: &str) -> &[CallId] {
        self.fns
            .get(&*self.spelled(path))
            .map_or(&[], Vec::as_slice)
    }

    /// Whether any macro has this as its last segment.
    #[must_use]
    pub fn has_macro(&self, name: Name) -> bool {
        self.macro_names.contains(&name)
    }

    /// Macros by path.
    #[must_use]
    pub fn macros(&self, path: &str) -> &[CallId] {
        self.macros
            .get(&*self.spelled(path))
            .map_or(&[], Vec::as_slice)
    }

    /// The standard library's path of a name that needs no import, or that a sheet uses for short.
    #[must_use]
    pub fn std_path(&self, name: Name) -> Option<Name> {
        self.std_names.get(&name).copied()
    }

    /// All calls.
    pub fn calls(&self) -> impl Iterator<Item = &ExtCall> {
        self.calls.iter()
    }

    /// Names of the macros that take a file's path.
    #[must_use]
    pub fn file_macros(&self) -> FxHashSet<Name> {
        let is_file = |id| {
            let call = self.call(id);
            call.effect == Effect::Statement && call.value.is_some_and(|value| value == "file")
        };
        let files = self.fn_paths().filter(|(_, id)| is_file(*id));
        files
            .filter_map(|(path, _)| path.rsplit("::").next().map(Name::from))
            .collect()
    }

    /// Methods of a type, its traits' included; the type's own win.
    #[must_use]
    pub fn methods(&self, on: ExtId, name: Name) -> &[CallId] {
        if let Some(calls) = self.on_type.get(&(on, name)) {
            return calls;
        }
        self.ty(on)
            .implements
            .iter()
            .map(|id| self.trait_methods(*id, name))
            .find(|calls| !calls.is_empty())
            .unwrap_or(&[])
    }

    /// Methods of a trait, its supertraits' included.
    #[must_use]
    pub fn trait_methods(&self, on: TraitExtId, name: Name) -> &[CallId] {
        if let Some(calls) = self.on_trait.get(&(on, name)) {
            return calls;
        }
        let like = self.like.get(&on).into_iter().flatten();
        let fits = like.filter_map(|like| Some((like.fits(name)?, like)));
        if let Some((_, like)) = fits.max_by_key(|(said, _)| *said) {
            return &like.calls;
        }
        self.of_trait(on)
            .supers
            .iter()
            .map(|id| self.trait_methods(*id, name))
            .find(|calls| !calls.is_empty())
            .unwrap_or(&[])
    }

    /// Methods by name alone, of builders whose type nothing tells.
    #[must_use]
    pub fn any_methods(&self, name: Name) -> &[CallId] {
        self.on_any.get(&name).map_or(&[], Vec::as_slice)
    }

    /// All crates that lead into some client.
    pub fn crates(&self) -> impl Iterator<Item = Name> + '_ {
        let mut names: Vec<Name> = self.crates.keys().map(|name| Name::from(name)).collect();
        names.sort();
        names.into_iter()
    }

    /// The first of `calls` that the package's versions have.
    #[must_use]
    pub fn pick(&self, calls: &[CallId], versions: &Versions) -> Option<CallId> {
        calls
            .iter()
            .copied()
            .find(|id| self.call(*id).given.is_empty() && self.is_in_force(*id, versions))
    }

    /// As `pick`, where the first argument is a text that may decide.
    #[must_use]
    pub fn pick_given(&self, calls: &[CallId], text: &str, versions: &Versions) -> Option<CallId> {
        let text = text.to_uppercase();
        let decided = calls
            .iter()
            .copied()
            .find(|id| self.call(*id).given.contains(&text) && self.is_in_force(*id, versions));
        decided.or_else(|| self.pick(calls, versions))
    }

    /// Whether the package's version of the client has this call.
    #[must_use]
    pub fn is_in_force(&self, id: CallId, versions: &Versions) -> bool {
        let call = self.call(id);
        let Some(Some(version)) = versions.0.get(call.sheet.0 as usize) else {
            return false;
        };
        call.since.as_ref().is_none_or(|since| version >= since)
            && call.until.as_ref().is_none_or(|until| version < until)
    }

    /// The path with the family's first crate in front.
    #[must_use]
    pub fn canonical(&self, path: &str) -> Name {
        Name::from(&self.spelled(path))
    }

    fn spelled<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        let second = rest.split_once("::").map_or(rest, |(second, _)| second);
        if let Some(behind) = self.handed_through(first, second) {
            let rest = &rest[second.len()..];
            return Cow::Owned(format!("{behind}{rest}"));
        }
        match self.crates.get(first) {
            Some(family) if *family != first => {
                Cow::Owned(format!("{family}{}", &path[first.len()..]))
            }
            _ => Cow::Borrowed(path),
        }
    }
}
