//! What the names in a body's text lead to: functions that it may call, kinds of values that it may get hold of.
//! Paths are resolved as everywhere; where a type isn't told by a path, names alone decide, and generously.

use rustc_hash::{FxHashMap, FxHashSet};

use super::carriers::{Carriers, Held, Holder};
use super::kinds::{Kinds, Meanings};
use super::rows::Row;
use crate::defs::{AdtId, AliasId, Defs, FnId, Head, TraitId, head};
use crate::ir::Name;
use crate::lower::Mentions;
use crate::ty::TraitRef;

/// What a function's signature says.
#[derive(Clone, Default)]
pub(super) struct Signed {
    /// What it is given.
    pub(super) takes: Kinds,
    /// What it hands to its caller: as its value, or to code that it is given.
    pub(super) gives: Kinds,
    /// It is given, or gives, code.
    pub(super) has_code: bool,
    /// The types and traits in it.
    pub(super) holders: Vec<Holder>,
    /// Those that it hands to its caller.
    pub(super) given: Vec<Holder>,
}

/// What names lead to.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// Kinds of values that it may get hold of.
    pub(super) kinds: Kinds,
    /// It calls something that acts, by its path.
    pub(super) acts: bool,
    /// It names a static that holds a handle.
    pub(super) has_static: bool,
    /// It gives code to a router or runtime.
    pub(super) routes: bool,
    /// Functions of the workspace.
    pub(super) fns: Vec<FnId>,
    /// Methods of whatever type.
    pub(super) methods: Vec<Name>,
    /// Functions and members of whatever type.
    pub(super) anyhow: Vec<Name>,
    /// Types and traits that paths lead to.
    holders: Vec<Holder>,
}

impl Found {
    pub(super) fn add(&mut self, other: &Self) {
        self.kinds |= other.kinds;
        self.acts |= other.acts;
        self.has_static |= other.has_static;
        self.routes |= other.routes;
        self.fns.extend(&other.fns);
        self.methods.extend(&other.methods);
        self.anyhow.extend(&other.anyhow);
        self.holders.extend(&other.holders);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kinds == Kinds::default()
            && !(self.acts || self.has_static || self.routes)
            && self.fns.is_empty()
            && self.methods.is_empty()
            && self.anyhow.is_empty()
            && self.holders.is_empty()
    }

    pub(super) fn once_each(&mut self) {
        self.fns.sort_unstable();
        self.fns.dedup();
        self.holders.sort_unstable();
        self.holders.dedup();
        let mut said = FxHashSet::default();
        self.methods.retain(|name| said.insert(*name));
    }

    pub(super) fn add_held(&mut self, held: &Held) {
        self.kinds |= held.all();
        self.holders.extend(held.all_holders());
    }
}

/// What is asked for every body.
pub(super) struct Index<'d, 'a> {
    pub(super) defs: &'d Defs<'a>,
    pub(super) meanings: &'d Meanings<'a>,
    pub(super) carriers: &'d Carriers<'d, 'a>,
    signed: &'d [Signed],
    routers: FxHashSet<Name>,
    /// Members by what their block is for, those that its trait has by default included.
    pub(super) members: FxHashMap<(Head, Name), Vec<FnId>>,
    /// Those of blocks for any type.
    pub(super) of_any: FxHashMap<Name, Vec<FnId>>,
    /// What functions and members of a name give.
    gives: FxHashMap<Name, Kinds>,
    /// Methods alone, where they give more than they are given.
    methods: FxHashMap<Name, Kinds>,
    /// The types that these give.
    method_types: FxHashMap<Name, Row>,
    /// Members of each trait, declared and implemented.
    pub(super) of_traits: FxHashMap<(TraitId, Name), Vec<FnId>>,
    /// All of them.
    of_trait: FxHashMap<Name, Vec<FnId>>,
    /// What types, statics and constants of a name hold.
    held: FxHashMap<Name, Kinds>,
    /// What an associated constant holds.
    consts: FxHashMap<Name, Kinds>,
    statics: FxHashSet<Name>,
    pub(super) values: Vec<Held>,
    pub(super) macros: FxHashMap<Name, Found>,
}

impl<'d, 'a> Index<'d, 'a> {
    pub(super) fn new(
        carriers: &'d Carriers<'d, 'a>,
        defs: &'d Defs<'a>,
        meanings: &'d Meanings<'a>,
        signed: &'d [Signed],
        routers: FxHashSet<Name>,
    ) -> Self {
        let mut index = Self {
            defs,
            meanings,
            carriers,
            signed,
            routers,
            members: FxHashMap::default(),
            of_any: FxHashMap::default(),
            gives: FxHashMap::default(),
            methods: FxHashMap::default(),
            method_types: FxHashMap::default(),
            of_traits: FxHashMap::default(),
            of_trait: FxHashMap::default(),
            held: FxHashMap::default(),
            consts: FxHashMap::default(),
            statics: FxHashSet::default(),
            values: defs
                .values
                .iter()
                .map(|value| carriers.of_value(value))
                .collect(),
            macros: FxHashMap::default(),
        };
        index.add_fns();
        index.add_values();
        index.add_types();
        let macros = defs.lowered.macro_mentions().iter();
        index.macros = macros
            .map(|(name, mentions)| (*name, index.by_names(mentions)))
            .collect();
        index
    }

    fn add_fns(&mut self) {
        for (index, function) in self.defs.fns.iter().enumerate() {
            let (id, name) = (FnId(index as u32), function.ir.name);
            let signed = &self.signed[index];
            let news = signed.gives.without(signed.takes);
            *self.gives.entry(name).or_default() |= news;
            if function.ir.receiver.is_some() {
                *self.methods.entry(name).or_default() |= news;
                if !signed.given.is_empty() {
                    let row = self.method_types.entry(name);
                    let row = row.or_insert_with(|| Row::new(self.carriers.methodical));
                    for holder in &signed.given {
                        *row |= self.carriers.types_of(*holder);
                    }
                }
            }
            if let Some(of) = function.in_trait {
                self.of_traits.entry((of, name)).or_default().push(id);
                self.of_trait.entry(name).or_default().push(id);
            }
            let block = function.in_impl.map(|id| self.defs.implementation(id));
            match block.and_then(|block| head(&block.self_ty)) {
                Some(Head::Blanket) => self.of_any.entry(name).or_default().push(id),
                Some(of) => self.members.entry((of, name)).or_default().push(id),
                None => {}
            }
        }
        for block in &self.defs.impls {
            let (Some(of), Some(bound)) = (head(&block.self_ty), &block.of_trait) else {
                continue;
            };
            let TraitRef::Own(id) = bound.of else {
                continue;
            };
            for (name, member) in &block.fns {
                self.of_traits.entry((id, *name)).or_default().push(*member);
                self.of_trait.entry(*name).or_default().push(*member);
            }
            let declared = self.defs.of_trait(id).fns.iter();
            for (name, id) in declared.filter(|(name, _)| !block.fns.contains_key(*name)) {
                self.members.entry((of, *name)).or_default().push(*id);
            }
        }
    }

    fn add_values(&mut self) {
        for (value, held) in self.defs.values.iter().zip(&self.values) {
            if value.in_impl.is_some() {
                continue;
            }
            let kinds = held.all();
            *self.held.entry(value.name).or_default() |= kinds;
            if kinds.meets(Kinds::HANDLE) {
                self.statics.insert(value.name);
            }
        }
        for block in &self.defs.impls {
            for (name, id) in &block.consts {
                *self.consts.entry(*name).or_default() |= self.values[id.0 as usize].all();
            }
        }
    }

    fn add_types(&mut self) {
        for (index, adt) in self.defs.adts.iter().enumerate() {
            *self.held.entry(adt.name).or_default() |=
                self.carriers.of_holder(Holder::Adt(AdtId(index as u32)));
        }
        for (index, of) in self.defs.traits.iter().enumerate() {
            let kinds = self
                .carriers
                .of_holder(Holder::Trait(TraitId(index as u32)));
            *self.held.entry(of.name).or_default() |= kinds;
        }
        for (index, alias) in self.defs.aliases.iter().enumerate() {
            let (_, held) = self.carriers.of_alias(AliasId(index as u32));
            *self.held.entry(alias.name).or_default() |= held.all();
        }
    }

    /// What a method of this name yields beyond what it is called on.
    fn of_method(&self, name: Name) -> Kinds {
        let own = self.methods.get(&name).copied().unwrap_or_default();
        own | self.meanings.built(name)
    }

    /// What names mean by themselves: those that a macro writes are resolved elsewhere.
    pub(super) fn by_names(&self, mentions: &Mentions) -> Found {
        let mut found = Found::default();
        self.add_plain(mentions, &mut found);
        let all = mentions.paths().flatten().copied();
        let macros = mentions.macros.iter().copied();
        for name in all.chain(mentions.members.iter().copied()).chain(macros) {
            let made = self.meanings.named(name);
            found.kinds |= made.kinds | self.meanings.named_type(name);
            found.acts |= made.acts;
            for known in [&self.gives, &self.held, &self.consts] {
                found.kinds |= known.get(&name).copied().unwrap_or_default();
            }
            found.has_static |= self.statics.contains(&name);
            found.anyhow.push(name);
        }
        found
    }

    /// Methods, members and calls that are given code.
    pub(super) fn add_plain(&self, mentions: &Mentions, found: &mut Found) {
        found.methods.extend(&mentions.methods);
        for name in &mentions.methods {
            found.kinds |= self.of_method(*name);
        }
        for name in &mentions.members {
            self.add_anyhow(*name, found);
        }
        let mut given = mentions.given_code.iter();
        found.routes |= given.any(|name| self.routers.contains(name));
    }

    /// A member of a type that no path tells.
    pub(super) fn add_anyhow(&self, name: Name, found: &mut Found) {
        found.kinds |= self.gives.get(&name).copied().unwrap_or_default();
        found.kinds |= self.consts.get(&name).copied().unwrap_or_default();
        let made = self.meanings.named(name);
        found.acts |= made.acts || self.meanings.acting(name) != Kinds::default();
        found.kinds |= made.kinds;
        found.anyhow.push(name);
    }

    pub(super) fn add_fn(&self, id: FnId, found: &mut Found) {
        let signed = &self.signed[id.0 as usize];
        found.kinds |= signed.gives;
        found.holders.extend(&signed.given);
        found.fns.push(id);
    }

    /// Whether the name of a static that holds a handle stands in a function's text.
    pub(super) fn may_name_static(&self, id: FnId) -> bool {
        let text = self.defs.text(id);
        let mut statics = self.statics.iter();
        text.is_some_and(|text| statics.any(|name| text.contains(name.as_str())))
    }

    pub(super) fn of_head(&self, of: Option<Head>) -> Held {
        let holder = match of {
            Some(Head::Adt(id)) => Holder::Adt(id),
            Some(Head::Trait(id)) => Holder::Trait(id),
            _ => return Held::default(),
        };
        Held {
            kinds: self.carriers.of_holder(holder),
            holders: vec![holder],
            ..Held::default()
        }
    }

    /// The types that a function may get hold of.
    pub(super) fn types(&self, id: FnId, found: &Found) -> Row {
        let mut row = Row::new(self.carriers.methodical);
        for holder in self.signed[id.0 as usize]
            .holders
            .iter()
            .chain(&found.holders)
        {
            row |= self.carriers.types_of(*holder);
        }
        for name in &found.methods {
            if let Some(given) = self.method_types.get(name) {
                row |= given;
            }
        }
        row
    }

    /// A member of something that a trait of the workspace is implemented for.
    pub(super) fn add_of_trait(&self, name: Name, found: &mut Found) {
        found.kinds |= self.consts.get(&name).copied().unwrap_or_default();
        for id in self.of_trait.get(&name).into_iter().flatten() {
            self.add_fn(*id, found);
        }
    }

    /// A member of a type.
    pub(super) fn add_member(&self, of: Head, held: &Held, name: Name, found: &mut Found) {
        let own = self.members.get(&(of, name));
        let others = self.of_any.get(&name);
        if own.is_none() && others.is_none() {
            // Derived, a constant, or found through `Deref`.
            found.add_held(held);
            return self.add_anyhow(name, found);
        }
        for id in own.into_iter().chain(others).flatten() {
            self.add_fn(*id, found);
        }
        if own.is_none() {
            found.add_held(held);
        }
        found.kinds |= self.consts.get(&name).copied().unwrap_or_default();
    }
}
