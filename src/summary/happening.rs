//! What an event does to connections: its own effect, or its callees' in the terms of this unit.

use super::effect::Step;
use super::{Begun, Canon, Effect, Fresh, HandedBack, Program, Returned, Summary, instantiate};
use crate::body::{Event, EventKind, Unit, UnitId};
use crate::catalogue::{Effect as Deed, Role};
use crate::defs::FnId;
use crate::infer::{Owner, Part, Place, Root, Val};
use crate::ir::Name;
use crate::source::Span;

/// An effect at an event, and the transaction that its caller holds open around it.
#[derive(Debug)]
pub struct Happening {
    /// What happens.
    pub effect: Effect,
    /// The pool or connection of a transaction that a callee opened around a closure of this body.
    pub inside: Option<Val>,
}

impl Program<'_> {
    /// What a unit's places stand for.
    #[must_use]
    pub fn canon<'u>(&self, unit: &'u Unit) -> Canon<'u>
    where
        Self: 'u,
    {
        Canon::new(&[unit])
    }

    /// What an event does to connections, callees' effects included.
    #[must_use]
    pub fn effects_at(&self, unit: &Unit, canon: &Canon<'_>, event: &Event) -> Vec<Happening> {
        let step = self.step(unit, event);
        if let Some((kind, val, part)) = super::EffectKind::of(&event.kind) {
            let on = canon.val(self, &val);
            return vec![Happening {
                effect: Effect {
                    kind,
                    on,
                    part,
                    in_own_transaction: false,
                    refused: false,
                    after_end: false,
                    only: Vec::new(),
                    steps: [step].into(),
                },
                inside: None,
            }];
        }
        let EventKind::Call { fns, args } = &event.kind else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (id, summary) in fns.iter().filter_map(|id| Some((*id, self.of_fn(*id)?))) {
            let effects = summary
                .effects
                .iter()
                .filter_map(|effect| instantiate(self, canon, effect, (id, args), step.clone()));
            found.extend(effects.map(|effect| Happening {
                effect,
                inside: None,
            }));
            self.callbacks(unit, canon, summary, args, &step, &mut found);
        }
        found
    }

    /// Effects of the closures and futures among the arguments that the callee runs.
    fn callbacks(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        callee: &Summary,
        args: &[crate::body::Arg],
        step: &Step,
        found: &mut Vec<Happening>,
    ) {
        for (inner, inside) in self.run_by(unit, canon, callee, args) {
            for effect in &self.summaries[inner].effects {
                found.push(Happening {
                    effect: self.lifted(canon, effect, step),
                    inside: inside.clone(),
                });
            }
        }
    }

    /// Closures and futures among the arguments that the callee runs, and the pool or connection of the transaction that it opens
    /// around them.
    pub(super) fn run_by(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        callee: &Summary,
        args: &[crate::body::Arg],
    ) -> Vec<(usize, Option<Val>)> {
        let mut found = Vec::new();
        for run in &callee.runs {
            let Root::Param(index) = run.what.root else {
                continue;
            };
            let inside = run
                .inside
                .as_ref()
                .map(|on| self.instantiate_val(canon, on, args));
            let given = args.iter().filter(|arg| arg.param == index);
            for place in given.flat_map(|arg| arg.val.places()) {
                if let Root::Site(site) = place.root
                    && let Some(inner) = self.inner(unit.id.owner, site)
                {
                    found.push((inner, inside.clone()));
                }
            }
        }
        found
    }

    /// What a mutex guard made here stands for to everybody else: what the mutex guards.
    pub(super) fn unlocked(&self, unit: &Unit, canon: &Canon<'_>, val: &Val) -> Val {
        val.map(|place| {
            let Root::Site(site) = place.root else {
                return Val::One(place.clone());
            };
            let mut events = unit.events();
            let mutex = events.find_map(|event| match &event.kind {
                EventKind::MutexLock { on, .. } if event.at == site => Some(on),
                _ => None,
            });
            match mutex.map(|on| canon.val(self, on)) {
                Some(on) if on != Val::None => on.map(|on| Val::One(place.rebased(on))),
                _ => Val::One(place.clone()),
            }
        })
    }

    /// A closure's effect: its places are already those of the body around it.
    fn lifted(&self, canon: &Canon<'_>, effect: &Effect, step: &Step) -> Effect {
        let steps = std::iter::once(step.clone()).chain(effect.steps.iter().cloned());
        Effect {
            on: canon.val(self, &effect.on),
            // Whoever runs it may run it again.
            refused: false,
            after_end: false,
            steps: steps.take(super::effect::MAX_STEPS).collect(),
            ..effect.clone()
        }
    }

    /// A callee's place as its caller knows it.
    #[must_use]
    pub fn instantiate_val(&self, canon: &Canon<'_>, val: &Val, args: &[crate::body::Arg]) -> Val {
        let mut places = Vec::new();
        for place in val.places() {
            match place.root {
                Root::Param(index) => {
                    let bases = args
                        .iter()
                        .filter(|arg| arg.param == index)
                        .flat_map(|arg| arg.val.places());
                    places.extend(bases.map(|base| place.rebased(base)));
                }
                Root::Static(_) => places.push(place.clone()),
                _ => {}
            }
        }
        canon.val(self, &Val::from_places(places))
    }

    /// The event's place in its function.
    #[must_use]
    pub fn step(&self, unit: &Unit, event: &Event) -> Step {
        let (file, within) = match unit.id.owner {
            Owner::Fn(id) => (self.types.defs.function(id).file, Some(id)),
            Owner::Value(id) => (self.types.defs.value(id).span.file, None),
        };
        Step {
            span: Span {
                file,
                range: event.range,
            },
            within,
        }
    }

    /// The resource that a place is, if a call or event of this unit makes it.
    #[must_use]
    pub fn fresh_at(&self, unit: &Unit, canon: &Canon<'_>, place: &Place) -> Option<Fresh> {
        let Root::Site(site) = place.root else {
            return None;
        };
        let event = canon.maker(site)?;
        match &event.kind {
            EventKind::Checkout { pool, call, .. } if place.path.is_none() => Some(Fresh {
                is_transaction: false,
                on: canon.val(self, &pool.val),
                on_part: pool.part,
                call: *call,
                is_sole: false,
                immediate: None,
            }),
            EventKind::Begin { on, call, mode, .. } if place.path.is_none() => Some(Fresh {
                is_transaction: true,
                on: canon.val(self, &on.val),
                on_part: on.part,
                call: *call,
                is_sole: false,
                immediate: mode.immediate,
            }),
            EventKind::Call { .. } => self
                .fresh_of_call(unit, canon, event)
                .into_iter()
                .find(|(path, _)| path.as_slice() == place.fields())
                .map(|(_, fresh)| fresh),
            _ => None,
        }
    }

    /// Whether a unit writes on a connection or transaction, itself or through what it calls.
    pub(super) fn is_written_on(&self, unit: &Unit, canon: &Canon<'_>, on: &Place) -> bool {
        let mut effects = unit
            .events()
            .flat_map(|event| self.effects_at(unit, canon, event))
            .map(|happening| happening.effect);
        effects.any(|effect| effect.kind.writes() && effect.on.places().contains(on))
    }

    /// Whether a resource ends with the closure that it is given to: what the call returns is the closure's value.
    pub(super) fn is_over(&self, fresh: &Fresh) -> bool {
        let effect = self.types.defs.catalogue.call(fresh.call).effect;
        matches!(effect, Deed::BeginClosure | Deed::CheckoutClosure)
    }

    /// Resources in fields of what a call returns.
    pub(super) fn fresh_below(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        place: &Place,
    ) -> Vec<(Vec<Name>, Fresh)> {
        let Root::Site(site) = place.root else {
            return Vec::new();
        };
        let event = canon.maker(site);
        let Some(event) = event.filter(|event| matches!(event.kind, EventKind::Call { .. })) else {
            return Vec::new();
        };
        let below = |(path, fresh): (Vec<Name>, Fresh)| {
            path.strip_prefix(place.fields())
                .filter(|rest| !rest.is_empty())
                .map(|rest| (rest.to_vec(), fresh))
        };
        self.fresh_of_call(unit, canon, event)
            .into_iter()
            .filter_map(below)
            .collect()
    }

    /// Resources that a call hands to this unit, by field path, in this unit's terms. Of several functions behind a trait all must:
    /// one that hands out a pool holds nothing.
    #[must_use]
    pub fn fresh_of_call(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        event: &Event,
    ) -> Vec<(Vec<Name>, Fresh)> {
        let EventKind::Call { fns, args } = &event.kind else {
            return Vec::new();
        };
        let returns = self.returns_of(unit, fns);
        let mut found: Vec<(Vec<Name>, Fresh)> = Vec::new();
        let is_fresh = |id: FnId, returned: &Returned| match returned {
            Returned::Fresh(fresh) => !self.gives_connection(id, args, &fresh.on),
            Returned::Known(_) => false,
        };
        let all = returns
            .iter()
            .flat_map(|(id, all)| all.iter().map(|one| (*id, one)));
        for (id, (path, returned)) in all {
            let Returned::Fresh(fresh) = returned else {
                continue;
            };
            let hands_out = |(id, all): &(FnId, &[HandedBack])| {
                let mut here = all.iter().filter(|(other, _)| other == path);
                here.any(|(_, returned)| is_fresh(*id, returned))
            };
            let is_known = found.iter().any(|(other, _)| other == path);
            if !is_known && is_fresh(id, returned) && returns.iter().all(hands_out) {
                let on = self.instantiate_val(canon, &fresh.on, args);
                let fresh = fresh.clone();
                found.push((path.clone(), Fresh { on, ..fresh }));
            }
        }
        found
    }

    /// What each of a call's functions hands back; those that never do, and what only tests have, left out.
    fn returns_of(&self, unit: &Unit, fns: &[FnId]) -> Vec<(FnId, &[HandedBack])> {
        let defs = self.types.defs;
        let in_test = matches!(unit.id.owner, Owner::Fn(id) if defs.is_test(id));
        let is_it = |id: &&FnId| fns.len() == 1 || in_test || !defs.is_test(**id);
        let known = fns.iter().filter(is_it).filter_map(|id| {
            let index = *self.index.get(&UnitId {
                owner: Owner::Fn(*id),
                inner: None,
            })?;
            let is_told = fns.len() == 1 || self.units[index].graph.returns();
            is_told.then_some((*id, self.summaries[index].returns.as_slice()))
        });
        known.collect()
    }

    /// The transaction that a value is, if it was begun in this unit.
    #[must_use]
    pub fn transaction_of(&self, unit: &Unit, canon: &Canon<'_>, val: &Val) -> Option<Fresh> {
        let places = canon.val(self, val);
        places.places().iter().find_map(|place| {
            self.fresh_at(unit, canon, place)
                .filter(|fresh| fresh.is_transaction)
        })
    }

    /// How a unit's transaction begins on SQLite.
    #[must_use]
    pub fn begun(&self, unit: &Unit, canon: &Canon<'_>, transaction: &Fresh) -> Begun {
        let is_pool = |part: Part| matches!(part.role, Role::Pool | Role::Checkout);
        let on = canon.val(self, &transaction.on);
        let taken = || {
            let fresh = on.one().and_then(|place| self.fresh_at(unit, canon, place));
            fresh.is_some_and(|fresh| !fresh.is_transaction || fresh.on_part.is_some_and(is_pool))
        };
        // What the connection is told to begin with isn't followed.
        let is_told = |event: &Event| matches!(&event.kind, EventKind::PoolOption { option, .. } if *option == "transaction_behavior");
        Begun {
            immediate: transaction
                .immediate
                .filter(|_| !unit.events().any(is_told)),
            is_pooled: transaction.on_part.is_some_and(is_pool) || taken(),
        }
    }

    /// The part that a role by type and callers give a place.
    #[must_use]
    pub fn role_of(&self, unit: &Unit, place: &Place, part: Option<Part>) -> Option<Role> {
        let declared = part.map(|part| part.role);
        let is_open = part.is_none_or(|part| part.is_bound || part.role == Role::Executor);
        match (place.root, unit.id.owner, unit.id.inner) {
            (Root::Param(index), Owner::Fn(id), _) if is_open && place.path.is_none() => {
                self.given_role(id, index).or(declared)
            }
            _ => declared,
        }
    }
}
