//! Which bodies can touch a handle at all: told from signatures, types and names, before any body is read closely.
//! Most of a large workspace can't, and is left alone. Too many cost time, too few cost findings, so what isn't known counts.

mod carriers;
mod kinds;
mod named;
mod parts;
mod reader;
mod rows;
mod spread;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::defs::{Defs, FnId, ValueId};
use crate::handlers::Shapes;
use crate::infer::{Owner, Types};

use carriers::Carriers;
use kinds::{Kinds, Meanings};
use named::{Found, Index, Signed};
use reader::Reader;
use rows::Row;

/// What is read closely.
#[derive(Debug)]
pub struct Reach {
    /// Bodies that can touch a handle.
    pub touching: FxHashSet<Owner>,
    /// By function: it does something, or calls what does, and is read if it is called; all of them if none.
    acting: Option<Vec<bool>>,
    calls: spread::Calls,
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
            calls: spread::Calls::default(),
        }
    }

    /// By signatures and names; test code only if lints speak there.
    #[must_use]
    pub fn find(types: &Types<'_>, shapes: &Shapes, with_tests: bool) -> Self {
        let defs = types.defs;
        let meanings = Meanings::find(defs);
        let carriers = Carriers::find(defs, &meanings);
        let signed: Vec<Signed> = (0..defs.fns.len() as u32)
            .into_par_iter()
            .map(|id| read_signature(types, &carriers, FnId(id)))
            .collect();
        let routers = shapes.names(|sheet| defs.uses(sheet)).collect();
        let index = Index::new(&carriers, defs, &meanings, &signed, routers);
        let is_left = |id| !with_tests && defs.is_test(id);
        let (found, rows) = read_bodies(defs, &index, &signed, is_left);
        let mut touches: Vec<bool> = signed
            .iter()
            .zip(&found)
            .map(|(signed, found)| touches(signed, found))
            .collect();
        let statics = (0..)
            .map(FnId)
            .zip(&found)
            .filter(|(_, found)| found.has_static);
        let statics: Vec<FnId> = statics.map(|(id, _)| id).collect();
        let calls = spread::Calls::new(&found);
        for id in calls.with_callers(&carriers, &rows, statics) {
            touches[id.0 as usize] = true;
        }
        let acts = |(id, found): (FnId, &Found)| {
            let signed = &signed[id.0 as usize];
            let held = signed.takes | signed.gives | found.kinds;
            let mut methods = found.methods.iter();
            let acts = found.acts || methods.any(|name| meanings.acting(*name).meets(held));
            (acts || touches[id.0 as usize]).then_some(id)
        };
        let acting: Vec<FnId> = (0..).map(FnId).zip(&found).filter_map(acts).collect();
        let mut counts: Vec<bool> = signed.iter().map(|signed| signed.has_code).collect();
        for id in calls.with_callers(&carriers, &rows, acting) {
            counts[id.0 as usize] = true;
        }
        for (id, touches) in (0..).map(FnId).zip(&mut touches) {
            *touches &= !is_left(id);
        }
        let fns = (0..)
            .map(FnId)
            .zip(&touches)
            .filter(|(_, touches)| **touches);
        let mut touching: FxHashSet<Owner> = fns.map(|(id, _)| Owner::Fn(id)).collect();
        touching.extend(values(defs, &index, &carriers));
        Self {
            touching,
            acting: Some(counts),
            calls,
        }
    }

    /// Functions that may call one or hand it over, as far as names tell; those that touch a handle by their signature are left out.
    #[must_use]
    pub fn callers(&self, defs: &Defs<'_>, id: FnId) -> Vec<FnId> {
        self.calls.of(defs, id)
    }

    /// Whether a function that is called is read: another one can neither touch a handle nor do anything else that counts.
    #[must_use]
    pub fn counts(&self, id: FnId) -> bool {
        let acting = self.acting.as_ref();
        acting.is_none_or(|acting| acting[id.0 as usize])
    }
}

fn touches(signed: &Signed, found: &Found) -> bool {
    let held = signed.takes | signed.gives | found.kinds;
    held.meets(Kinds::HANDLE) || found.routes || found.has_static
}

fn read_signature(types: &Types<'_>, carriers: &Carriers<'_, '_>, id: FnId) -> Signed {
    let signature = types.signature(id);
    let scope = types.defs.scope_of(id);
    let mut signed = Signed::default();
    for ty in signature.receiver.iter().chain(&signature.params) {
        let held = carriers.of(ty, &scope);
        signed.takes |= held.kinds;
        signed.gives |= held.given;
        signed.has_code |= held.has_code;
        signed.holders.extend(held.all_holders());
        signed.given.extend(held.given_holders);
    }
    let held = carriers.of(&signature.ret, &scope);
    signed.gives |= held.all();
    signed.has_code |= held.has_code;
    signed.holders.extend(held.all_holders());
    signed.given.extend(held.all_holders());
    signed
}

/// What the bodies of all functions lead to, and the types that they may get hold of. One whose signature has a handle is read anyway; of
/// those that are left out nobody asks.
fn read_bodies(
    defs: &Defs<'_>,
    index: &Index<'_, '_>,
    signed: &[Signed],
    is_left: impl Fn(FnId) -> bool + Sync,
) -> (Vec<Found>, Vec<Row>) {
    let ids: Vec<FnId> = (0..defs.fns.len() as u32).map(FnId).collect();
    let together =
        |one: &FnId, other: &FnId| defs.function(*one).module == defs.function(*other).module;
    let chunks = ids.par_chunk_by(together).map(|ids| {
        let mut reader = Reader::new(index, defs.function(ids[0]).module);
        let read = |id: &FnId| {
            let signed = &signed[id.0 as usize];
            let is_read_anyway =
                (signed.takes | signed.gives).meets(Kinds::HANDLE) && !index.may_name_static(*id);
            if is_read_anyway || is_left(*id) {
                return (Found::default(), Row::default());
            }
            let found = reader.of_fn(*id);
            let row = index.types(*id, &found);
            (found, row)
        };
        ids.iter().map(read).collect::<Vec<_>>()
    });
    chunks.collect::<Vec<_>>().into_iter().flatten().unzip()
}

/// Statics and constants that hold a handle, or are made of one.
fn values(defs: &Defs<'_>, index: &Index<'_, '_>, carriers: &Carriers<'_, '_>) -> Vec<Owner> {
    let touches = |id: &ValueId| {
        let value = defs.value(*id);
        let made_of_one = |init| {
            let mentions = defs.lowered.mentions(defs.module(value.module).file, init);
            let module = value.block.unwrap_or(value.module);
            let found = Reader::new(index, module).read(module, value.in_impl, &mentions);
            touches(&Signed::default(), &found)
        };
        carriers.of_value(value).all().meets(Kinds::HANDLE) || value.init.is_some_and(made_of_one)
    };
    let all = (0..defs.values.len() as u32).into_par_iter().map(ValueId);
    all.filter(touches).map(Owner::Value).collect()
}
