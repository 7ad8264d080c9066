//! Statements whose failure is not heeded, and what comes next in their transaction.

use rustc_hash::{FxHashMap, FxHashSet};

use super::UnitContext;
use crate::body::{Caught, Event, EventKind, Exit, Unheard, UnitKind};
use crate::catalogue;
use crate::flow::{Moment, ResourceKind, State};
use crate::infer::{Part, Place};
use crate::ir::ExprId;
use crate::sql::{Database, Statement, Verb};
use crate::summary::{Effect, EffectKind, Happening};

/// What a failed statement does to its transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aftermath {
    /// Nothing more runs in it, and COMMIT rolls it back.
    Aborted,
    /// It goes on without the statement.
    GoesOn,
    /// One or the other: the database isn't known.
    Unknown,
}

/// A statement in a transaction whose failure leads on.
#[derive(Debug)]
pub struct Unheeded<'f> {
    /// The statement, or the call that runs it.
    pub event: &'f Event,
    /// Its transaction, among the unit's resources.
    pub transaction: usize,
    /// What its failure does.
    pub aftermath: Aftermath,
    /// Which errors lead on.
    pub caught: Caught,
    /// Nothing but a line in a log comes of it.
    pub quiet: bool,
    /// It changes rows.
    pub writes: bool,
    /// What comes next in its transaction.
    pub next: Vec<Next<'f>>,
}

/// What comes after a failure.
#[derive(Clone, Copy, Debug)]
pub enum Next<'f> {
    /// A statement; whether nothing but the failure leads there.
    Statement(&'f Event, bool),
    /// A commit.
    Commit(&'f Event),
    /// The end of the function, or of a closure that is committed by whoever runs it.
    Return,
    /// Its end otherwise.
    Nothing,
}

/// A place from which control goes on although a call has failed.
struct Lead {
    block: usize,
    first: usize,
    call: ExprId,
    caught: Caught,
    quiet: bool,
}

/// A statement or call that was tried, with what was open.
type Tried<'f> = FxHashMap<ExprId, (State, &'f Event, &'f Moment)>;

impl<'c> UnitContext<'c, '_> {
    /// Statements in transactions after whose failure control goes on.
    #[must_use]
    pub fn unheeded(&self) -> Vec<Unheeded<'c>> {
        let mut leads = self.leads();
        if leads.is_empty() {
            return Vec::new();
        }
        let mut tried = Tried::default();
        let flow = self.flow;
        flow.walk_blocks(|_, state, event, moment| {
            if matches!(
                event.kind,
                EventKind::Statement { .. } | EventKind::Call { .. }
            ) {
                tried.insert(event.at, (state, event, moment));
            }
        });
        // No error is swallowed where none comes back: the callee deals with those of its statements, or ends the process.
        leads.retain(|lead| {
            let tried = tried.get(&lead.call);
            !tried.is_some_and(|(_, event, _)| flow.program.never_fails(event))
        });
        let known = leads.iter().filter_map(|lead| {
            let (state, event, moment) = *tried.get(&lead.call)?;
            self.unheeded_at(lead, &leads, state, event, moment)
        });
        known.collect()
    }

    fn leads(&self) -> Vec<Lead> {
        let blocks = self.flow.unit.graph.blocks.iter().enumerate();
        let events = blocks.flat_map(|(block, all)| {
            let events = all.events.iter().enumerate();
            events.map(move |(index, event)| (block, index + 1, event))
        });
        let lead = |(block, first, event): (usize, usize, &Event)| {
            let (call, caught, quiet) = match event.kind {
                EventKind::Failed {
                    call,
                    caught,
                    quiet,
                } => (call, caught, quiet),
                EventKind::Ignored { call, how } if how != Unheard::NeverRun => {
                    (call, Caught::Any, true)
                }
                _ => return None,
            };
            let leads = matches!(caught, Caught::Any | Caught::Server);
            leads.then_some(Lead {
                block,
                first,
                call,
                caught,
                quiet,
            })
        };
        events.filter_map(lead).collect()
    }

    fn unheeded_at(
        &self,
        lead: &Lead,
        leads: &[Lead],
        state: State,
        event: &'c Event,
        moment: &Moment,
    ) -> Option<Unheeded<'c>> {
        let mut happenings = moment.happenings.iter();
        let (transaction, part) = happenings.find_map(|happening| {
            let effect = &happening.effect;
            let is_it = self.may_fail_on_server(effect) && happening.inside.is_none();
            let transaction = is_it.then(|| self.transaction_of(state, effect))??;
            Some((transaction, effect.part))
        })?;
        // A violation is what leads on, and the statement says what to do instead of one.
        if lead.caught == Caught::Server && moment.happenings.iter().all(heeds_conflicts) {
            return None;
        }
        let aftermath = self.aftermath(transaction, part);
        let writes = moment
            .happenings
            .iter()
            .any(|happening| is_write(&happening.effect));
        let others = leads.iter().filter(|_| aftermath != Aftermath::GoesOn);
        let others: Vec<&Lead> = others.collect();
        let next = self.next_in(lead, transaction, &others);
        Some(Unheeded {
            event,
            transaction,
            aftermath,
            caught: lead.caught,
            quiet: lead.quiet,
            writes,
            next,
        })
    }

    /// A statement that the server may refuse for what it says: no plain read, and none that begins or ends something.
    fn may_fail_on_server(&self, effect: &Effect) -> bool {
        let EffectKind::Statement(sql, call) = &effect.kind else {
            return false;
        };
        let refusable = |statement: &Statement| {
            let by_verb = matches!(
                statement.verb,
                Verb::Ddl | Verb::LockTable | Verb::Call | Verb::Copy
            );
            by_verb || statement.is_write() || statement.row_lock.is_some_and(|lock| lock.no_wait)
        };
        let facts = self.cx.catalogue().call(*call);
        let is_known = sql.statements().next().is_some();
        let writes = facts.effect == catalogue::Effect::Write && !is_known;
        facts.effect != catalogue::Effect::Prepare && (writes || sql.statements().any(refusable))
    }

    /// The open transaction that an effect runs in.
    #[must_use]
    pub fn transaction_of(&self, state: State, effect: &Effect) -> Option<usize> {
        let place = effect.on.one()?;
        let all = self.flow.resources.iter().enumerate();
        let mut open = all.filter(|(index, resource)| {
            state.must >> index & 1 == 1 && resource.is_transaction() && !resource.on_failure
        });
        let is_itself = self.flow.resource(place);
        let exact = open.clone().find(|(index, _)| is_itself == Some(*index));
        let found =
            exact.or_else(|| open.rfind(|(_, resource)| self.is_on(place, &resource.place)));
        found.map(|(index, _)| index)
    }

    /// Whether both are one connection.
    fn is_on(&self, place: &Place, other: &Place) -> bool {
        self.flow.connection(place) == self.flow.connection(other)
    }

    /// What a failed statement does to a transaction.
    fn aftermath(&self, transaction: usize, part: Option<Part>) -> Aftermath {
        let part = self.flow.resources[transaction].on_part.or(part);
        let databases = self.databases(part);
        let aborts =
            |database: &Database| matches!(database, Database::Postgres | Database::CockroachDb);
        match databases.iter().filter(|database| aborts(database)).count() {
            0 if !databases.is_empty() => Aftermath::GoesOn,
            count if count == databases.len() && count > 0 => Aftermath::Aborted,
            _ => Aftermath::Unknown,
        }
    }

    /// What comes next in a transaction, on each path from a lead. Where it is aborted each statement fails, and control is only where
    /// that leads: `others`.
    fn next_in(&self, lead: &Lead, transaction: usize, others: &[&Lead]) -> Vec<Next<'c>> {
        let blocks = &self.flow.unit.graph.blocks;
        let (mut found, mut known) = (Vec::new(), FxHashSet::default());
        let mut queue = vec![(lead.block, lead.first)];
        while let Some((block, first)) = queue.pop() {
            match self.first_in(lead, transaction, block, first) {
                Some(Next::Statement(event, is_only_after)) => {
                    found.push(Next::Statement(event, is_only_after));
                    let on = others
                        .iter()
                        .filter(|other| other.call == event.at && other.quiet);
                    let on = on.map(|other| (other.block, other.first));
                    queue.extend(on.filter(|place| known.insert(*place)));
                    if others.is_empty() {
                        queue.extend(self.past(event, block).filter(|place| known.insert(*place)));
                    }
                }
                Some(next) => found.extend((!matches!(next, Next::Nothing)).then_some(next)),
                None => {
                    let is_end = matches!(blocks[block].exit, Some(Exit::Return(_)));
                    found.extend((is_end && self.is_callers(transaction)).then_some(Next::Return));
                    let next = blocks[block].next.iter().map(|next| (next.0 as usize, 0));
                    queue.extend(next.filter(|place| known.insert(*place)));
                }
            }
        }
        found
    }

    /// What comes first in the rest of a block.
    fn first_in(
        &self,
        lead: &Lead,
        transaction: usize,
        block: usize,
        first: usize,
    ) -> Option<Next<'c>> {
        let events = &self.flow.unit.graph.blocks[block].events;
        let mut rest = events.iter().zip(&self.flow.moments[block]).skip(first);
        rest.find_map(|(event, moment)| {
            if self.ends(event, moment, lead, transaction) {
                let commits = self.ends_by_commit(event, moment, transaction);
                return Some(if commits {
                    Next::Commit(event)
                } else {
                    Next::Nothing
                });
            }
            let runs = self.runs_in(moment, transaction);
            runs.then(|| Next::Statement(event, self.is_only_after(lead, event)))
        })
    }

    /// The place right after an event of a block.
    fn past(&self, event: &Event, block: usize) -> impl Iterator<Item = (usize, usize)> {
        let mut events = self.flow.unit.graph.blocks[block].events.iter();
        let at = events.position(|other| std::ptr::eq(other, event));
        at.map(|at| (block, at + 1)).into_iter()
    }

    /// Whether an event ends a transaction, or what is known of the failure.
    fn ends(&self, event: &Event, moment: &Moment, lead: &Lead, transaction: usize) -> bool {
        match event.kind {
            EventKind::Failed { call, caught, .. } if call == lead.call => {
                !matches!(caught, Caught::Any | Caught::Server)
            }
            EventKind::Drop {
                local: Some(local), ..
            } => self.flow.is_owned_by(transaction, local),
            EventKind::Begin { .. } => self.happens_on(moment, transaction, |_| true),
            _ => {
                let recovers = |effect: &Effect| says(effect, |verb| verb == Verb::RollbackTo);
                self.flow.closes(event, moment, transaction)
                    || self.happens_on(moment, transaction, recovers)
            }
        }
    }

    /// Whether an event that ends a transaction commits it, and nothing but that.
    fn ends_by_commit(&self, event: &Event, moment: &Moment, transaction: usize) -> bool {
        if let EventKind::EndScope { commits, .. } = event.kind {
            return commits;
        }
        let is_nested = self.flow.resources[transaction].on.one().is_some_and(|on| {
            let outer = self
                .flow
                .resource(on)
                .map(|index| &self.flow.resources[index]);
            outer.is_some_and(|outer| outer.kind == ResourceKind::Transaction)
        });
        let commits = |effect: &Effect| {
            effect.kind == EffectKind::Commit || says(effect, |verb| verb == Verb::Commit)
        };
        let rolls_back = |effect: &Effect| {
            effect.kind == EffectKind::Rollback || says(effect, |verb| verb == Verb::Rollback)
        };
        let happens = |is_it: &dyn Fn(&Effect) -> bool| {
            moment
                .happenings
                .iter()
                .any(|happening| is_it(&happening.effect))
        };
        !is_nested && happens(&commits) && !happens(&rolls_back)
    }

    /// Whether a statement runs in a transaction here that doesn't begin or end something.
    fn runs_in(&self, moment: &Moment, transaction: usize) -> bool {
        let runs = |effect: &Effect| match &effect.kind {
            EffectKind::Statement(sql, call) => {
                let is_prepared =
                    self.cx.catalogue().call(*call).effect == catalogue::Effect::Prepare;
                !is_prepared && !sql.statements().any(Statement::is_transaction_control)
            }
            _ => false,
        };
        self.happens_on(moment, transaction, runs)
    }

    fn happens_on(
        &self,
        moment: &Moment,
        transaction: usize,
        is_it: impl Fn(&Effect) -> bool,
    ) -> bool {
        let place = &self.flow.resources[transaction].place;
        let on = |happening: &&Happening| {
            let effect = &happening.effect;
            effect.on.one().is_some_and(|on| self.is_on(on, place)) && is_it(effect)
        };
        moment.happenings.iter().any(|happening| on(&happening))
    }

    /// Whether nothing but a call's failure leads to an event.
    fn is_only_after(&self, lead: &Lead, to: &Event) -> bool {
        let blocks = &self.flow.unit.graph.blocks;
        let is_lead = |event: &Event| matches!(event.kind, EventKind::Failed { call, .. } if call == lead.call);
        let (mut known, mut queue) = (FxHashSet::default(), vec![0]);
        while let Some(block) = queue.pop() {
            if !known.insert(block) {
                continue;
            }
            let mut events = blocks[block].events.iter();
            let stop = events.find(|event| is_lead(event) || std::ptr::eq(*event, to));
            match stop {
                Some(event) if std::ptr::eq(event, to) => return false,
                Some(_) => {}
                None => queue.extend(blocks[block].next.iter().map(|next| next.0 as usize)),
            }
        }
        true
    }

    /// Whether a transaction is the caller's, who commits it when this returns.
    fn is_callers(&self, transaction: usize) -> bool {
        let unit = self.flow.unit;
        self.flow.resources[transaction].given
            && matches!(unit.kind, UnitKind::Body | UnitKind::Callback)
    }
}

/// INSERT … ON CONFLICT, and nothing else.
fn heeds_conflicts(happening: &Happening) -> bool {
    matches!(&happening.effect.kind, EffectKind::Statement(sql, _)
        if sql.statements().all(|statement| statement.verb == Verb::Upsert))
}

fn is_write(effect: &Effect) -> bool {
    matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.statements().any(Statement::is_write))
}

fn says(effect: &Effect, is_it: impl Fn(Verb) -> bool) -> bool {
    matches!(&effect.kind, EffectKind::Statement(sql, _) if sql.statements().any(|statement| is_it(statement.verb)))
}
