//! One connection, made outside the request handlers, that all requests use.

use std::collections::BTreeMap;

use crate::context::{Context, Kept};
use crate::handlers::{Handler, HandlerKind};
use crate::infer::Part;
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::source::Span;
use crate::sql::{AdvisoryOp, Database, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// The lint.
pub static LINT: Lint = Lint {
    name: "connection_outside_handler",
    group: "connection",
    level: Level::Warn,
    summary: "one connection, not a pool, is made outside the request handler, and every request uses it",
    docs: include_str!("README.md"),
    check: Check::Whole(check),
};

/// What goes wrong, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// A transaction may stay open from one request to the next.
    Transaction,
    Autocommit,
    /// A setting, lock or temporary table stays.
    Session,
    /// Requests wait for each other's mutex.
    Queue,
    /// Only that it is never made anew.
    Lost,
}

/// A handler's use of a connection that is kept.
struct Use<'c> {
    harm: Harm,
    handler: &'c Handler,
    effect: &'c Effect,
    kept: Kept,
}

fn check(cx: &Context<'_>, found: &mut Vec<Finding>) {
    let mut uses: BTreeMap<Span, Vec<Use<'_>>> = BTreeMap::new();
    for handler in cx.handlers {
        for (effect, kept) in cx.kept_by(handler) {
            let Some(harm) = harm(handler, effect, &kept) else {
                continue;
            };
            uses.entry(kept.span).or_default().push(Use {
                harm,
                handler,
                effect,
                kept,
            });
        }
    }
    found.extend(uses.values().filter_map(|uses| judge(cx, uses)));
}

/// What an effect on a kept connection does to other requests; `None` for one that tells nothing.
fn harm(handler: &Handler, effect: &Effect, kept: &Kept) -> Option<Harm> {
    let harm = match &effect.kind {
        EffectKind::Begin(_) => Harm::Transaction,
        EffectKind::Autocommit(Some(false)) => Harm::Autocommit,
        EffectKind::Statement(sql, _) => sql
            .statements()
            .map(left_behind)
            .min()
            .unwrap_or(Harm::Lost),
        _ => return None,
    };
    let waits = kept.is_locked && handler.kind == HandlerKind::Concurrent;
    Some(if waits { harm.min(Harm::Queue) } else { harm })
}

fn left_behind(statement: &Statement) -> Harm {
    let stays =
        |state: &SessionState| !matches!(state, SessionState::SetLocal(_) | SessionState::Reset(_));
    let locks = statement
        .advisory
        .iter()
        .any(|call| call.session && matches!(call.op, AdvisoryOp::Lock | AdvisoryOp::TryLock));
    if statement.verb == Verb::Begin {
        Harm::Transaction
    } else if statement.autocommit == Some(false) {
        Harm::Autocommit
    } else if locks || statement.session.iter().any(stays) {
        Harm::Session
    } else {
        Harm::Lost
    }
}

/// The worst use; a handler that is only presumed tells nothing but that the connection is used.
fn judge(cx: &Context<'_>, uses: &[Use<'_>]) -> Option<Finding> {
    if uses.iter().any(|one| is_left_alone(cx, one)) {
        return None;
    }
    let is_known = |one: &&Use<'_>| one.handler.kind > HandlerKind::Presumed;
    match uses.iter().filter(is_known).min_by_key(|one| one.harm) {
        Some(one) => report(cx, one, one.harm),
        None => report(cx, uses.first()?, Harm::Lost),
    }
}

/// Embedded, dedicated to notifications, looked after, a job's, or `shared_connection_transaction`'s business.
fn is_left_alone(cx: &Context<'_>, one: &Use<'_>) -> bool {
    let listens = |statement: &Statement| statement.session.contains(&SessionState::Listen(true));
    let is_listener =
        matches!(&one.effect.kind, EffectKind::Statement(sql, _) if sql.statements().any(listens));
    let part = one.kept.part;
    let joins = one.harm == Harm::Transaction
        && one.handler.kind == HandlerKind::Concurrent
        && !one.kept.is_locked
        && cx.behaviour(part.sheet).shared_by_reference;
    let is_job = one.handler.kind == HandlerKind::Job;
    is_listener || may_be_embedded(cx, part) || joins || is_job || one.kept.is_looked_after
}

fn may_be_embedded(cx: &Context<'_>, part: Part) -> bool {
    let databases = &cx.catalogue().client(part.sheet).databases;
    match part.database {
        Some(database) => database == Database::Sqlite,
        None => databases.is_empty() || databases.contains(&Database::Sqlite),
    }
}

fn report(cx: &Context<'_>, one: &Use<'_>, harm: Harm) -> Option<Finding> {
    let each = one.handler.kind.what();
    let message = match harm {
        Harm::Transaction => format!(
            "every {each} uses this one connection: a transaction that one leaves open takes in all that follow"
        ),
        Harm::Autocommit => format!(
            "every {each} uses this one connection with autocommit off: all read the snapshot of the first"
        ),
        Harm::Session => format!(
            "every {each} uses this one connection: what one sets in its session, the next ones inherit"
        ),
        Harm::Queue => {
            format!("every {each} waits for this one connection: a slow one stops all others")
        }
        Harm::Lost => format!(
            "every {each} uses this one connection, and nothing makes it anew: once it is lost, all fail until the process ends"
        ),
    };
    let primary = Label {
        span: one.kept.span,
        message: "one connection for all".to_owned(),
    };
    let mut finding = cx.finding(cx.unit_of(one.handler)?, &LINT, primary, message);
    finding.pedantic = harm == Harm::Lost;
    finding.related.extend(cx.handler_label(one.handler));
    finding
        .related
        .extend(cx.chain(&one.effect.steps, one.effect));
    if harm != Harm::Lost {
        finding.notes.push(
            "nothing makes it anew, either: once it is lost, all fail until the process ends"
                .to_owned(),
        );
    }
    finding.help = Some(
        "keep a pool, of one connection if need be: it makes a lost connection anew; or connect in the handler"
            .to_owned(),
    );
    Some(finding)
}
