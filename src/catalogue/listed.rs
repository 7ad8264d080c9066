//! All that the sheets say, to be gone through.

use super::{Catalogue, Effect, ExtCall, ExtId, ExtTrait, PathMeaning, TraitExtId};
use crate::ir::Name;

/// What a method is called on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum On {
    /// A type.
    Type(ExtId),
    /// A trait.
    Trait(TraitExtId),
    /// A builder of any type.
    Any,
}

impl Catalogue {
    /// All traits.
    pub fn traits(&self) -> impl Iterator<Item = &ExtTrait> {
        self.traits.iter()
    }

    /// What takes a connection out of a pool.
    #[must_use]
    pub fn checkout(&self, pool: ExtId) -> Option<&ExtCall> {
        let mut all = self.methods_on();
        let (_, _, call) = all.find(|(on, _, call)| {
            matches!(on, On::Type(id) if *id == pool) && call.effect == Effect::Checkout
        })?;
        Some(call)
    }

    /// All methods; those of whose names a derive decides as `*`.
    pub fn methods_on(&self) -> impl Iterator<Item = (On, Name, &ExtCall)> {
        let of_types = self.on_type.iter();
        let of_types = of_types.map(|((id, name), calls)| (On::Type(*id), *name, calls));
        let of_traits = self.on_trait.iter();
        let of_traits = of_traits.map(|((id, name), calls)| (On::Trait(*id), *name, calls));
        let like = self.like.iter();
        let like = like.flat_map(|(id, all)| all.iter().map(|like| (*id, &like.calls)));
        let like = like.map(|(id, calls)| (On::Trait(id), Name::from("*"), calls));
        let of_any = self.on_any.iter();
        let of_any = of_any.map(|(name, calls)| (On::Any, *name, calls));
        let all = of_types.chain(of_traits).chain(like).chain(of_any);
        all.flat_map(move |(on, name, calls)| {
            calls.iter().map(move |id| (on, name, self.call(*id)))
        })
    }

    /// All types, aliases and traits by path.
    pub fn paths(&self) -> impl Iterator<Item = (&str, PathMeaning)> {
        let all = self.paths.iter();
        all.map(|(path, meaning)| (path.as_str(), *meaning))
    }
}
