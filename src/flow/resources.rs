//! What can be open in a unit: transactions, connections, row streams, mutexes, and marks that statements leave in a session.

use super::marks::{self, Mark};
use super::{Flow, MAX_RESOURCES};
use crate::body::{Event, EventKind, UnitKind};
use crate::catalogue::{CallId, Role};
use crate::infer::{Part, Place, Root, Val};
use crate::source::Span;
use crate::sql::Verb;
use crate::summary::{EffectKind, Happening, Left};

/// Something that is opened and closed.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that don't exclude each other"
)]
pub struct Resource {
    /// What stands for it; for a mark, the session it is in.
    pub place: Place,
    /// What it is.
    pub kind: ResourceKind,
    /// The pool or connection it is from.
    pub on: Val,
    /// The part of that.
    pub on_part: Option<Part>,
    /// The transaction took a connection of its own from a pool.
    pub takes_connection: bool,
    /// Open only where what opens it has failed midway: a text of several statements.
    pub on_failure: bool,
    /// Open when the unit is entered: a transaction parameter.
    pub given: bool,
    /// Where it is opened.
    pub span: Span,
    /// The expression that opens it.
    pub at: Option<crate::ir::ExprId>,
    /// The catalogue's call that opens it.
    pub call: Option<CallId>,
    /// It came with a session lock that others give up on: there is one such holder.
    pub is_sole: bool,
    /// A transaction on SQLite: it takes the write lock at once; none where nothing tells.
    pub immediate: Option<bool>,
}

/// What a resource is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResourceKind {
    /// A connection taken from a pool.
    Checkout,
    /// A transaction's guard, or the time inside a runner's closure.
    Transaction,
    /// A row stream that holds its connection.
    RowStream,
    /// A mutex guard.
    Mutex,
    /// Something that statements leave in a session.
    Mark(Mark),
}

impl Resource {
    /// A value that is held, not a mark.
    #[must_use]
    pub fn is_held(&self) -> bool {
        !matches!(self.kind, ResourceKind::Mark(_))
    }

    /// A transaction, by guard or by text.
    #[must_use]
    pub fn is_transaction(&self) -> bool {
        matches!(
            self.kind,
            ResourceKind::Transaction | ResourceKind::Mark(Mark::Transaction)
        )
    }
}

impl Flow<'_, '_> {
    pub(super) fn find_resources(&mut self, happenings: &[Vec<Vec<Happening>>]) {
        self.given_transactions();
        let blocks = &self.unit.graph.blocks;
        for (block, effects) in blocks.iter().zip(happenings) {
            for (event, effects) in block.events.iter().zip(effects) {
                self.add_made(event);
                self.add_marks(event, effects);
                if self.resources.len() >= MAX_RESOURCES {
                    return;
                }
            }
        }
    }

    /// Parameters that are transactions: the caller opened them.
    fn given_transactions(&mut self) {
        for (index, part) in &self.unit.params {
            let root = match self.unit.id.inner {
                Some(id) => Root::ClosureParam(id, *index),
                None => Root::Param(*index),
            };
            if self.unit.kind == UnitKind::AfterConnect || part.role != Role::Transaction {
                continue;
            }
            let Some(span) = self.param_span(*index) else {
                continue;
            };
            self.resources.push(Resource {
                place: Place::root(root),
                kind: ResourceKind::Transaction,
                on: Val::None,
                on_part: Some(*part),
                takes_connection: false,
                on_failure: false,
                given: true,
                span,
                at: None,
                call: None,
                is_sole: false,
                immediate: None,
            });
        }
    }

    fn param_span(&self, index: u32) -> Option<Span> {
        let crate::infer::Owner::Fn(id) = self.unit.id.owner else {
            return None;
        };
        let defs = self.program.types.defs;
        let body = defs.body(id)?;
        let local = match (self.unit.id.inner, index) {
            (None, 0) => body.self_local?,
            (None, _) => bound(body, *body.params.get(index as usize - 1)?)?,
            (Some(closure), _) => match body.expr(closure) {
                crate::ir::Expr::Closure(closure) => {
                    bound(body, closure.params.get(index as usize)?.0)?
                }
                _ => return None,
            },
        };
        Some(defs.span_in(id, body.locals[local.index()].range))
    }

    /// What an event makes, a callee's gifts included.
    fn add_made(&mut self, event: &Event) {
        let (kind, on, part, call) = match &event.kind {
            EventKind::Checkout { pool, call, .. } => {
                (ResourceKind::Checkout, &pool.val, pool.part, Some(*call))
            }
            EventKind::Begin { on, call, .. } => {
                (ResourceKind::Transaction, &on.val, on.part, Some(*call))
            }
            EventKind::Statement {
                on,
                streams: true,
                call,
                ..
            } => (ResourceKind::RowStream, &on.val, on.part, Some(*call)),
            EventKind::MutexLock { on, .. } => (ResourceKind::Mutex, on, None, None),
            EventKind::Call { .. } => return self.add_gifts(event),
            _ => return,
        };
        let on = self.canon.val(self.program, on);
        self.push_made(
            event,
            Place::root(Root::Site(event.at)),
            kind,
            on,
            part,
            call,
        );
        if let (EventKind::Begin { mode, .. }, Some(made)) =
            (&event.kind, self.resources.last_mut())
        {
            made.immediate = mode.immediate;
        }
    }

    fn add_gifts(&mut self, event: &Event) {
        for (path, fresh) in self.program.fresh_of_call(self.unit, &self.canon, event) {
            let place = path
                .iter()
                .fold(Place::root(Root::Site(event.at)), |place, name| {
                    place.field(*name)
                });
            let kind = if fresh.is_transaction {
                ResourceKind::Transaction
            } else {
                ResourceKind::Checkout
            };
            self.push_made(
                event,
                place,
                kind,
                fresh.on,
                fresh.on_part,
                Some(fresh.call),
            );
            if let Some(made) = self.resources.last_mut() {
                made.is_sole = fresh.is_sole;
                made.immediate = fresh.immediate;
            }
        }
    }

    fn push_made(
        &mut self,
        event: &Event,
        place: Place,
        kind: ResourceKind,
        on: Val,
        on_part: Option<Part>,
        call: Option<CallId>,
    ) {
        let role = on
            .one()
            .and_then(|place| self.program.role_of(self.unit, place, on_part))
            .or(on_part.map(|part| part.role));
        let span = self.program.step(self.unit, event).span;
        let takes_connection = kind != ResourceKind::Mutex && role == Some(Role::Pool);
        self.resources.push(Resource {
            place,
            kind,
            on,
            on_part,
            takes_connection,
            on_failure: false,
            given: false,
            span,
            at: Some(event.at),
            call,
            is_sole: false,
            immediate: None,
        });
    }

    /// What an event leaves in sessions, and what it would leave if it failed midway.
    fn add_marks(&mut self, event: &Event, happenings: &[Happening]) {
        let left = self.program.left_at(self.unit, &self.canon, event);
        for left in &left {
            self.push_mark(event, left, false);
        }
        if let EventKind::Unguard { on } = &event.kind {
            let left = Left {
                mark: Mark::Transaction,
                on: self.canon.val(self.program, &on.val),
                part: on.part,
                call: None,
            };
            self.push_mark(event, &left, false);
        }
        for happening in happenings {
            if let (EffectKind::Statement(sql, call), EventKind::Statement { .. }) =
                (&happening.effect.kind, &event.kind)
                && sql
                    .alternatives
                    .iter()
                    .any(|all| marks::ends_its_own_transaction(all))
            {
                let left = Left {
                    mark: Mark::Transaction,
                    on: happening.effect.on.clone(),
                    part: happening.effect.part,
                    call: Some(*call),
                };
                self.push_mark(event, &left, true);
            }
        }
    }

    fn push_mark(&mut self, event: &Event, left: &Left, on_failure: bool) {
        for place in left.on.places() {
            let resource = Resource {
                place: self.connection(place),
                kind: ResourceKind::Mark(left.mark.clone()),
                on: left.on.clone(),
                on_part: left.part,
                takes_connection: false,
                on_failure,
                given: false,
                span: self.program.step(self.unit, event).span,
                at: Some(event.at),
                call: left.call,
                is_sole: false,
                immediate: begins_immediately(event),
            };
            self.resources.push(resource);
        }
    }
}

/// Whether a text that is sent here begins SQLite's write transaction.
fn begins_immediately(event: &Event) -> Option<bool> {
    let EventKind::Statement { sql, .. } = &event.kind else {
        return None;
    };
    let mut statements = sql.statements();
    let begin = statements.find(|statement| statement.verb == Verb::Begin);
    begin.map(|begin| begin.immediate)
}

/// The local that a parameter's pattern binds, the first if there are several.
#[must_use]
pub fn bound(body: &crate::ir::Body, pat: crate::ir::PatId) -> Option<crate::ir::LocalId> {
    match body.pat(pat) {
        crate::ir::Pat::Bind { local, .. } => Some(*local),
        crate::ir::Pat::Typed(inner, _) | crate::ir::Pat::Ref(inner) => bound(body, *inner),
        crate::ir::Pat::TupleStruct { pats, .. } => bound(body, *pats.first()?),
        _ => None,
    }
}
