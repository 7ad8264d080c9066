//! Bodies' texts to what their names lead to, module by module.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::kinds::Kinds;
use super::named::{Found, Index};
use crate::defs::{Def, FnId, Head, ImplId, ModuleId, head};
use crate::ir::Name;
use crate::lower::Mentions;

/// Reads bodies, those of one module at a time.
pub(super) struct Reader<'i, 'd, 'a> {
    index: &'i Index<'d, 'a>,
    module: ModuleId,
    /// What paths of the module lead to, if to anything.
    known: Known,
    /// Those that begin with `Self` in the block at hand.
    block: Option<ImplId>,
    of_self: Known,
}

type Known = FxHashMap<Box<[Name]>, Option<Rc<Found>>>;

impl<'i, 'd, 'a> Reader<'i, 'd, 'a> {
    pub(super) fn new(index: &'i Index<'d, 'a>, module: ModuleId) -> Self {
        Self {
            index,
            module,
            known: Known::default(),
            block: None,
            of_self: Known::default(),
        }
    }

    /// What a function's body leads to.
    pub(super) fn of_fn(&mut self, id: FnId) -> Found {
        let function = self.index.defs.function(id);
        let Some(mentions) = self.index.defs.mentions(id) else {
            return Found::default();
        };
        let module = function.block.unwrap_or(function.module);
        let mut found = self.read(module, function.in_impl, &mentions);
        // Type parameters hide what has their name.
        let block = function
            .in_impl
            .map(|id| self.index.defs.implementation(id));
        let own = function.ir.generics.params.iter();
        let of_trait = function.in_trait.map(|id| self.index.defs.of_trait(id));
        let outer = block.iter().map(|block| &block.ir.generics);
        let outer = outer.chain(of_trait.iter().map(|of| &of.ir.generics));
        for param in own.chain(outer.flat_map(|generics| &generics.params)) {
            for path in mentions.paths() {
                if path.len() > 1 && path[0] == param.name {
                    self.index.add_of_trait(path[path.len() - 1], &mut found);
                }
            }
        }
        found
    }

    /// What a text in a module leads to.
    pub(super) fn read(
        &mut self,
        module: ModuleId,
        block: Option<ImplId>,
        mentions: &Mentions,
    ) -> Found {
        if self.block != block {
            self.of_self.clear();
            self.block = block;
        }
        let mut found = Found::default();
        self.index.add_plain(mentions, &mut found);
        let mut said: FxHashSet<&[Name]> = FxHashSet::default();
        for path in mentions.paths() {
            if said.insert(path)
                && let Some(led) = self.of_path(module, path)
            {
                found.add(&led);
            }
        }
        for name in &mentions.macros {
            let made = self.index.meanings.named_macro(*name);
            found.kinds |= made.kinds;
            found.acts |= made.acts;
            if let Some(written) = self.index.macros.get(name) {
                found.add(written);
            }
        }
        found.once_each();
        found
    }

    fn of_path(&mut self, module: ModuleId, path: &[Name]) -> Option<Rc<Found>> {
        let is_self = path[0] == "Self";
        let known = if is_self { &self.of_self } else { &self.known };
        let is_here = is_self || module == self.module;
        if let Some(known) = known.get(path).filter(|_| is_here) {
            return known.clone();
        }
        let mut found = Found::default();
        if is_self {
            self.add_self(path, &mut found);
        } else {
            self.add_path(module, path, &mut found);
        }
        let found = (!found.is_empty()).then(|| Rc::new(found));
        if is_here {
            let known = if is_self {
                &mut self.of_self
            } else {
                &mut self.known
            };
            known.insert(path.into(), found.clone());
        }
        found
    }

    fn add_self(&self, path: &[Name], found: &mut Found) {
        let of = self
            .block
            .map(|id| &self.index.defs.implementation(id).self_ty);
        let of = of.and_then(head);
        let held = self.index.of_head(of);
        match (of, path) {
            (_, [_]) => found.add_held(&held),
            (Some(of), [_, name]) => self.index.add_member(of, &held, *name, found),
            (_, [.., name]) => self.index.add_of_trait(*name, found),
            _ => {}
        }
    }

    fn add_path(&self, module: ModuleId, path: &[Name], found: &mut Found) {
        let Index {
            defs,
            carriers,
            values,
            ..
        } = self.index;
        let all = defs.resolve_prefix(module, path);
        let last = path[path.len() - 1];
        for resolved in all {
            let is_whole = resolved.used == path.len();
            match resolved.def {
                Def::Fn(id) => self.index.add_fn(id, found),
                Def::Adt(id) if !is_whole => {
                    let of = Some(Head::Adt(id));
                    let held = self.index.of_head(of);
                    self.index.add_member(Head::Adt(id), &held, last, found);
                }
                Def::Adt(id) | Def::Variant(id, _) => {
                    found.add_held(&self.index.of_head(Some(Head::Adt(id))));
                }
                Def::Trait(id) => {
                    found.add_held(&self.index.of_head(Some(Head::Trait(id))));
                    let members = self.index.of_traits.get(&(id, last));
                    for id in members.into_iter().flatten() {
                        self.index.add_fn(*id, found);
                    }
                }
                Def::Alias(id) => {
                    let (of, held) = carriers.of_alias(id);
                    found.add_held(&held);
                    if let (Some(of), false) = (of, is_whole) {
                        self.index.add_member(of, &held, last, found);
                    }
                }
                Def::Value(id) => {
                    let held = &values[id.0 as usize];
                    found.add_held(held);
                    found.has_static |= held.all().meets(Kinds::HANDLE);
                }
                Def::Extern(path) => self.add_extern(&path, found),
                Def::Module(_) | Def::Macro => {}
            }
        }
    }

    fn add_extern(&self, path: &str, found: &mut Found) {
        let made = self.index.meanings.of_path(path);
        found.kinds |= made.kinds;
        found.acts |= made.acts;
        if let Some((owner, member)) = path.rsplit_once("::") {
            let Some(name) = Name::from_existing(member) else {
                return;
            };
            let own = self
                .index
                .members
                .get(&(self.index.meanings.head(owner), name));
            let others = self.index.of_any.get(&name);
            for id in own.into_iter().chain(others).flatten() {
                self.index.add_fn(*id, found);
            }
        }
    }
}
