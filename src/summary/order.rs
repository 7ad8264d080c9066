//! Callees before callers; within a cycle, rounds until nothing changes.

use std::cell::LazyCell;

use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;

use super::conditions::{self, Conditions};
use super::refused::{Refusals, ended_before, ends_callers};
use super::{Canon, Effect, Fresh, Happening, Program, Returned, Run, Summary};
use crate::body::{Event, EventKind, Exit, Unit, UnitId};
use crate::catalogue::{Effect as Deed, Role};
use crate::infer::{Owner, Place, Root, Val};
use crate::ir::Name;

/// More rounds than any cycle of calls needs.
const MAX_ROUNDS: usize = 8;
/// Effects of one function beyond this are not told.
const MAX_EFFECTS: usize = 48;

/// Fills the summaries of all units: what calls nothing first, side by side, then what calls only those, and so on.
pub(super) fn summarise(program: &mut Program<'_>) {
    let graph = call_graph(program);
    for (alone, cycles) in levels(&graph) {
        let found: Vec<_> = alone
            .into_par_iter()
            .map(|index| (index, read(program, index)))
            .collect();
        for (index, summary) in found {
            program.summaries[index] = summary;
        }
        cycles.iter().for_each(|cycle| settle(program, cycle));
    }
}

/// Units by how far their calls lead: those outside of cycles, and the cycles.
fn levels(graph: &DiGraph<(), ()>) -> Vec<(Vec<usize>, Vec<Vec<usize>>)> {
    let mut levels: Vec<(Vec<usize>, Vec<Vec<usize>>)> = Vec::new();
    let mut level_of = vec![None; graph.node_count()];
    // Components come with their callees before them; those within have no level yet.
    for component in petgraph::algo::kosaraju_scc(graph) {
        let callees = component.iter().flat_map(|node| graph.neighbors(*node));
        let below = callees.filter_map(|callee| level_of[callee.index()]).max();
        let level = below.map_or(0, |below: usize| below + 1);
        for node in &component {
            level_of[node.index()] = Some(level);
        }
        if levels.len() <= level {
            levels.resize_with(level + 1, Default::default);
        }
        match component.as_slice() {
            [node] if !graph.contains_edge(*node, *node) => levels[level].0.push(node.index()),
            nodes => {
                let cycle = nodes.iter().map(|node| node.index()).collect();
                levels[level].1.push(cycle);
            }
        }
    }
    levels
}

fn settle(program: &mut Program<'_>, cycle: &[usize]) {
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for index in cycle {
            let summary = read(program, *index);
            changed |= summary != program.summaries[*index];
            program.summaries[*index] = summary;
        }
        if !changed {
            return;
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
        for event in unit.events() {
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
    let refusals = LazyCell::new(|| Refusals::of(&unit.graph));
    let happening = |event| program.effects_at(unit, &canon, event);
    let blocks = unit.graph.blocks.iter();
    let happenings: Vec<Vec<Vec<Happening>>> = blocks
        .map(|block| block.events.iter().map(happening).collect())
        .collect();
    let ended = ended_before(unit, &happenings);
    let conditions = Conditions::of(&unit.graph);
    let blocks = unit.graph.blocks.iter().zip(happenings);
    for (at, (block, happenings)) in blocks.enumerate() {
        let mut is_over = ended[at];
        let mut holds = conditions.before(at);
        for (event, happenings) in block.events.iter().zip(happenings) {
            conditions::learn(&mut holds, event);
            let ends = happenings.iter().any(|one| ends_callers(unit, one));
            for mut happening in happenings {
                let effect = &mut happening.effect;
                effect.refused = refusals.follow(at, event, effect);
                effect.after_end = is_over || effect.after_end && ends;
                effect.only = conditions::both(std::mem::take(&mut effect.only), &holds);
                let on = program.unlocked(unit, &canon, &happening.effect.on);
                let through = through_own(program, unit, &canon, &happening.effect);
                add_effect(
                    program,
                    &mut summary,
                    unit,
                    Effect {
                        on,
                        ..happening.effect
                    },
                );
                through
                    .into_iter()
                    .for_each(|effect| add_effect(program, &mut summary, unit, effect));
            }
            is_over |= ends && !matches!(event.kind, EventKind::Call { .. });
            add_run(program, &mut summary, unit, &canon, event);
        }
        if let Some(Exit::Return(val)) = &block.exit {
            add_returned(program, &mut summary, unit, &canon, val);
            program.add_texts(&mut summary, &canon, val);
        }
    }
    summary.leaves = program.leaves(unit);
    summary.outside = program.outside(unit, &canon);
    summary.makes_pool = program.makes_pool(unit);
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
    let mut in_own_transaction = effect.in_own_transaction;
    for _ in 0..MAX_ROUNDS {
        let fresh = program
            .fresh_at(unit, canon, &place)
            .or_else(|| only_below(program, unit, canon, &place))?;
        in_own_transaction |= fresh.is_transaction;
        let on = fresh.on.one()?.clone();
        let part = fresh.on_part?;
        if matches!(
            program.role_of(unit, &on, Some(part)),
            Some(Role::Pool | Role::Executor)
        ) {
            return Some(Effect {
                on: Val::One(on),
                part: Some(part),
                in_own_transaction,
                ..effect.clone()
            });
        }
        place = on;
    }
    None
}

/// The one connection that a call's value wraps: the wrapper stands for it.
fn only_below(
    program: &Program<'_>,
    unit: &Unit,
    canon: &Canon<'_>,
    place: &Place,
) -> Option<Fresh> {
    let mut below = program.fresh_below(unit, canon, place).into_iter();
    let (_, only) = below.next()?;
    below.next().is_none().then_some(only)
}

fn add_effect(program: &Program<'_>, summary: &mut Summary, unit: &Unit, effect: Effect) {
    // A closure's effects are told in the terms of the body around it.
    let visible = |place: &&Place| {
        unit.id.inner.is_some() || matches!(place.root, Root::Param(_) | Root::Static(_))
    };
    let places: Vec<Place> = effect.on.places().iter().filter(visible).cloned().collect();
    if places.is_empty() || summary.effects.len() >= MAX_EFFECTS && !effect.ends_transaction() {
        return;
    }
    let on = Val::from_places(places);
    let is_known = |known: &&mut Effect| known.on == on && known.is_like_in_place(&effect);
    match summary.effects.iter_mut().find(is_known) {
        Some(known) => {
            known.refused &= effect.refused;
            known.after_end &= effect.after_end;
            let only = conditions::common(&known.only, &effect.only);
            // What always happens leads the reader where it does.
            if effect.only.len() < known.only.len() {
                known.steps = effect.steps;
            }
            known.only = only;
            // What is prepared and then run does run.
            if program.only_prepares(&known.kind) {
                known.kind = effect.kind;
            }
        }
        None => summary.effects.push(Effect { on, ..effect }),
    }
}

impl Program<'_> {
    fn only_prepares(&self, kind: &super::EffectKind) -> bool {
        let super::EffectKind::Statement(_, call) = kind else {
            return false;
        };
        self.types.defs.catalogue.call(*call).effect == Deed::Prepare
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
                .find_map(|arg| program.transaction_of(unit, canon, &arg.val));
            add(Run {
                what: what.clone(),
                inside: handed.map(|fresh| fresh.on),
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
                            .map(|on| program.instantiate_val(canon, on, args));
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
        let known = Val::from_places(canon.places(program, &place));
        for known in program.unlocked(unit, canon, &known).places() {
            match known.root {
                Root::Param(_) | Root::Static(_) => {
                    push_returned(summary, path.clone(), Returned::Known(known.clone()));
                }
                Root::Site(site) => {
                    if let Some(mut fresh) = program.fresh_at(unit, canon, known)
                        && !program.is_over(&fresh)
                    {
                        fresh.is_sole |= program.is_locked_by_trial(unit, canon, known);
                        if fresh.is_transaction && program.is_written_on(unit, canon, known) {
                            fresh.immediate = Some(true);
                        }
                        push_returned(summary, path.clone(), Returned::Fresh(fresh));
                    }
                    for (inner, fresh) in program.fresh_below(unit, canon, known) {
                        push_returned(
                            summary,
                            path.iter().copied().chain(inner).collect(),
                            Returned::Fresh(fresh),
                        );
                    }
                    for (inner, given) in canon.below(program, known) {
                        queue.push((path.iter().copied().chain(inner).collect(), given));
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
