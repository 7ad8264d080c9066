//! Ways to circles: first those of two, then longer ones; one finding a circle.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use rustc_hash::FxHashSet;

use super::ways::{Lock, Taken, Way};

/// Circles longer than this are not looked for.
const MAX_LENGTH: usize = 4;

type Edges<'w> = BTreeMap<(&'w Lock, &'w Lock), Vec<&'w Way>>;

/// Circles, each from the way that comes first in the workspace.
pub(super) fn cycles(ways: &[Way]) -> Vec<Vec<&Way>> {
    let mut edges: Edges<'_> = BTreeMap::new();
    for way in ways {
        edges
            .entry((&way.first.lock, &way.second.lock))
            .or_default()
            .push(way);
    }
    let mut found: Vec<Vec<&Way>> = Vec::new();
    for (&(from, to), there) in edges.iter().filter(|((from, to), _)| from < to) {
        let back = edges.get(&(to, from)).map_or(&[][..], Vec::as_slice);
        found.extend(pair(there, back));
    }
    found.extend(longer(&edges, &found));
    for cycle in &mut found {
        let first = (0..cycle.len()).min_by_key(|index| cycle[*index].second.span);
        cycle.rotate_left(first.unwrap_or_default());
    }
    found.sort_by_key(|cycle| cycle[0].second.span);
    let mut told: FxHashSet<Vec<&str>> = FxHashSet::default();
    found.retain(|cycle| told.insert(functions(cycle)));
    found
}

/// The functions of a circle: those of one circle seldom have just that one.
fn functions<'w>(cycle: &[&'w Way]) -> Vec<&'w str> {
    let mut names: Vec<&str> = cycle.iter().map(|way| way.function.as_str()).collect();
    names.sort_unstable();
    names
}

fn pair<'w>(there: &[&'w Way], back: &[&'w Way]) -> Option<Vec<&'w Way>> {
    let pairs = there
        .iter()
        .flat_map(|one| back.iter().map(move |other| vec![*one, *other]));
    let closed: Vec<_> = pairs.filter(|cycle| closes(cycle)).collect();
    let sure = closed
        .iter()
        .find(|cycle| cycle.iter().all(|way| way.stays()));
    sure.or_else(|| closed.first()).cloned()
}

/// Whether each way waits for what the next one holds, and nothing lets only one of them in.
fn closes(cycle: &[&Way]) -> bool {
    let meets = |index: usize| {
        let next = cycle[(index + 1) % cycle.len()];
        may_be_same(&cycle[index].second, &next.first)
    };
    let gated = |gate: &Taken| {
        cycle[1..].iter().all(|way| {
            way.before
                .iter()
                .any(|held| held.lock == gate.lock && may_be_same(held, gate))
        })
    };
    (0..cycle.len()).all(meets)
        && cycle.iter().any(|way| way.second.lock.is_in_database())
        && !cycle[0].before.iter().any(gated)
}

/// Whether two places may lock the same rows: all of them, or those picked by the same name.
fn may_be_same(one: &Taken, other: &Taken) -> bool {
    match (&one.names, &other.names) {
        (Some(one), Some(other)) => one.iter().any(|name| other.contains(name)),
        _ => true,
    }
}

/// Circles of three and more among locks that no circle of two has.
fn longer<'w>(edges: &Edges<'w>, known: &[Vec<&'w Way>]) -> Vec<Vec<&'w Way>> {
    let locks: Vec<&Lock> = {
        let mut all: Vec<&Lock> = edges.keys().flat_map(|(from, to)| [*from, *to]).collect();
        all.sort();
        all.dedup();
        all
    };
    let number = |lock: &Lock| locks.binary_search(&lock).unwrap_or_default();
    let pairs = edges.keys().map(|(from, to)| (number(from), number(to)));
    let graph: DiGraph<(), (), usize> = DiGraph::from_edges(pairs);
    let told = |lock: &Lock| known.iter().flatten().any(|way| way.first.lock == *lock);
    let mut found = Vec::new();
    for component in kosaraju_scc(&graph) {
        if component.len() < 3 || component.iter().any(|node| told(locks[node.index()])) {
            continue;
        }
        let Some(start) = component.iter().min() else {
            continue;
        };
        found.extend(from_here(edges, locks[start.index()], &mut Vec::new()));
    }
    found
}

/// The first circle from a lock back to it, in the order of locks.
fn from_here<'w>(
    edges: &Edges<'w>,
    start: &Lock,
    so_far: &mut Vec<&'w Way>,
) -> Option<Vec<&'w Way>> {
    let here = so_far.last().map_or(start, |way| &way.second.lock);
    if so_far.len() > 1 && here == start {
        return closes(so_far).then(|| so_far.clone());
    }
    if so_far.len() == MAX_LENGTH {
        return None;
    }
    for (&(from, to), ways) in edges {
        let passed = so_far.iter().any(|way| way.first.lock == *to);
        if from != here || passed && to != start {
            continue;
        }
        for way in ways.iter().take(MAX_LENGTH) {
            so_far.push(way);
            let found = from_here(edges, start, so_far);
            so_far.pop();
            if found.is_some() {
                return found;
            }
        }
    }
    None
}
