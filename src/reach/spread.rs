//! Who calls whom, as far as names tell.

use rustc_hash::{FxHashMap, FxHashSet};

use super::carriers::{Carriers, Holder};
use super::named::Found;
use super::rows::Row;
use crate::defs::{Defs, FnId};
use crate::ir::Name;
use crate::ty::Ty;

/// The callers of functions.
#[derive(Debug, Default)]
pub(super) struct Calls {
    paths: FxHashMap<FnId, Vec<FnId>>,
    /// Of methods, if they may have the type.
    methods: FxHashMap<Name, Vec<FnId>>,
    /// Of anything that has the name.
    names: FxHashMap<Name, Vec<FnId>>,
}

impl Calls {
    /// From what each function leads to.
    pub(super) fn new(found: &[Found]) -> Self {
        let mut calls = Self::default();
        for (id, found) in (0..).map(FnId).zip(found) {
            for callee in &found.fns {
                calls.paths.entry(*callee).or_default().push(id);
            }
            for name in &found.methods {
                calls.methods.entry(*name).or_default().push(id);
            }
            for name in &found.anyhow {
                calls.names.entry(*name).or_default().push(id);
            }
        }
        calls
    }

    /// Functions that may call one, or hand it over, each once.
    pub(super) fn of(&self, defs: &Defs<'_>, id: FnId) -> Vec<FnId> {
        let function = defs.function(id);
        let name = function.ir.name;
        let method = function.ir.receiver.is_some();
        let method = method.then(|| self.methods.get(&name)).flatten();
        let paths = self.paths.get(&id).into_iter();
        let all = paths.chain(method).chain(self.names.get(&name));
        let mut all: Vec<FnId> = all.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Some functions and their callers, and the callers of these, and so on; each may get hold of values of the types in its row.
    pub(super) fn with_callers(
        &self,
        carriers: &Carriers<'_, '_>,
        rows: &[Row],
        from: Vec<FnId>,
    ) -> FxHashSet<FnId> {
        let defs = carriers.defs;
        let mut found: FxHashSet<FnId> = from.iter().copied().collect();
        let mut queue = from;
        let mut known: FxHashSet<(Name, Option<u32>)> = FxHashSet::default();
        let mut known_names: FxHashSet<Name> = FxHashSet::default();
        while let Some(id) = queue.pop() {
            let function = defs.function(id);
            let name = function.ir.name;
            let mut add = |callers: Option<&Vec<FnId>>, of: Option<u32>| {
                let may_have = |id: &&FnId| of.is_none_or(|of| rows[id.0 as usize].has(of));
                let new = callers.into_iter().flatten().filter(may_have);
                queue.extend(new.filter(|id| found.insert(**id)));
            };
            add(self.paths.get(&id), None);
            let of = bit_of(carriers, id);
            if function.ir.receiver.is_some() && known.insert((name, of)) {
                add(self.methods.get(&name), of);
            }
            if known_names.insert(name) {
                add(self.names.get(&name), None);
            }
        }
        found
    }
}

/// What a method is called on, if that is told by a bit.
fn bit_of(carriers: &Carriers<'_, '_>, id: FnId) -> Option<u32> {
    let function = carriers.defs.function(id);
    let block = function.in_impl.map(|id| carriers.defs.implementation(id));
    match (block.map(|block| block.self_ty.peeled()), function.in_trait) {
        (Some(Ty::Adt(id, _)), _) => carriers.bit(Holder::Adt(*id)),
        (_, Some(id)) => carriers.bit(Holder::Trait(id)),
        _ => None,
    }
}
