//! What calls leave open in sessions: marks of a callee's that its own paths don't end.

use super::{Canon, Effect, EffectKind, Left, Program, instantiate};
use crate::body::{Arg, Event, EventKind, Exit, Unit};
use crate::flow::{Flow, Resource, ResourceKind, State, marks};
use crate::infer::{Place, Root, Val};

impl Program<'_> {
    /// What an event leaves in sessions.
    #[must_use]
    pub fn left_at(&self, unit: &Unit, canon: &Canon<'_>, event: &Event) -> Vec<Left> {
        let EventKind::Call { fns, args } = &event.kind else {
            let effects = self.effects_at(unit, canon, event);
            return effects
                .iter()
                .flat_map(|happening| left_by(&happening.effect))
                .collect();
        };
        let mut found = Vec::new();
        for (id, summary) in fns.iter().filter_map(|id| Some((*id, self.of_fn(*id)?))) {
            for left in &summary.leaves {
                let on = self.instantiate_val(canon, &left.on, args);
                found.push(Left { on, ..left.clone() });
            }
            // What a text says that the call hands in, only the caller knows.
            for effect in summary.effects.iter().filter(|effect| is_given(effect)) {
                let step = self.step(unit, event);
                let known = instantiate(self, canon, effect, (id, args), step);
                found.extend(known.iter().flat_map(left_by));
            }
            found.extend(
                summary
                    .runs
                    .iter()
                    .flat_map(|run| self.left_by_callback(unit, canon, args, &run.what)),
            );
        }
        found.retain(|left| left.on != Val::None);
        found
    }

    /// Whether a unit takes a session lock on a connection that others don't wait for.
    pub(super) fn is_locked_by_trial(&self, unit: &Unit, canon: &Canon<'_>, on: &Place) -> bool {
        let events = unit.events();
        let mut left = events.flat_map(|event| self.left_at(unit, canon, event));
        left.any(|left| left.mark.is_tried_lock() && left.on.places().contains(on))
    }

    /// What closures and futures leave that the callee runs.
    fn left_by_callback(
        &self,
        unit: &Unit,
        canon: &Canon<'_>,
        args: &[Arg],
        what: &Place,
    ) -> Vec<Left> {
        let Root::Param(index) = what.root else {
            return Vec::new();
        };
        let given = args
            .iter()
            .filter(|arg| arg.param == index)
            .flat_map(|arg| arg.val.places());
        let sites = given.filter_map(|place| match place.root {
            Root::Site(site) => self.inner(unit.id.owner, site),
            _ => None,
        });
        let left = sites.flat_map(|inner| &self.summaries[inner].leaves);
        left.map(|left| Left {
            on: canon.val(self, &left.on),
            ..left.clone()
        })
        .collect()
    }

    /// What a unit leaves in sessions that its caller knows.
    pub(super) fn leaves(&self, unit: &Unit) -> Vec<Left> {
        let canon = self.canon(unit);
        let events = unit.events();
        let mut left = events.flat_map(|event| self.left_at(unit, &canon, event));
        if !left.any(|left| left.on.places().iter().any(|place| is_outside(unit, place))) {
            return Vec::new();
        }
        let flow = Flow::new(self, unit);
        let exits: Vec<_> = flow.exits();
        let normal = exits
            .iter()
            .filter(|(block, _)| {
                matches!(
                    unit.graph.blocks[block.0 as usize].exit,
                    Some(Exit::Return(_))
                )
            })
            .map(|(_, state)| *state);
        let Some(state) = normal.reduce(State::joined) else {
            return Vec::new();
        };
        let of = |(index, resource): (usize, &Resource)| {
            let stays = state.must >> index & 1 == 1
                || state.may >> index & 1 == 1 && !flow.is_ended(index);
            let ResourceKind::Mark(mark) = &resource.kind else {
                return None;
            };
            // A guard that dies here ends it.
            let ends = flow.is_guarded(resource) && !flow.hands_out_guard();
            let is_left = stays && !resource.on_failure && !ends;
            (is_left && is_outside(unit, &resource.place)).then(|| Left {
                mark: mark.clone(),
                on: Val::One(resource.place.clone()),
                part: resource.on_part,
                call: resource.call,
            })
        };
        let mut found: Vec<Left> = flow.resources.iter().enumerate().filter_map(of).collect();
        found.dedup();
        found
    }
}

/// What a statement leaves when it has run.
fn left_by(effect: &Effect) -> Vec<Left> {
    let call = match effect.kind {
        EffectKind::Statement(_, call) => Some(call),
        _ => None,
    };
    let left = |mark| Left {
        mark,
        on: effect.on.clone(),
        part: effect.part,
        call,
    };
    marks(effect).into_iter().map(left).collect()
}

/// A statement whose text is a parameter.
fn is_given(effect: &Effect) -> bool {
    matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.param.is_some())
}

fn is_outside(unit: &Unit, place: &Place) -> bool {
    unit.id.inner.is_some() || matches!(place.root, Root::Param(_) | Root::Static(_))
}
