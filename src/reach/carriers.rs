//! What types hold: handles and other kinds that matter, in a field however deep, behind a trait or by a bound.

use std::ops::BitOr;

use rayon::prelude::*;

use super::kinds::{Kinds, Meanings};
use super::parts::{Parts, Side, of_adt, of_trait};
use super::rows::Row;
use crate::catalogue::Role;
use crate::defs::{AdtId, AliasId, Defs, Head, Scope, TraitId, ValueDef, head};
use crate::ir::Name;
use crate::ty::{TraitRef, Ty};

/// A type or trait of the workspace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Holder {
    Adt(AdtId),
    Trait(TraitId),
}

/// The longest row. There is one for each function: crates that a machine has written for a chip's registers have types by the ten thousand,
/// and as many functions.
const MOST_BITS: u32 = 2048;

/// What types and traits of the workspace hold.
pub(super) struct Carriers<'d, 'a> {
    pub(super) defs: &'d Defs<'a>,
    meanings: &'d Meanings<'a>,
    /// By type, then by trait.
    kinds: Vec<Kinds>,
    types: Vec<Row>,
    /// The bit of each that has methods.
    bits: Vec<Option<u32>>,
    /// How many bits there are.
    pub(super) methodical: usize,
}

impl<'d, 'a> Carriers<'d, 'a> {
    /// What their parts hold, then what the parts of these hold, until nothing changes.
    pub(super) fn find(defs: &'d Defs<'a>, meanings: &'d Meanings<'a>) -> Self {
        let adts = (0..defs.adts.len() as u32).map(|id| Holder::Adt(AdtId(id)));
        let traits = (0..defs.traits.len() as u32).map(|id| Holder::Trait(TraitId(id)));
        let holders: Vec<Holder> = adts.chain(traits).collect();
        let parts = holders.par_iter().map(|whole| match *whole {
            Holder::Adt(id) => of_adt(defs, meanings, id),
            Holder::Trait(id) => of_trait(defs, meanings, id),
        });
        let parts: Vec<Parts> = parts.collect();
        let mut found = Self {
            defs,
            meanings,
            kinds: vec![Kinds::default(); holders.len()],
            types: Vec::new(),
            bits: vec![None; holders.len()],
            methodical: 0,
        };
        found.number();
        found.types = vec![Row::new(found.methodical); holders.len()];
        found.spread(&parts);
        found
    }

    /// Gives bits to those with methods; the same one to several where there are more of them than a row has room for: then too many
    /// bodies are read, never too few.
    fn number(&mut self) {
        let mut all = 0;
        for function in &self.defs.fns {
            if function.ir.receiver.is_none() {
                continue;
            }
            let block = function.in_impl.map(|id| self.defs.implementation(id));
            let of = match (block.map(|block| block.self_ty.peeled()), function.in_trait) {
                (Some(Ty::Adt(id, _)), _) => Holder::Adt(*id),
                (_, Some(id)) => Holder::Trait(id),
                _ => continue,
            };
            let index = self.index(of);
            if self.bits[index].is_none() {
                self.bits[index] = Some(all % MOST_BITS);
                all += 1;
            }
        }
        self.methodical = all.min(MOST_BITS) as usize;
    }

    fn spread(&mut self, parts: &[Parts]) {
        let mut parts_of: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
        for (whole, parts) in parts.iter().enumerate() {
            if let Some(bit) = self.bits[whole] {
                self.types[whole].insert(bit);
            }
            for side in [&parts.held, &parts.given] {
                self.kinds[whole] |= side.kinds;
                for part in &side.holders {
                    parts_of[self.index(*part)].push(whole);
                }
            }
        }
        // What a trait declares is called on whatever implements it.
        for block in &self.defs.impls {
            if let (Ty::Adt(id, _), Some(bound)) = (block.self_ty.peeled(), &block.of_trait)
                && let TraitRef::Own(of) = bound.of
                && let Some(bit) = self.bits[self.index(Holder::Trait(of))]
            {
                self.types[id.0 as usize].insert(bit);
            }
        }
        let mut queue: Vec<usize> = (0..parts.len()).collect();
        while let Some(part) = queue.pop() {
            let (held, row) = (self.kinds[part], self.types[part].clone());
            for whole in &parts_of[part] {
                let new_kinds = held.without(self.kinds[*whole]) != Kinds::default();
                self.kinds[*whole] |= held;
                if self.types[*whole].add(&row) || new_kinds {
                    queue.push(*whole);
                }
            }
        }
    }

    fn index(&self, holder: Holder) -> usize {
        match holder {
            Holder::Adt(id) => id.0 as usize,
            Holder::Trait(id) => self.defs.adts.len() + id.0 as usize,
        }
    }

    /// The bit of a type or trait.
    pub(super) fn bit(&self, holder: Holder) -> Option<u32> {
        self.bits[self.index(holder)]
    }

    /// The types and traits that a value of one leads to, that one included.
    pub(super) fn types_of(&self, holder: Holder) -> &Row {
        &self.types[self.index(holder)]
    }

    /// What a value of this type holds, and what the code that it is gives to others.
    pub(super) fn of(&self, ty: &Ty, scope: &Scope<'a>) -> Held {
        let parts = Parts::of(self.defs, self.meanings, ty, scope);
        Held {
            kinds: self.of_side(&parts.held),
            given: self.of_side(&parts.given),
            has_code: parts.has_code,
            holders: parts.held.holders,
            given_holders: parts.given.holders,
        }
    }

    fn of_side(&self, side: &Side) -> Kinds {
        let holders = side.holders.iter().map(|holder| self.of_holder(*holder));
        holders.fold(side.kinds, BitOr::bitor)
    }

    /// What a type, or what is behind a trait, holds.
    pub(super) fn of_holder(&self, holder: Holder) -> Kinds {
        self.kinds[self.index(holder)]
    }

    /// What a static or constant holds.
    pub(super) fn of_value(&self, value: &ValueDef<'a>) -> Held {
        let scope = match value.in_impl {
            Some(block) => self.defs.impl_scope(block),
            None => Scope::plain(value.module),
        };
        self.of(&self.defs.ty(value.ty, &scope), &scope)
    }

    /// What an alias stands for, and what that holds.
    pub(super) fn of_alias(&self, id: AliasId) -> (Option<Head>, Held) {
        let alias = &self.defs.aliases[id.0 as usize];
        let mut scope = Scope::plain(alias.module);
        scope.generics.push(alias.generics);
        let ty = self.defs.ty(alias.ty, &scope);
        (head(&ty), self.of(&ty, &scope))
    }
}

/// What a value holds.
#[derive(Clone, Default)]
pub(super) struct Held {
    /// In itself.
    pub(super) kinds: Kinds,
    /// It is code, or holds some, that is given this or returns it.
    pub(super) given: Kinds,
    /// It is code.
    pub(super) has_code: bool,
    /// Types and traits that it is made of.
    pub(super) holders: Vec<Holder>,
    /// Those that its code is given or returns.
    pub(super) given_holders: Vec<Holder>,
}

impl Held {
    pub(super) fn all(&self) -> Kinds {
        self.kinds | self.given
    }

    pub(super) fn all_holders(&self) -> impl Iterator<Item = Holder> {
        self.holders.iter().chain(&self.given_holders).copied()
    }
}

/// The parts that only clients' types play.
pub(super) fn is_clients(role: Role) -> bool {
    !matches!(
        role,
        Role::Mutex
            | Role::MutexGuard
            | Role::Wrapper
            | Role::SharedState
            | Role::Once
            | Role::HashOrder
            | Role::Sorted
            | Role::List
            | Role::Futures
    )
}

/// The last segment of a path.
pub(super) fn last(path: &str) -> Name {
    Name::from(path.rsplit("::").next().unwrap_or_default())
}
