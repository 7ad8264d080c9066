//! Kinds of values that matter, as the catalogue tells them: handles of clients, and types whose methods act whatever they work on.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use rustc_hash::FxHashMap;

use super::carriers::{is_clients, last};
use crate::catalogue::{Catalogue, ExtCall, ExtId, On, PathMeaning, SheetId, TraitExtId};
use crate::defs::{Defs, Head};
use crate::ir::Name;
use crate::ty::Ty;

/// A set of kinds. Types may share one, which costs time, never a finding.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Kinds(u128);

impl Kinds {
    /// Handles of clients, and what leads to them.
    pub(super) const HANDLE: Self = Self(1);
    /// Of whatever type.
    pub(super) const ALL: Self = Self(u128::MAX);

    /// One for the methods of a type or trait.
    fn nth(index: usize) -> Self {
        Self(1 << (1 + index % 127))
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn without(self, other: Self) -> Self {
        self & !other
    }
}

impl BitOr for Kinds {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Kinds {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Kinds {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What a call by path makes, and whether it acts.
#[derive(Clone, Copy, Default)]
pub(super) struct Made {
    pub(super) kinds: Kinds,
    pub(super) acts: bool,
}

impl BitOrAssign for Made {
    fn bitor_assign(&mut self, other: Self) {
        self.kinds |= other.kinds;
        self.acts |= other.acts;
    }
}

/// The catalogue by kinds; what its methods lead to counts as what they are called on.
pub(super) struct Meanings<'a> {
    catalogue: &'a Catalogue,
    /// By sheet: some package depends on the client.
    used: Vec<bool>,
    /// By sheet: it has handles.
    is_clients: Vec<bool>,
    types: Vec<Kinds>,
    traits: Vec<Kinds>,
    /// On which kinds a method of this name acts.
    acts_on: FxHashMap<Name, Kinds>,
    /// On which kinds methods act whose names a derive decides.
    acts_on_any: Kinds,
    /// What methods of builders yield.
    of_builders: FxHashMap<Name, Kinds>,
    /// Functions by their last segments.
    named: FxHashMap<Name, Made>,
    /// Types, aliases and traits.
    named_types: FxHashMap<Name, Kinds>,
    named_macros: FxHashMap<Name, Made>,
}

impl<'a> Meanings<'a> {
    pub(super) fn find(defs: &Defs<'a>) -> Self {
        let catalogue = defs.catalogue;
        let used = (0..catalogue.clients.len() as u32)
            .map(|id| defs.uses(SheetId(id)))
            .collect();
        let mut found = Self {
            catalogue,
            used,
            is_clients: vec![false; catalogue.clients.len()],
            types: vec![Kinds::default(); catalogue.types().count()],
            traits: vec![Kinds::default(); catalogue.traits().count()],
            acts_on: FxHashMap::default(),
            acts_on_any: Kinds::default(),
            of_builders: FxHashMap::default(),
            named: FxHashMap::default(),
            named_types: FxHashMap::default(),
            named_macros: FxHashMap::default(),
        };
        found.find_roles();
        found.find_acts();
        while found.lead_on() {}
        found.find_builders();
        found.find_names();
        found
    }

    fn find_roles(&mut self) {
        for (index, ty) in self.catalogue.types().enumerate() {
            if ty.role.is_some_and(is_clients) {
                self.types[index] |= Kinds::HANDLE;
                self.is_clients[ty.sheet.0 as usize] |= self.used[ty.sheet.0 as usize];
            }
        }
        for (index, of) in self.catalogue.traits().enumerate() {
            if of.role.is_some() {
                self.traits[index] |= Kinds::HANDLE;
            }
        }
    }

    fn acts(&self, call: &ExtCall) -> bool {
        call.effect.acts() && self.used[call.sheet.0 as usize]
    }

    fn find_acts(&mut self) {
        for (on, name, call) in self.catalogue.methods_on() {
            if !self.acts(call) {
                continue;
            }
            let kind = match on {
                On::Type(id) => Kinds::nth(id.0 as usize),
                On::Trait(id) => Kinds::nth(self.types.len() + id.0 as usize),
                On::Any => Kinds::ALL,
            };
            match on {
                On::Type(id) => self.types[id.0 as usize] |= kind,
                On::Trait(id) => self.traits[id.0 as usize] |= kind,
                On::Any => {}
            }
            if name == "*" {
                self.acts_on_any |= kind;
            }
            *self.acts_on.entry(name).or_default() |= kind;
        }
    }

    /// One step from types and traits to what they lead to; whether there was one.
    fn lead_on(&mut self) -> bool {
        let before = (self.types.clone(), self.traits.clone());
        for (index, ty) in self.catalogue.types().enumerate() {
            let target = ty.deref.as_ref().map(|ty| self.of(ty)).unwrap_or_default();
            let fields = ty.fields.iter().map(|(_, ty)| self.of(ty));
            let target = fields.fold(target, BitOr::bitor);
            let traits = ty.implements.iter().map(|id| self.traits[id.0 as usize]);
            self.types[index] = traits.fold(self.types[index] | target, BitOr::bitor);
        }
        for (index, of) in self.catalogue.traits().enumerate() {
            let supers = of.supers.iter().map(|id| self.traits[id.0 as usize]);
            self.traits[index] = supers.fold(self.traits[index], BitOr::bitor);
        }
        for (on, _, call) in self.catalogue.methods_on() {
            let yields = self.yielded(call);
            match on {
                On::Type(id) => self.types[id.0 as usize] |= yields,
                On::Trait(id) => self.traits[id.0 as usize] |= yields,
                On::Any => {}
            }
        }
        before != (self.types.clone(), self.traits.clone())
    }

    fn find_builders(&mut self) {
        for (on, name, call) in self.catalogue.methods_on() {
            if on == On::Any {
                let yields = self.yielded(call);
                *self.of_builders.entry(name).or_default() |= yields;
            }
        }
    }

    /// What a call returns, and gives to a closure.
    fn yielded(&self, call: &ExtCall) -> Kinds {
        let given = call.closure_params.iter();
        given.fold(self.of(&call.returns), |kinds, ty| kinds | self.of(ty))
    }

    fn find_names(&mut self) {
        let mut named: FxHashMap<Name, Made> = FxHashMap::default();
        let mut named_macros: FxHashMap<Name, Made> = FxHashMap::default();
        let mut add = |path: &str, made: Made| *named.entry(last(path)).or_default() |= made;
        let mut named_types: FxHashMap<Name, Kinds> = FxHashMap::default();
        for (path, meaning) in self.catalogue.paths() {
            *named_types.entry(last(path)).or_default() |= self.meant(meaning);
        }
        for (path, _) in self.catalogue.fn_paths() {
            for id in self.catalogue.fns(path) {
                add(path, self.called(self.catalogue.call(*id)));
            }
            for id in self.catalogue.macros(path) {
                let made = self.called(self.catalogue.call(*id));
                *named_macros.entry(last(path)).or_default() |= made;
            }
        }
        self.named = named;
        self.named_types = named_types;
        self.named_macros = named_macros;
    }

    fn called(&self, call: &ExtCall) -> Made {
        let mut kinds = self.yielded(call);
        if self.is_clients[call.sheet.0 as usize] {
            kinds |= Kinds::HANDLE;
        }
        let acts = self.acts(call);
        Made { kinds, acts }
    }

    /// On which kinds a method of this name acts.
    pub(super) fn acting(&self, method: Name) -> Kinds {
        let of = |name| self.acts_on.get(&name).copied().unwrap_or_default();
        of(method) | self.acts_on_any
    }

    /// What a method of this name yields, whatever it is called on.
    pub(super) fn built(&self, method: Name) -> Kinds {
        self.of_builders.get(&method).copied().unwrap_or_default()
    }

    /// What a type or trait of this name holds.
    pub(super) fn named_type(&self, name: Name) -> Kinds {
        self.named_types.get(&name).copied().unwrap_or_default()
    }

    /// What a function of this name may be.
    pub(super) fn named(&self, name: Name) -> Made {
        self.named.get(&name).copied().unwrap_or_default()
    }

    /// What a macro of this name may mean.
    pub(super) fn named_macro(&self, name: Name) -> Made {
        self.named_macros.get(&name).copied().unwrap_or_default()
    }

    /// A type as sheets write it.
    fn of(&self, ty: &Ty) -> Kinds {
        let inner = match ty {
            Ty::Ext(id, _) => self.types[id.0 as usize],
            Ty::Ref(inner, _) | Ty::Slice(inner) | Ty::Future(inner) => self.of(inner),
            Ty::FnPointer(params, ret) => {
                let params = params.iter().map(|ty| self.of(ty));
                params.fold(self.of(ret), BitOr::bitor)
            }
            _ => Kinds::default(),
        };
        let args = ty.args().iter().map(|ty| self.of(ty));
        args.fold(inner, BitOr::bitor)
    }

    /// What blocks for a type of another crate are for.
    pub(super) fn head(&self, path: &str) -> Head {
        match self.catalogue.path(path) {
            Some(PathMeaning::Type(id)) => Head::Ext(id),
            _ => Head::Foreign(Name::from(path)),
        }
    }

    /// A type of the catalogue.
    pub(super) fn of_type(&self, id: ExtId) -> Kinds {
        self.types[id.0 as usize]
    }

    /// A bound by a trait of the catalogue.
    pub(super) fn of_trait(&self, id: TraitExtId) -> Kinds {
        self.traits[id.0 as usize]
    }

    /// What a path of another crate makes, be it a type, a function, or a member of a type.
    pub(super) fn of_path(&self, path: &str) -> Made {
        let mut made = Made {
            kinds: self.of_owner(path),
            acts: false,
        };
        let calls = self.catalogue.fns(path).iter();
        for id in calls.chain(self.catalogue.macros(path)) {
            made |= self.called(self.catalogue.call(*id));
        }
        if let Some((owner, member)) = path.rsplit_once("::") {
            let owner = self.of_owner(owner);
            made.kinds |= owner;
            made.acts |=
                Name::from_existing(member).is_some_and(|name| self.acting(name).meets(owner));
        }
        made
    }

    fn of_owner(&self, path: &str) -> Kinds {
        let meaning = self.catalogue.path(path);
        meaning
            .map(|meaning| self.meant(meaning))
            .unwrap_or_default()
    }

    fn meant(&self, meaning: PathMeaning) -> Kinds {
        match meaning {
            PathMeaning::Type(id) => self.of_type(id),
            PathMeaning::Alias(index) => self.of(&self.catalogue.alias(index).ty),
            PathMeaning::Trait(id) => self.of_trait(id),
        }
    }
}
