//! What is done outside of the database while something of it is held, and words for it.

use super::{UnitContext, beginning};
use crate::body::{Event, EventKind, UnitId};
use crate::catalogue::Role;
use crate::defs::FnId;
use crate::flow::{Moment, Resource, State};
use crate::infer::{Owner, Place};
use crate::lint::{Finding, Label, Lint};
use crate::source::Span;
use crate::summary::{EffectKind, Happening, Outside, Step, Tried};

/// Further deeds beside the first are told up to here.
const MAX_TOLD: usize = 3;

/// Deeds while one resource is held.
#[derive(Debug)]
pub struct Meanwhile<'f> {
    /// What is held here; none where a callee opens the transaction and runs a closure of this unit in it.
    pub held: Option<&'f Resource>,
    /// What is done, by place.
    pub deeds: Vec<Deed<'f>>,
}

/// Something done outside of the database.
#[derive(Debug)]
pub struct Deed<'f> {
    /// The event that does it, or leads there.
    pub event: &'f Event,
    /// What.
    pub outside: Outside,
}

impl Deed<'_> {
    /// It takes long enough to matter. Far down in other functions a pause or a file is a detail: one of a retry, of a configuration
    /// that is read once.
    #[must_use]
    pub fn takes_time(&self) -> bool {
        let calls = self.outside.steps.len() - 1;
        match self.kind() {
            "cache" => false,
            "queue" => !self.outside.lasts,
            "sleep" if self.outside.retries == Some(Tried::Other) => calls == 0,
            "sleep" | "channel" => calls <= 1,
            "file" | "process" => calls <= 2,
            _ => true,
        }
    }

    /// Of several at one event, the slowest comes first.
    fn rank(&self) -> usize {
        let order = [
            "http",
            "rpc",
            "object_storage",
            "mail",
            "process",
            "hash",
            "file",
        ];
        let known = order.iter().position(|kind| *kind == self.kind());
        known.unwrap_or(order.len())
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.outside.kind.map_or("", |kind| kind.as_str())
    }

    /// What it does, as a verb phrase.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match (self.kind(), self.outside.lasts) {
            ("http", _) => "waits for an HTTP answer",
            ("sleep", _) => "sleeps",
            ("process", _) => "waits for a process",
            ("file", _) => "reads or writes files",
            ("queue", true) => "sends a message",
            ("queue", false) => "waits for a message broker",
            ("mail", _) => "sends mail",
            ("channel", _) => "waits for another task",
            ("permit", _) => "waits for a permit that others hold",
            ("hash", _) => "hashes or checks a password",
            ("cache", true) => "changes the cache",
            ("cache", false) => "asks the cache",
            ("object_storage", _) => "waits for object storage",
            ("stdin", _) => "waits for standard input",
            _ => "waits for another service",
        }
    }
}

impl UnitContext<'_, '_> {
    /// What an event does outside of the database, callees' deeds included.
    #[must_use]
    pub fn outside(&self, event: &Event) -> Vec<Outside> {
        let flow = self.flow;
        flow.program.outside_at(flow.unit, &flow.canon, event)
    }

    /// Deeds while a resource of some kind is open on every path: the outermost one, if there are several.
    #[must_use]
    pub fn meanwhile(
        &self,
        holds: impl Fn(&Resource, State) -> bool,
        counts: impl Fn(Option<&Resource>, &Deed<'_>, &Moment) -> bool,
    ) -> Vec<Meanwhile<'_>> {
        let mut found: Vec<Meanwhile<'_>> = Vec::new();
        self.flow.walk(|state, event, moment| {
            let held = (self.flow.resources.iter().enumerate()).find(|(index, resource)| {
                state.must >> index & 1 == 1
                    && holds(resource, state)
                    // What is given away for good is the callee's.
                    && !self.flow.closes(event, moment, *index)
            });
            let held = held.map(|(_, held)| held);
            for outside in self.outside(event) {
                let deed = Deed { event, outside };
                let is_within = held.is_some() || deed.outside.inside.is_some();
                if !is_within || !counts(held, &deed, moment) {
                    continue;
                }
                let is_same = |one: &&mut Meanwhile<'_>| match (one.held, held) {
                    (Some(one), Some(held)) => std::ptr::eq(one, held),
                    (None, None) => std::ptr::eq(one.deeds[0].event, event),
                    _ => false,
                };
                match found.iter_mut().find(is_same) {
                    Some(known) => known.deeds.push(deed),
                    None => found.push(Meanwhile {
                        held,
                        deeds: vec![deed],
                    }),
                }
            }
        });
        for one in &mut found {
            one.deeds
                .sort_by_key(|deed| (deed.event.range.start, deed.rank()));
        }
        found
    }

    /// Whether a function that an event calls is given a transaction: it tells itself what it does meanwhile.
    #[must_use]
    pub fn gives_transaction(&self, event: &Event) -> bool {
        matches!(&event.kind, EventKind::Call { fns, .. } if fns.iter().any(|id| self.takes_transaction(*id)))
    }

    /// Whether a parameter of a function is a transaction by its type.
    #[must_use]
    pub fn takes_transaction(&self, id: FnId) -> bool {
        let program = self.flow.program;
        let id = UnitId {
            owner: Owner::Fn(id),
            inner: None,
        };
        let mut params =
            (program.index.get(&id).into_iter()).flat_map(|index| &program.units[*index].params);
        params.any(|(_, part)| part.role == Role::Transaction)
    }

    /// Whether an event, callees' effects included, writes in a transaction.
    #[must_use]
    pub fn writes(&self, transaction: &Resource, moment: &Moment) -> bool {
        let connection = self.flow.connection(&transaction.place);
        moment
            .happenings
            .iter()
            .any(|happening| self.writes_on(&connection, happening))
    }

    fn writes_on(&self, connection: &Place, happening: &Happening) -> bool {
        let mut places = happening.effect.on.places().iter();
        happening.effect.kind.writes()
            && places.any(|place| self.flow.connection(place) == *connection)
    }

    /// Whether a callee that is given a transaction ends it before it does what happens at an event.
    #[must_use]
    pub fn is_over_before(
        &self,
        transaction: &Resource,
        moment: &Moment,
        happening: &Happening,
    ) -> bool {
        let connection = self.flow.connection(&transaction.place);
        let ends = |other: &Happening| {
            let mut places = other.effect.on.places().iter();
            other.effect.ends_transaction()
                && places.any(|place| self.flow.connection(place) == connection)
        };
        transaction.is_transaction()
            && happening.effect.after_end
            && moment.happenings.iter().any(ends)
    }

    /// The first statement that has written in a transaction before an event, on some path, and hasn't failed: where, and which table.
    #[must_use]
    pub fn written_before(
        &self,
        transaction: &Resource,
        event: &Event,
    ) -> Option<(Span, Option<String>)> {
        let connection = self.flow.connection(&transaction.place);
        let before = match transaction.at {
            Some(begin) => self.flow.between(begin, event),
            None => self.flow.before(event),
        };
        // A callee that refuses what it was asked for has written only where its failure leads on.
        let is_refused = |call: &Event| {
            !before
                .iter()
                .any(|(event, _)| event.follows_failure_of(call.at))
                && (self.flow.unit.events()).any(|event| event.follows_failure_of(call.at))
        };
        let mut wrote = before
            .iter()
            .filter(|(earlier, _)| !self.flow.is_idle_before(earlier.at, event));
        wrote.find_map(|(call, happenings)| {
            let written = happenings.iter().find(|happening| {
                self.writes_on(&connection, happening)
                    && !self.has_failed_by(call, event)
                    && !(happening.effect.refused && is_refused(call))
            })?;
            let EffectKind::Statement(sql, _) = &written.effect.kind else {
                return None;
            };
            let table = sql
                .statements()
                .find_map(|statement| statement.writes.first());
            Some((self.span(call), table.cloned()))
        })
    }

    /// Whether a statement has failed, for certain, on every way from it to an event. A function that has failed may have written before.
    fn has_failed_by(&self, call: &Event, to: &Event) -> bool {
        if !matches!(call.kind, EventKind::Statement { .. }) {
            return false;
        }
        let (mut leads, mut fails) = (false, false);
        self.flow.follow_after(call, (), |(), event, _| {
            leads |= std::ptr::eq(event, to);
            let is_failure =
                matches!(event.kind, EventKind::Failed { call: of, .. } if of == call.at);
            fails |= is_failure;
            (!is_failure && !leads).then_some(())
        });
        fails && !leads
    }

    /// The steps to an effect behind the event that leads to it: of a long way the first steps are left out.
    #[must_use]
    pub fn beyond<'s>(&self, event: &Event, steps: &'s [Step]) -> &'s [Step] {
        match steps.split_first() {
            Some((first, rest)) if first.span == self.span(event) => rest,
            _ => steps,
        }
    }

    /// A finding of what is done while a transaction or connection is held: the first deed, what is held, the way there, and further
    /// deeds.
    #[must_use]
    pub fn told(
        &self,
        lint: &Lint,
        message: String,
        first: &Deed<'_>,
        meanwhile: &Meanwhile<'_>,
    ) -> Finding {
        let here = self.span(first.event);
        let steps = self.beyond(first.event, &first.outside.steps);
        let (span, steps) = match (meanwhile.held, steps.split_first()) {
            (None, Some((inside, rest))) => (inside.span, rest),
            _ => (here, steps),
        };
        let primary = Label {
            span,
            message: first.words().to_owned(),
        };
        let mut finding = self.finding(lint, primary, message);
        finding.related.push(match meanwhile.held {
            Some(held) if held.is_transaction() => beginning(held),
            Some(held) => Label {
                span: held.span,
                message: "the connection is held from here on".to_owned(),
            },
            None => Label {
                span: here,
                message: "this runs the closure in a transaction".to_owned(),
            },
        });
        finding
            .related
            .extend(self.cx.chain_to(steps, first.words()));
        let others = meanwhile.deeds.iter().filter(|deed| {
            !std::ptr::eq(deed.event, first.event)
                && deed.event.range.start >= first.event.range.start
        });
        finding
            .related
            .extend(others.take(MAX_TOLD).map(|deed| Label {
                span: self.span(deed.event),
                message: format!("and {} here", deed.words()),
            }));
        finding
    }
}
