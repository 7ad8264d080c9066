//! What must hold of a function's own flags and options for something in it to happen: a call that hands in a literal decides it.

use super::Program;
use crate::body::{Arg, Condition, Event, EventKind, Graph, Holds, Unit};
use crate::defs::FnId;
use crate::infer::{Owner, Place, Root};
use crate::ty::Ty;

/// Where something can only happen if conditions hold.
pub(super) struct Conditions {
    /// Before each block, on every path; none where no path leads.
    before: Vec<Option<Vec<Condition>>>,
}

impl Conditions {
    pub(super) fn of(graph: &Graph) -> Self {
        let mut before = vec![None; graph.blocks.len()];
        let mut events = graph.blocks.iter().flat_map(|block| &block.events);
        let mut queue = Vec::new();
        if events.any(|event| matches!(event.kind, EventKind::Assume(_))) {
            before[0] = Some(Vec::new());
            queue.push(0);
        }
        while let Some(at) = queue.pop() {
            let mut after: Vec<Condition> = before[at].clone().unwrap_or_default();
            graph.blocks[at]
                .events
                .iter()
                .for_each(|event| learn(&mut after, event));
            for next in graph.blocks[at].next.iter().map(|next| next.0 as usize) {
                let joined = match &before[next] {
                    None => after.clone(),
                    Some(known) => common(known, &after),
                };
                if before[next].as_ref() != Some(&joined) {
                    before[next] = Some(joined);
                    queue.push(next);
                }
            }
        }
        Self { before }
    }

    /// What holds before a block.
    pub(super) fn before(&self, block: usize) -> Vec<Condition> {
        self.before[block].clone().unwrap_or_default()
    }
}

/// What is known once an event has happened.
pub(super) fn learn(known: &mut Vec<Condition>, event: &Event) {
    if let EventKind::Assume(condition) = event.kind {
        add(known, condition);
    }
}

/// What must hold for both: for what only happens where the other holds as well.
pub(super) fn both(mut one: Vec<Condition>, other: &[Condition]) -> Vec<Condition> {
    other.iter().for_each(|condition| add(&mut one, *condition));
    one
}

/// What must hold for either.
pub(super) fn common(one: &[Condition], other: &[Condition]) -> Vec<Condition> {
    one.iter()
        .copied()
        .filter(|condition| other.contains(condition))
        .collect()
}

/// A callee's conditions in its caller's terms; none where the call hands in what rules one out.
pub(super) fn at_call(conditions: &[Condition], args: &[Arg]) -> Option<Vec<Condition>> {
    let mut left = Vec::new();
    for condition in conditions {
        let given = args.iter().find(|arg| arg.param == condition.param);
        if let Some(of) = condition.of {
            match given {
                Some(arg) if arg.adt.is_some_and(|adt| adt != of) => return None,
                Some(arg) => left.extend(handed_on(arg).map(|param| Condition {
                    param,
                    ..*condition
                })),
                None => {}
            }
            continue;
        }
        match given.map(|arg| arg.holds).unwrap_or_default() {
            Holds::Always(holds) if condition.other_than.is_none() && holds != condition.holds => {
                return None;
            }
            Holds::Variant(of, variant) if condition.other_than == Some((of, variant)) => {
                return None;
            }
            // Nobody knows that none is handed in.
            Holds::Unknown if condition.lends && !condition.holds => return None,
            Holds::Like(param) => add(
                &mut left,
                Condition {
                    param,
                    ..*condition
                },
            ),
            _ => {}
        }
    }
    Some(left)
}

/// The caller's own parameter that it hands on.
fn handed_on(arg: &Arg) -> Option<u32> {
    match arg.val.one() {
        Some(Place {
            root: Root::Param(index),
            path: None,
        }) => Some(*index),
        _ => None,
    }
}

impl Program<'_> {
    /// What must hold for a method of a trait to be this one: the generic parameter that it is called on has the type of its block.
    pub(super) fn by_type(&self, unit: &Unit, method: FnId, args: &[Arg]) -> Option<Condition> {
        let defs = self.types.defs;
        let block = defs.implementation(defs.function(method).in_impl?);
        let (Some(_), Ty::Adt(of, _)) = (&block.of_trait, block.self_ty.peeled()) else {
            return None;
        };
        let receiver = args.iter().find(|arg| arg.param == 0)?;
        let (param, Owner::Fn(id), None) = (handed_on(receiver)?, unit.id.owner, unit.id.inner)
        else {
            return None;
        };
        let signature = self.types.signature(id);
        let ty = signature.params.get(param.checked_sub(1)? as usize)?;
        let is_generic = matches!(ty.peeled(), Ty::Param(_) | Ty::Bounded(_));
        is_generic.then_some(Condition {
            param,
            holds: true,
            lends: false,
            of: Some(*of),
            other_than: None,
        })
    }
}

fn add(known: &mut Vec<Condition>, condition: Condition) {
    if !known.contains(&condition) {
        known.push(condition);
    }
}
