//! Futures that are dropped where they wait, and what that leaves open.

use super::{Fate, PoolReturnOf, UnitContext};
use crate::body::{Droppable, Event, EventKind};
use crate::catalogue::CallId;
use crate::flow::{Mark, ResourceKind};
use crate::handlers::HandlerKind;
use crate::infer::{Owner, Part};
use crate::source::TextRange;
use crate::summary::{Effect, EffectKind};

/// A begin whose transaction nobody ends when its future is dropped.
#[derive(Debug)]
pub struct DroppedBegin<'f> {
    /// The begin, or the call that leads to it.
    pub event: &'f Event,
    /// The client's own begin; none for a text.
    pub effect: Option<&'f Effect>,
    /// The program ends with what drops it: there is no next borrower.
    pub is_last: bool,
}

impl UnitContext<'_, '_> {
    /// Begins that may be dropped and then leave their transaction open: of clients that forget it, and by text.
    #[must_use]
    pub fn dropped_begins(&self) -> Vec<DroppedBegin<'_>> {
        let unit = self.flow.unit;
        let is_handler = self
            .cx
            .handlers
            .iter()
            .any(|handler| handler.unit == unit.id && handler.kind == HandlerKind::Concurrent);
        let mut found = Vec::new();
        if unit.dropped.is_empty() && !is_handler {
            return found;
        }
        self.flow.walk_blocks(|_, _, event, moment| {
            let is_dropped = self.may_be_dropped(event);
            let effects = moment.happenings.iter().map(|happening| &happening.effect);
            // Every begin of every handler has its moment, and few clients leave in it.
            let mut begins = effects.filter(|effect| is_dropped && self.forgets(effect));
            let effect = begins.next();
            let is_text = || (is_dropped || is_handler) && self.is_left_by_text(event, is_handler);
            if effect.is_some() || is_text() {
                let is_last = self.ends_with(event);
                found.push(DroppedBegin {
                    event,
                    effect,
                    is_last,
                });
            }
        });
        found
    }

    /// Whether an event is part of a future that may be dropped where it waits.
    fn may_be_dropped(&self, event: &Event) -> bool {
        self.dropped_with(event).next().is_some()
    }

    fn dropped_with(&self, event: &Event) -> impl Iterator<Item = &Droppable> {
        let at = self.body().map(|body| body.range(event.at));
        let dropped = self.flow.unit.dropped.iter();
        dropped.filter(move |dropped| at.is_some_and(|at| dropped.future.holds(at)))
    }

    /// Whether what drops a future is the last that a program does.
    fn ends_with(&self, event: &Event) -> bool {
        let Some(body) = self.body() else {
            return false;
        };
        let is_last = |race: TextRange| {
            let mut is_last = body.innermost_loop(race).is_none();
            self.flow.walk(|_, event, moment| {
                let acts = !moment.happenings.is_empty() || matches!(event.kind, EventKind::Await);
                is_last &= !acts || event.range.start <= race.end;
            });
            is_last
        };
        self.cx.runs_once(self.flow.unit.id.owner)
            && self
                .dropped_with(event)
                .all(|dropped| dropped.race.is_some_and(is_last))
    }

    /// Whether an effect is a begin of a client that forgets the transaction when its future is dropped.
    fn forgets(&self, effect: &Effect) -> bool {
        match effect.kind {
            EffectKind::Begin(call) => {
                self.leaks(call, effect.part) && !self.is_closed_with_it(effect)
            }
            _ => false,
        }
    }

    /// Whether an effect is on a connection that no pool gets back, here or at all callers: it is closed, and what is open on it ends.
    fn is_closed_with_it(&self, effect: &Effect) -> bool {
        let on = effect.on.one().map(|place| self.flow.connection(place));
        on.is_some_and(|on| self.fate_of_place(self.flow.unit, &on, effect.part, 0) == Fate::Ends)
    }

    fn leaks(&self, call: CallId, part: Option<Part>) -> bool {
        let sheet = self.cx.client_of(call);
        let Some(leaks) = &self.cx.behaviour(sheet).begin_leaks else {
            return false;
        };
        let Owner::Fn(id) = self.flow.unit.id.owner else {
            return false;
        };
        let module = self.cx.defs().function(id).module;
        let version = self.cx.defs().versions(module).0[sheet.0 as usize].as_ref();
        version.is_some_and(|version| leaks.versions.matches(version))
            && self.is_only(part, &leaks.databases)
    }

    /// Whether an event begins a transaction by text on a connection that lives on, and waits before it ends it.
    fn is_left_by_text(&self, begin: &Event, is_handler: bool) -> bool {
        let marks = self.flow.resources.iter().enumerate();
        let mut marks = marks.filter(|(_, mark)| {
            let is_text = mark.kind == ResourceKind::Mark(Mark::Transaction) && !mark.on_failure;
            is_text && mark.at == Some(begin.at) && !self.flow.is_guarded(mark)
        });
        marks.any(|(index, mark)| {
            let mut waits = false;
            self.flow.walk(|state, event, _| {
                let is_open =
                    state.must >> index & 1 == 1 && matches!(event.kind, EventKind::Await);
                // The begin's own.
                let is_later = event.range.start > begin.range.end;
                let lives_on = || {
                    let fate = self.fate(mark, state);
                    matches!(
                        fate,
                        Fate::Stays | Fate::Lent | Fate::GoesBack(PoolReturnOf::Keeps, _)
                    )
                };
                waits |=
                    is_open && is_later && (is_handler || self.may_be_dropped(event)) && lives_on();
            });
            waits
        })
    }
}
