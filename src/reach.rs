//! Which bodies can touch a handle at all: told from signatures, types and names, before any body is read closely.
//! Most of a large workspace can't, and is left alone. Too many cost time, too few cost findings, so names decide generously.

mod bodies;
mod carriers;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::catalogue::SheetId;
use crate::defs::{Defs, FnId, ValueId};
use crate::handlers::Shapes;
use crate::infer::{Owner, Types};
use crate::ir::Name;

use bodies::Mentions;
use carriers::Carriers;

/// Bodies to read closely; what they call has to be read too.
#[must_use]
pub fn touching(types: &Types<'_>, shapes: &Shapes) -> FxHashSet<Owner> {
    let defs = types.defs;
    let carriers = Carriers::find(defs);
    let fns: Vec<FnId> = (0..defs.fns.len() as u32).map(FnId).collect();
    let signed: Vec<Signed> = fns
        .par_iter()
        .map(|id| Signed::read(types, &carriers, *id))
        .collect();
    let mut makers = Names::of_clients(defs, &carriers, shapes);
    let mut found: FxHashSet<Owner> = FxHashSet::default();
    let mut rest: Vec<(FnId, Mentions<'_>)> = Vec::new();
    for (id, signed) in fns.iter().zip(&signed) {
        if signed.returns && !signed.takes {
            makers.add(defs, *id);
        }
        if signed.takes || signed.returns {
            found.insert(Owner::Fn(*id));
        } else if let Some(body) = defs.body(*id) {
            rest.push((*id, Mentions(body)));
        }
    }
    let made = rest
        .par_iter()
        .filter(|(_, mentions)| mentions.any(&makers));
    found.par_extend(made.map(|(id, _)| Owner::Fn(*id)));
    found.extend(through_statics(defs, &carriers, rest));
    found.extend(values(defs, &carriers, &makers));
    found
}

/// Statics and constants that hold a handle, or are made of one.
fn values(defs: &Defs<'_>, carriers: &Carriers, makers: &Names) -> Vec<Owner> {
    let touches = |id: &ValueId| {
        let value = defs.value(*id);
        let file = defs.module(value.module).file;
        let init = value.init.and_then(|init| defs.body_of(file, init));
        carriers.is_kept_in(defs, value) || init.is_some_and(|body| Mentions(body).any(makers))
    };
    let all = (0..defs.values.len() as u32).map(ValueId);
    all.filter(touches).map(Owner::Value).collect()
}

/// Functions that reach a static's handle, and their callers.
fn through_statics(
    defs: &Defs<'_>,
    carriers: &Carriers,
    mut rest: Vec<(FnId, Mentions<'_>)>,
) -> Vec<Owner> {
    let mut names = Names {
        segments: carriers.statics(defs),
        ..Names::default()
    };
    let mut found = Vec::new();
    loop {
        let (more, others): (Vec<_>, Vec<_>) = rest
            .into_par_iter()
            .partition(|(_, mentions)| mentions.any(&names));
        if more.is_empty() {
            return found;
        }
        rest = others;
        for (id, _) in more {
            found.push(Owner::Fn(id));
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
            routers: shapes.names().collect(),
            ..Self::default()
        };
        names.add_clients(defs);
        names
    }

    /// Functions and macros of clients' sheets.
    fn add_clients(&mut self, defs: &Defs<'_>) {
        let catalogue = defs.catalogue;
        let roles = catalogue
            .types()
            .filter(|ty| ty.role.is_some_and(carriers::is_clients));
        let sheets: FxHashSet<SheetId> = roles.map(|ty| ty.sheet).collect();
        for (path, call) in catalogue.fn_paths() {
            if !sheets.contains(&catalogue.call(call).sheet) {
                continue;
            }
            let mut segments = path.rsplit("::");
            let (Some(name), owner) = (segments.next(), segments.next().unwrap_or_default()) else {
                continue;
            };
            if owner.starts_with(char::is_uppercase) {
                self.associated
                    .insert((Name::from(owner), Name::from(name)));
            } else {
                self.segments.insert(Name::from(name));
            }
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
