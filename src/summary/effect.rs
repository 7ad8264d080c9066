//! Effects: what a call does to a connection its caller knows, with the calls that lead there.

use std::sync::Arc;

use super::{Canon, Program, Text, conditions};
use crate::body::{Arg, Condition, EventKind, Given, Sql};
use crate::catalogue::{CallId, Role};
use crate::defs::FnId;
use crate::infer::{Part, Place, Root, Val};
use crate::source::Span;
use crate::sql::{Statement, Verb};

/// Chains of calls are told no longer than this.
pub(super) const MAX_STEPS: usize = 6;

/// Something that happens on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub kind: EffectKind,
    /// On what, in the terms of whoever holds this effect.
    pub on: Val,
    /// The part of that, by type.
    pub part: Option<Part>,
    /// In a transaction that a callee begins for it, of which the caller knows nothing.
    pub in_own_transaction: bool,
    /// Whoever does it then answers with an error: a call that succeeds hasn't done it.
    pub refused: bool,
    /// Whoever does it has ended a transaction of its caller's before, on every path.
    pub after_end: bool,
    /// What must hold of the function's own parameters for it to happen.
    pub only: Vec<Condition>,
    /// Where it happens, last, behind the calls that lead there.
    pub steps: Arc<[Step]>,
}

/// A place on the way to an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub span: Span,
    /// The function that stands there.
    pub within: Option<FnId>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectKind {
    /// A connection is taken (`true`: or not, without waiting).
    Checkout(bool, CallId),
    /// A transaction begins.
    Begin(CallId),
    /// A statement runs.
    Statement(Sql, CallId),
    /// A commit.
    Commit,
    /// A rollback.
    Rollback,
    /// Autocommit is switched.
    Autocommit(Option<bool>),
    /// A connection leaves its pool.
    Detach,
    /// A mutex is locked.
    MutexLock(bool),
}

impl Effect {
    /// Tells nothing that the other doesn't tell, if both are on one place.
    pub(super) fn is_like_in_place(&self, other: &Self) -> bool {
        self.in_own_transaction == other.in_own_transaction && self.kind.same(&other.kind)
    }

    /// Told even where many others are: what ends a transaction.
    #[must_use]
    pub fn ends_transaction(&self) -> bool {
        match &self.kind {
            EffectKind::Commit | EffectKind::Rollback => true,
            EffectKind::Statement(sql, _) => sql
                .statements()
                .any(|statement| matches!(statement.verb, Verb::Commit | Verb::Rollback)),
            _ => false,
        }
    }
}

impl EffectKind {
    /// The effect of an event on a connection, if it has one, with the connection.
    #[must_use]
    pub fn of(kind: &EventKind) -> Option<(Self, Val, Option<Part>)> {
        Some(match kind {
            EventKind::Checkout { pool, tries, call } => {
                (Self::Checkout(*tries, *call), pool.val.clone(), pool.part)
            }
            EventKind::Begin { on, call, .. } => (Self::Begin(*call), on.val.clone(), on.part),
            EventKind::Statement { on, sql, call, .. } => (
                Self::Statement((**sql).clone(), *call),
                on.val.clone(),
                on.part,
            ),
            EventKind::Commit { on } => (Self::Commit, on.val.clone(), on.part),
            EventKind::Rollback { on } => (Self::Rollback, on.val.clone(), on.part),
            EventKind::Autocommit { on, value } => {
                (Self::Autocommit(*value), on.val.clone(), on.part)
            }
            EventKind::Detach { on } => (Self::Detach, on.val.clone(), on.part),
            EventKind::MutexLock { on, tries, .. } => (Self::MutexLock(*tries), on.clone(), None),
            _ => return None,
        })
    }

    /// A statement that is known to write.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(self, Self::Statement(sql, _) if sql.statements().any(Statement::is_write))
    }

    /// Whether both are of one kind, whatever they say.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Effects of one kind on one place are told once.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Statement(a, _), Self::Statement(b, _)) => {
                a.alternatives == b.alternatives && a.param == b.param
            }
            (Self::Checkout(a, _), Self::Checkout(b, _)) => a == b,
            (Self::Begin(_), Self::Begin(_)) => true,
            (a, b) => a == b,
        }
    }
}

/// A callee's effect as its caller sees it at a call; `None` where the caller doesn't know the connection.
#[must_use]
pub fn instantiate(
    program: &Program<'_>,
    canon: &Canon<'_>,
    effect: &Effect,
    (callee, args): (FnId, &[Arg]),
    at: Step,
) -> Option<Effect> {
    let only = conditions::at_call(&effect.only, args)?;
    let on_connection = program.gives_connection(callee, args, &effect.on);
    if on_connection && matches!(effect.kind, EffectKind::Checkout(..)) {
        return None;
    }
    let (mut places, mut part) = (Vec::new(), effect.part);
    for place in effect.on.places() {
        match place.root {
            Root::Static(_) => places.push(place.clone()),
            Root::Param(index) => {
                let arg = args.iter().find(|arg| arg.param == index)?;
                if on_connection && place.path.is_some() {
                    places.extend(arg.val.places().iter().cloned());
                    part = arg.part;
                    continue;
                }
                places.extend(arg.val.places().iter().map(|base| place.rebased(base)));
                if place.path.is_none() {
                    part = narrower(effect.part, arg.part);
                }
            }
            // A closure's effects are already in the terms of the body around it.
            _ => places.push(place.clone()),
        }
    }
    let places: Vec<Place> = places
        .iter()
        .flat_map(|place| canon.places(program, place))
        .collect();
    if places.is_empty() {
        return None;
    }
    let kind = match &effect.kind {
        EffectKind::Statement(sql, call) => {
            EffectKind::Statement(sql_at_call(program, canon, sql, part, args), *call)
        }
        kind => kind.clone(),
    };
    Some(Effect {
        kind,
        on: Val::from_places(places),
        part,
        in_own_transaction: effect.in_own_transaction,
        refused: effect.refused,
        after_end: effect.after_end,
        only,
        steps: lengthened(at, &effect.steps),
    })
}

/// The way to an effect, with a step before it.
fn lengthened(at: Step, steps: &Arc<[Step]>) -> Arc<[Step]> {
    if steps.len() >= MAX_STEPS {
        return steps.clone();
    }
    let steps = std::iter::once(at).chain(steps.iter().cloned());
    steps.collect()
}

/// What a callee's statement says, with the text and the values that the call gives.
fn sql_at_call(
    program: &Program<'_>,
    canon: &Canon<'_>,
    sql: &Sql,
    part: Option<Part>,
    args: &[Arg],
) -> Sql {
    let sql = with_text(program, canon, sql, part, args);
    let given = |given: &[Given]| given.iter().filter_map(|one| one.at_call(args)).collect();
    Sql {
        key: sql.key.as_ref().and_then(|key| at_call(key, args)),
        sets: given(&sql.sets),
        picks: given(&sql.picks),
        ..sql
    }
}

/// A callee's value as its caller gives it; a closure's are those of the body around it.
fn at_call(place: &Place, args: &[Arg]) -> Option<Place> {
    match place.root {
        Root::Param(_) if args.is_empty() => Some(place.clone()),
        Root::Param(index) => {
            let arg = args.iter().find(|arg| arg.param == index)?;
            arg.val.one().map(|base| place.rebased(base))
        }
        Root::Static(_) => Some(place.clone()),
        _ => None,
    }
}

/// A parameter's declared part, made exact by the argument's.
fn narrower(declared: Option<Part>, given: Option<Part>) -> Option<Part> {
    match (declared, given) {
        (Some(declared), Some(given))
            if declared.role == Role::Executor
                || declared.is_bound
                || given.role != Role::Executor =>
        {
            Some(given)
        }
        (None, given) => given,
        (declared, _) => declared,
    }
}

/// A statement whose text comes through a parameter, with the text that the call gives.
fn with_text(
    program: &Program<'_>,
    canon: &Canon<'_>,
    sql: &Sql,
    part: Option<Part>,
    args: &[Arg],
) -> Sql {
    let Some(param) = &sql.param else {
        return sql.clone();
    };
    let texts = match program.text_at_call(canon, param, args) {
        Some(Text::Known(texts)) => texts,
        Some(Text::Of(place)) => {
            return Sql {
                param: Some(place),
                ..sql.clone()
            };
        }
        None => {
            return Sql {
                param: None,
                ..sql.clone()
            };
        }
    };
    let databases = part.map(|part| {
        let client = || program.types.defs.catalogue.client(part.sheet);
        let one = part.database.map(|database| vec![database]);
        one.unwrap_or_else(|| client().databases.clone())
    });
    let databases = databases.unwrap_or_default();
    let texts = texts.iter();
    Sql {
        alternatives: texts
            .map(|text| crate::sql::statements(text, &databases))
            .collect(),
        param: None,
        ..sql.clone()
    }
}
