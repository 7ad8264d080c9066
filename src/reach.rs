//! Which bodies can touch a handle at all: told from signatures, types and names, before any body is read closely.
//! Most of a large workspace can't, and is left alone. Too many cost time, too few cost findings, so names decide generously.

mod carriers;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::catalogue::{ExtCall, SheetId};
use crate::defs::{Defs, FnId, ValueId};
use crate::handlers::Shapes;
use crate::infer::{Owner, Types};
use crate::ir::Name;
use crate::lower::Word;

use carriers::Carriers;

/// A function and what its body names.
type Mentions = (FnId, Box<[Word]>);

fn mention(words: &[Word], wanted: &FxHashSet<Word>) -> bool {
    words.iter().any(|word| wanted.contains(word))
}

/// What is read closely.
#[derive(Debug)]
pub struct Reach {
    /// Bodies that can touch a handle.
    pub touching: FxHashSet<Owner>,
    /// Functions that do something, or call what does, and are read if they are called; all of them if none.
    acting: Option<FxHashSet<FnId>>,
}

impl Reach {
    /// All bodies.
    #[must_use]
    pub fn all(defs: &Defs<'_>) -> Self {
        let fns = (0..defs.fns.len() as u32).map(|id| Owner::Fn(FnId(id)));
        let values = (0..defs.values.len() as u32).map(|id| Owner::Value(ValueId(id)));
        Self {
            touching: fns.chain(values).collect(),
            acting: None,
        }
    }

    /// By signatures and names.
    #[must_use]
    pub fn find(types: &Types<'_>, shapes: &Shapes) -> Self {
        let defs = types.defs;
        let carriers = Carriers::find(defs);
        let mut makers = Names::of_clients(defs, &carriers, shapes);
        let (signed, rest) = by_signature(types, &carriers, &mut makers);
        let makers = makers.words();
        let (made, rest): (Vec<_>, Vec<_>) = rest
            .into_par_iter()
            .partition(|(_, words)| mention(words, &makers));
        let mut made: Vec<FnId> = made.into_iter().map(|(id, _)| id).collect();
        let statics = Names {
            segments: carriers.statics(defs),
            ..Names::default()
        };
        let (through, rest) = callers(defs, statics, rest);
        made.extend(through);
        let mut acting = Names::of_acts(defs);
        made.iter().for_each(|id| acting.add(defs, *id));
        let (acting, _) = callers(defs, acting, rest);
        let mut touching: FxHashSet<Owner> =
            signed.into_iter().chain(made).map(Owner::Fn).collect();
        touching.extend(values(defs, &carriers, &makers));
        Self {
            touching,
            acting: Some(acting.into_iter().collect()),
        }
    }

    /// Whether a function that is called is read: another one can neither touch a handle nor do anything else that counts.
    #[must_use]
    pub fn counts(&self, id: FnId) -> bool {
        self.touching.contains(&Owner::Fn(id))
            || self
                .acting
                .as_ref()
                .is_none_or(|acting| acting.contains(&id))
    }
}

/// Functions whose signatures have to do with handles, and what the others name. Those that make handles are added to `makers`.
fn by_signature(
    types: &Types<'_>,
    carriers: &Carriers,
    makers: &mut Names,
) -> (Vec<FnId>, Vec<Mentions>) {
    let defs = types.defs;
    let fns: Vec<FnId> = (0..defs.fns.len() as u32).map(FnId).collect();
    let signed: Vec<Signed> = fns
        .par_iter()
        .map(|id| Signed::read(types, carriers, *id))
        .collect();
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    for (id, signed) in fns.iter().zip(&signed) {
        if signed.returns && !signed.takes {
            makers.add(defs, *id);
        }
        if signed.takes || signed.returns {
            found.push(*id);
        } else {
            rest.push(*id);
        }
    }
    let rest = rest
        .into_par_iter()
        .filter_map(|id| Some((id, defs.words(id)?)));
    (found, rest.collect())
}

/// Statics and constants that hold a handle, or are made of one.
fn values(defs: &Defs<'_>, carriers: &Carriers, makers: &FxHashSet<Word>) -> Vec<Owner> {
    let touches = |id: &ValueId| {
        let value = defs.value(*id);
        let file = defs.module(value.module).file;
        let made_of_one = |init| mention(&defs.lowered.words(file, init), makers);
        carriers.is_kept_in(defs, value) || value.init.is_some_and(made_of_one)
    };
    let all = (0..defs.values.len() as u32).map(ValueId);
    all.filter(touches).map(Owner::Value).collect()
}

/// Functions that mention one of these names, and those that mention them in turn; and the others.
fn callers(
    defs: &Defs<'_>,
    mut names: Names,
    mut rest: Vec<Mentions>,
) -> (Vec<FnId>, Vec<Mentions>) {
    let mut found = Vec::new();
    loop {
        let wanted = names.words();
        let (more, others): (Vec<_>, Vec<_>) = rest
            .into_par_iter()
            .partition(|(_, words)| mention(words, &wanted));
        rest = others;
        if more.is_empty() {
            return (found, rest);
        }
        names = Names::default();
        for (id, _) in more {
            found.push(id);
            names.add(defs, id);
        }
    }
}

/// What a signature says.
struct Signed {
    takes: bool,
    returns: bool,
}

impl Signed {
    fn read(types: &Types<'_>, carriers: &Carriers, id: FnId) -> Self {
        let signature = types.signature(id);
        let scope = types.defs.scope_of(id);
        let mut given = signature.receiver.iter().chain(&signature.params);
        Self {
            takes: given.any(|ty| carriers.carries_or_runs(types.defs, ty, &scope)),
            returns: carriers.carries(types.defs, &signature.ret, &scope),
        }
    }
}

/// Names that lead to handles.
#[derive(Default)]
struct Names {
    /// Of types, statics, macros and functions, as segments of paths.
    segments: FxHashSet<Name>,
    /// Of associated functions, with their type's.
    associated: FxHashSet<(Name, Name)>,
    /// Of methods.
    methods: FxHashSet<Name>,
    /// Of calls that are given handlers.
    routers: FxHashSet<Name>,
}

impl Names {
    /// What makes a handle, or is given a handler.
    fn of_clients(defs: &Defs<'_>, carriers: &Carriers, shapes: &Shapes) -> Self {
        let mut names = Self {
            segments: carriers.names(defs),
            routers: shapes.names(|sheet| defs.uses(sheet)).collect(),
            ..Self::default()
        };
        names.add_clients(defs);
        names
    }

    /// What counts whatever it is done to: calls of used clients that wait, act on the outside, lock or spawn.
    fn of_acts(defs: &Defs<'_>) -> Self {
        let mut names = Self::default();
        let catalogue = defs.catalogue;
        let acts = |call: &ExtCall| call.effect.acts() && defs.uses(call.sheet);
        let methods = catalogue
            .calls()
            .filter(|call| call.is_method && acts(call));
        names.methods.extend(methods.map(|call| call.name));
        for (path, call) in catalogue.fn_paths() {
            if acts(catalogue.call(call)) {
                names.add_path(path);
            }
        }
        names
    }

    /// As words of texts.
    fn words(&self) -> FxHashSet<Word> {
        let pairs = self.associated.iter();
        let segments = self.segments.iter().map(|name| Word::segment(name));
        segments
            .chain(pairs.map(|(owner, name)| Word::associated(owner, name)))
            .chain(self.methods.iter().map(|name| Word::method(name)))
            .chain(self.routers.iter().map(|name| Word::given_code(name)))
            .collect()
    }

    /// Functions and macros of clients' sheets.
    fn add_clients(&mut self, defs: &Defs<'_>) {
        let catalogue = defs.catalogue;
        let roles = catalogue
            .types()
            .filter(|ty| ty.role.is_some_and(carriers::is_clients) && defs.uses(ty.sheet));
        let sheets: FxHashSet<SheetId> = roles.map(|ty| ty.sheet).collect();
        for (path, call) in catalogue.fn_paths() {
            if !sheets.contains(&catalogue.call(call).sheet) {
                continue;
            }
            self.add_path(path);
        }
    }

    fn add_path(&mut self, path: &str) {
        let mut segments = path.rsplit("::");
        let (name, owner) = (segments.next(), segments.next().unwrap_or_default());
        let name = Name::from(name.unwrap_or_default());
        if owner.starts_with(char::is_uppercase) {
            self.associated.insert((Name::from(owner), name));
        } else {
            self.segments.insert(name);
        }
    }

    /// Calls of this function lead to handles.
    fn add(&mut self, defs: &Defs<'_>, id: FnId) {
        let function = defs.function(id);
        let name = function.ir.name;
        if function.ir.receiver.is_some() {
            self.methods.insert(name);
        }
        match carriers::owner(defs, id) {
            Some(owner) => {
                self.associated.insert((owner, name));
                self.associated.insert((Name::from("Self"), name));
            }
            None if function.ir.receiver.is_none() => {
                self.segments.insert(name);
            }
            None => {}
        }
    }
}
