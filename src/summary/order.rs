//! Callees before callers; within a cycle, rounds until nothing changes.

use petgraph::graph::{DiGraph, NodeIndex};

use super::effect::Step;
use super::{Canon, Effect, Fresh, Program, Returned, Run, Summary, instantiate};
use crate::body::{Event, EventKind, Exit, Unit, UnitId};
use crate::catalogue::Role;
use crate::infer::{Owner, Place, Root, Val};
use crate::ir::Name;
use crate::source::Span;

/// More rounds than any cycle of calls needs.
const MAX_ROUNDS: usize = 8;
/// Effects of one function beyond this are not told.
const MAX_EFFECTS: usize = 48;

/// Fills the summaries of all units.
pub(super) fn summarise(program: &mut Program<'_>) {
    let graph = call_graph(program);
    for component in petgraph::algo::kosaraju_scc(&graph) {
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for node in &component {
                let summary = read(program, node.index());
                changed |= summary != program.summaries[node.index()];
                program.summaries[node.index()] = summary;
            }
            if !changed || component.len() == 1 && !graph.contains_edge(component[0], component[0])
            {
                break;
            }
        }
    }
}

fn call_graph(program: &Program<'_>) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(program.units.len(), program.units.len());
    for _ in &program.units {
        graph.add_node(());
    }
    for (from, unit) in program.units.iter().enumerate() {
        let mut callees: Vec<usize> = Vec::new();
        for event in unit.graph.blocks.iter().flat_map(|block| &block.events) {
            let EventKind::Call { fns, args } = &event.kind else {
                continue;
            };
            callees.extend(fns.iter().filter_map(|id| {
                program.index.get(&UnitId {
                    owner: Owner::Fn(*id),
                    inner: None,
                })
            }));
            let sites =
                args.iter()
                    .flat_map(|arg| arg.val.places())
                    .filter_map(|place| match place.root {
                        Root::Site(site) => program.inner(unit.id.owner, site),
                        _ => None,
                    });
            callees.extend(sites);
        }
        callees.sort_unstable();
        callees.dedup();
        for to in callees {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
    }
    graph
}

fn read(program: &Program<'_>, index: usize) -> Summary {
    let unit = &program.units[index];
    let canon = program.canon(unit);
    let mut summary = Summary::default();
    for block in &unit.graph.blocks {
        for event in &block.events {
            for happening in program.effects_at(unit, &canon, event) {
                let on = program.unlocked(unit, &canon, &happening.effect.on);
                let through = through_own(program, unit, &canon, &happening.effect);
                add_effect(
                    &mut summary,
                    unit,
                    Effect {
                        on,
                        ..happening.effect
                    },
                );
                through
                    .into_iter()
                    .for_each(|effect| add_effect(&mut summary, unit, effect));
            }
            add_run(program, &mut summary, unit, &canon, event);
        }
        if let Some(Exit::Return(val)) = &block.exit {
            add_returned(program, &mut summary, unit, &canon, val);
        }
    }
    summary.leaves = program.leaves(unit);
    summary
}

/// A statement on a connection that the unit took from a pool is, to its caller, one on the pool.
fn through_own(
    program: &Program<'_>,
    unit: &Unit,
    canon: &Canon<'_>,
    effect: &Effect,
) -> Option<Effect> {
    if !matches!(effect.kind, super::EffectKind::Statement(..)) {
        return None;
    }
    let mut place = effect.on.one()?.clone();
    for _ in 0..MAX_ROUNDS {
        let fresh = program.fresh_at(unit, canon, &place)?;
        let on = fresh.on.one()?.clone();
        let part = fresh.on_part?;
        if program.role_of(unit, &on, Some(part)) == Some(Role::Pool) {
            return Some(Effect {
                on: Val::One(on),
                part: Some(part),
                ..effect.clone()
            });
        }
        place = on;
    }
    None
}

fn add_effect(summary: &mut Summary, unit: &Unit, effect: Effect) {
    // A closure's effects are told in the terms of the body around it.
    let visible = |place: &&Place| {
        unit.id.inner.is_some() || matches!(place.root, Root::Param(_) | Root::Static(_))
    };
    let places: Vec<Place> = effect.on.places().iter().filter(visible).cloned().collect();
    if places.is_empty() || summary.effects.len() >= MAX_EFFECTS && !effect.ends_transaction() {
        return;
    }
    let on = Val::from_places(places);
    if !summary
        .effects
        .iter()
        .any(|known| known.on == on && known.kind.same(&effect.kind))
    {
        summary.effects.push(Effect { on, ..effect });
    }
}

fn add_run(
    program: &Program<'_>,
    summary: &mut Summary,
    unit: &Unit,
    canon: &Canon<'_>,
    event: &Event,
) {
    let mut add = |run: Run| {
        if !summary.runs.contains(&run) && summary.runs.len() < MAX_ROUNDS {
            summary.runs.push(run);
        }
    };
    match &event.kind {
        EventKind::RunParam { what, args } => {
            let handed = args
                .iter()
                .find_map(|arg| program.transaction_on(unit, canon, &arg.val));
            add(Run {
                what: what.clone(),
                inside: handed,
            });
        }
        EventKind::Call { fns, args } => {
            // Handed on to a callee that runs it.
            for run in fns
                .iter()
                .filter_map(|id| program.of_fn(*id))
                .flat_map(|summary| &summary.runs)
            {
                let Root::Param(index) = run.what.root else {
                    continue;
                };
                for arg in args.iter().filter(|arg| arg.param == index) {
                    for place in arg
                        .val
                        .places()
                        .iter()
                        .filter(|place| matches!(place.root, Root::Param(_)))
                    {
                        let inside = run
                            .inside
                            .as_ref()
                            .map(|on| program.instantiate_val(unit, canon, on, args));
                        add(Run {
                            what: run.what.rebased(place),
                            inside,
                        });
                    }
                }
            }
        }
        _ => {}
    }
}

fn add_returned(
    program: &Program<'_>,
    summary: &mut Summary,
    unit: &Unit,
    canon: &Canon<'_>,
    val: &Val,
) {
    let mut queue: Vec<(Vec<Name>, Place)> = val
        .places()
        .iter()
        .map(|place| (Vec::new(), place.clone()))
        .collect();
    while let Some((path, place)) = queue.pop() {
        if path.len() > 3 || summary.returns.len() > MAX_EFFECTS {
            continue;
        }
        let known = Val::from_places(canon.places(program, unit, &place));
        for known in program.unlocked(unit, canon, &known).places() {
            match known.root {
                Root::Param(_) | Root::Static(_) => {
                    push_returned(summary, path.clone(), Returned::Known(known.clone()))
                }
                Root::Site(site) => {
                    if let Some(fresh) = program.fresh_at(unit, canon, known) {
                        push_returned(summary, path.clone(), Returned::Fresh(fresh));
                    }
                    for (inner, fresh) in program.fresh_below(unit, canon, known) {
                        push_returned(
                            summary,
                            path.iter().copied().chain(inner).collect(),
                            Returned::Fresh(fresh),
                        );
                    }
                    let fields = unit
                        .literals
                        .iter()
                        .filter(|(id, _, _)| *id == site && known.path.is_none());
                    for (_, name, val) in fields {
                        let below: Vec<Name> = path.iter().copied().chain([*name]).collect();
                        queue.extend(
                            val.places()
                                .iter()
                                .map(|place| (below.clone(), place.clone())),
                        );
                    }
                }
                _ => {}
            }
        }
    }
}

fn push_returned(summary: &mut Summary, path: Vec<Name>, returned: Returned) {
    let entry = (path, returned);
    if !summary.returns.contains(&entry) {
        summary.returns.push(entry);
    }
}

/// An effect at an event, and the transaction that its caller holds open around it.
#[derive(Debug)]
pub struct Happening {
    /// What happens.
    pub effect: Effect,
    /// The pool or connection of a transaction that a callee opened around a closure of this body.
    pub inside: Option<Val>,
}

impl<'a> Program<'a> {
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
            let on = canon.val(self, unit, &val);
            return vec![Happening {
                effect: Effect {
                    kind,
                    on,
                    part,
                    steps: [step].into(),
                },
                inside: None,
            }];
        }
        let EventKind::Call { fns, args } = &event.kind else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for summary in fns.iter().filter_map(|id| self.of_fn(*id)) {
            let effects = summary
                .effects
                .iter()
                .filter_map(|effect| instantiate(self, unit, canon, effect, args, step.clone()));
            found.extend(effects.map(|effect| Happening {
                effect,
                inside: None,
            }));
            self.callbacks(unit, canon, summary, args, &step, &mut found);
        }
        found
    }

    /// Closures and futures among the arguments that the callee runs.
    fn callbacks(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        callee: &Summary,
        args: &[crate::body::Arg],
        step: &Step,
        found: &mut Vec<Happening>,
    ) {
        for run in &callee.runs {
            let Root::Param(index) = run.what.root else {
                continue;
            };
            let inside = run
                .inside
                .as_ref()
                .map(|on| self.instantiate_val(unit, canon, on, args));
            for place in args
                .iter()
                .filter(|arg| arg.param == index)
                .flat_map(|arg| arg.val.places())
            {
                let Root::Site(site) = place.root else {
                    continue;
                };
                let Some(inner) = self.inner(unit.id.owner, site) else {
                    continue;
                };
                for effect in &self.summaries[inner].effects {
                    if let Some(effect) = instantiate(self, unit, canon, effect, &[], step.clone())
                    {
                        found.push(Happening {
                            effect,
                            inside: inside.clone(),
                        });
                    }
                }
            }
        }
    }

    /// What a mutex guard made here stands for to everybody else: what the mutex guards.
    fn unlocked(&self, unit: &Unit, canon: &Canon<'_>, val: &Val) -> Val {
        val.map(|place| {
            let Root::Site(site) = place.root else {
                return Val::One(place.clone());
            };
            let mut events = unit.graph.blocks.iter().flat_map(|block| &block.events);
            let mutex = events.find_map(|event| match &event.kind {
                EventKind::MutexLock { on, .. } if event.at == site => Some(on),
                _ => None,
            });
            match mutex.map(|on| canon.val(self, unit, on)) {
                Some(on) if on != Val::None => on.map(|on| Val::One(place.rebased(on))),
                _ => Val::One(place.clone()),
            }
        })
    }

    /// A callee's place as its caller knows it.
    #[must_use]
    pub fn instantiate_val(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        val: &Val,
        args: &[crate::body::Arg],
    ) -> Val {
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
        canon.val(self, unit, &Val::from_places(places))
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
                on: canon.val(self, unit, &pool.val),
                on_part: pool.part,
                call: *call,
            }),
            EventKind::Begin { on, call, .. } if place.path.is_none() => Some(Fresh {
                is_transaction: true,
                on: canon.val(self, unit, &on.val),
                on_part: on.part,
                call: *call,
            }),
            EventKind::Call { .. } => self
                .fresh_of_call(unit, canon, event)
                .into_iter()
                .find(|(path, _)| path.as_slice() == place.fields())
                .map(|(_, fresh)| fresh),
            _ => None,
        }
    }

    /// Resources in fields of what a call returns.
    fn fresh_below(
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

    /// Resources that a call hands to this unit, by field path, in this unit's terms.
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
        let mut found = Vec::new();
        for (path, returned) in fns
            .iter()
            .filter_map(|id| self.of_fn(*id))
            .flat_map(|summary| &summary.returns)
        {
            if let Returned::Fresh(fresh) = returned {
                let on = self.instantiate_val(unit, canon, &fresh.on, args);
                let known = found
                    .iter()
                    .any(|(other, _): &(Vec<Name>, Fresh)| other == path);
                if !known {
                    found.push((
                        path.clone(),
                        Fresh {
                            on,
                            ..fresh.clone()
                        },
                    ));
                }
            }
        }
        found
    }

    /// The pool or connection whose transaction a value is, if it was begun in this unit.
    #[must_use]
    pub fn transaction_on(&self, unit: &Unit, canon: &Canon<'_>, val: &Val) -> Option<Val> {
        let places = canon.val(self, unit, val);
        let fresh = places.places().iter().find_map(|place| {
            self.fresh_at(unit, canon, place)
                .filter(|fresh| fresh.is_transaction)
        });
        fresh.map(|fresh| fresh.on)
    }

    /// The part that a role by type and callers give a place.
    #[must_use]
    pub fn role_of(
        &self,
        unit: &Unit,
        place: &Place,
        part: Option<crate::infer::Part>,
    ) -> Option<Role> {
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
