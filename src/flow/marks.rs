//! Marks: what statements leave in a session when they have run, and what a text leaves that fails midway.

use crate::sql::{AdvisoryOp, SessionState, Statement, Verb};
use crate::summary::{Effect, EffectKind};

/// SQL Server's switch by which a statement that fails rolls the transaction back.
const XACT_ABORT: &str = "xact_abort";

/// What statements leave in a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// BEGIN by text.
    Transaction,
    /// A session advisory lock.
    AdvisoryLock {
        /// Its key, where it is constant.
        key: Option<String>,
        /// Whoever doesn't get it gives up: nobody waits for it with a connection in hand.
        tries: bool,
    },
    /// A setting; a role is the setting `role`.
    Setting(String),
    /// Listens.
    Listening,
    /// Autocommit is off.
    AutocommitOff,
}

impl Mark {
    /// A session advisory lock that others don't wait for.
    #[must_use]
    pub fn is_tried_lock(&self) -> bool {
        matches!(self, Self::AdvisoryLock { tries: true, .. })
    }
}

/// Marks that an effect leaves.
pub(crate) fn marks(effect: &Effect) -> Vec<Mark> {
    match &effect.kind {
        EffectKind::Statement(sql, _) => sql
            .alternatives
            .first()
            .map(|statements| net_marks(statements))
            .unwrap_or_default(),
        EffectKind::Autocommit(Some(false)) => vec![Mark::AutocommitOff],
        _ => Vec::new(),
    }
}

/// What a text of statements leaves behind when all of it has run.
fn net_marks(statements: &[Statement]) -> Vec<Mark> {
    let mut found = Vec::new();
    for statement in statements {
        match statement.verb {
            Verb::Begin => found.push(Mark::Transaction),
            Verb::Commit | Verb::Rollback => found.retain(|mark| *mark != Mark::Transaction),
            _ => {}
        }
        if statement.autocommit == Some(false) {
            found.push(Mark::AutocommitOff);
        }
        for call in statement.advisory.iter().filter(|call| call.session) {
            match call.op {
                AdvisoryOp::Lock | AdvisoryOp::TryLock => {
                    found.push(Mark::AdvisoryLock {
                        key: call.key.clone(),
                        tries: call.op == AdvisoryOp::TryLock,
                    });
                }
                AdvisoryOp::Unlock | AdvisoryOp::UnlockAll => {
                    found.retain(|mark| !matches!(mark, Mark::AdvisoryLock { .. }));
                }
            }
        }
        for state in &statement.session {
            match state {
                // On is what every session should have.
                SessionState::Set(name) if name == XACT_ABORT => {}
                SessionState::Set(name) => found.push(Mark::Setting(name.clone())),
                SessionState::Role => found.push(Mark::Setting("role".to_owned())),
                SessionState::Listen(true) => found.push(Mark::Listening),
                state => found.retain(|mark| !undoes(state, mark)),
            }
        }
    }
    found
}

/// Whether a statement takes back what an earlier one has left. Setting anew does: mostly it sets what was there before.
pub(super) fn undoes(state: &SessionState, mark: &Mark) -> bool {
    match (state, mark) {
        (SessionState::Reset(None), _) | (SessionState::Listen(false), Mark::Listening) => true,
        (SessionState::Reset(Some(name)) | SessionState::Set(name), Mark::Setting(known)) => {
            name == known || known == "role" && name == "session_authorization"
        }
        (SessionState::Role, Mark::Setting(known)) => known == "role",
        _ => false,
    }
}

/// Whether a text begins a transaction and ends it: between the two a statement may fail, and what follows it doesn't run.
pub(super) fn ends_its_own_transaction(statements: &[Statement]) -> bool {
    let begin = statements
        .iter()
        .position(|statement| statement.verb == Verb::Begin);
    let Some(begin) = begin else { return false };
    let aborts = SessionState::Set(XACT_ABORT.to_owned());
    if statements[..begin]
        .iter()
        .any(|statement| statement.session.contains(&aborts))
    {
        return false;
    }
    let after = &statements[begin + 1..];
    let end = after
        .iter()
        .position(|statement| matches!(statement.verb, Verb::Commit | Verb::Rollback));
    end.is_some_and(|end| end > 0)
}
