//! What a body does: events in blocks, blocks in a graph, one graph a unit.

mod graph;
mod sure;
mod ways;

use std::sync::Arc;

pub use super::{caught::Caught, errors::Unheard, seeds::Seed};
pub use graph::{
    Block, BlockId, Droppable, Exit, Graph, HeldText, Loop, Order, Origin, Unit, UnitId, UnitKind,
};
pub use ways::{Condition, Holds, Mode, Sink, Way};

use crate::catalogue::{CallId, Role};
use crate::defs::{AdtId, FnId};
use crate::infer::{Part, Place, Root, Setting, Val};
use crate::ir::{ExprId, LocalId, Name};
use crate::source::TextRange;
use crate::sql::{SqlText, Statement};

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Event {
    /// The expression that does it.
    pub at: ExprId,
    /// The place to show: the method's name, or the whole expression.
    pub range: TextRange,
    /// What.
    pub kind: EventKind,
}

/// A value that is, or leads to, a pool, connection or transaction.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Handle {
    /// Which.
    pub val: Val,
    /// Its part, by type.
    pub part: Option<Part>,
    /// Reached through `Arc`, shared state or a static: other tasks may use it too.
    pub shared: bool,
}

impl Handle {
    /// Its role by type.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.part.map(|part| part.role)
    }
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sql {
    /// Statements in order; several alternatives where the text depends on the path.
    pub alternatives: Arc<[Vec<Statement>]>,
    /// The parameter that hands the text or query in, or the field of one.
    pub param: Option<Place>,
    /// Values bound to placeholders, in order.
    pub binds: Arc<[ExprId]>,
    /// The order of the list that it is given, if it is given one.
    pub list: Origin,
    /// The value that picks its one row.
    pub key: Option<Place>,
    /// Names of the locals and fields that its values come from.
    pub names: Arc<[Name]>,
    /// Its advisory key comes from a hash that doesn't stay the same.
    pub key_seed: Option<Seed>,
    /// Values that columns are set to.
    pub sets: Arc<[Given]>,
    /// Values that its conditions compare columns with; with no column the object whose key picks the row.
    pub picks: Arc<[Given]>,
}

/// A value that a statement is given for a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The column.
    pub column: Name,
    /// The value, or what holds it: an expression of the unit that the statement, or the call that leads to it, is in.
    pub at: ExprId,
    /// The fields that lead from there to the value.
    pub fields: Arc<[Name]>,
    /// What the value stands for.
    pub val: Val,
}

impl Given {
    /// As the caller of a function that was given it sees it.
    #[must_use]
    pub fn at_call(&self, args: &[Arg]) -> Option<Self> {
        let place = self.val.one()?;
        let Root::Param(index) = place.root else {
            return None;
        };
        if args.is_empty() {
            return Some(self.clone());
        }
        let arg = args.iter().find(|arg| arg.param == index)?;
        Some(Self {
            column: self.column,
            at: arg.at,
            fields: place.fields().into(),
            val: arg.val.map(|base| Val::One(place.rebased(base))),
        })
    }
}

impl Sql {
    /// All statements of all alternatives.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.alternatives.iter().flatten()
    }
}

/// An argument that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The parameter it is for: 0 is `self`, the others count from 1.
    pub param: u32,
    /// What it stands for.
    pub val: Val,
    /// Its part, by type.
    pub part: Option<Part>,
    /// Moved into the callee.
    pub by_value: bool,
    /// SQL text that it holds.
    pub texts: Vec<SqlText>,
    /// The order of its values, if it is a list.
    pub origin: Origin,
    /// Whether it holds, where it is a flag or an option.
    pub holds: Holds,
    /// Its type, where that is one of the workspace's.
    pub adt: Option<AdtId>,
    /// The expression.
    pub at: ExprId,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A connection is taken from a pool; the event's expression stands for it.
    Checkout {
        /// The pool.
        pool: Handle,
        /// Gives up at once when there is none.
        tries: bool,
        /// The call.
        call: CallId,
    },
    /// A connection is opened; the event's expression stands for it.
    Connect {
        /// Its part.
        part: Option<Part>,
        /// The pool whose connections it uses, one for each statement, and holds none of.
        pool: Option<Handle>,
    },
    /// A pool is made; the event's expression stands for it.
    PoolCreate {
        /// The calls that set its options, and those of its connections.
        options: Arc<[ExprId]>,
        /// No other options are set: they begin with the defaults, and are changed by calls alone.
        is_whole: bool,
        /// The address, where it is constant.
        address: Option<String>,
        /// The pool, by type.
        part: Option<Part>,
        /// It fills a cell: made once, however often the code around it runs.
        once: bool,
    },
    /// A transaction begins; the event's expression stands for it.
    Begin {
        /// On what: a pool gives a connection for it.
        on: Handle,
        /// Ends with the closure that it is given to.
        scoped: bool,
        /// With what.
        mode: Mode,
        /// The call.
        call: CallId,
    },
    /// The closure that a transaction was given to has returned.
    EndScope {
        /// The event that began it.
        begun: ExprId,
        /// It may have returned `Ok`; else it was left by `?`.
        commits: bool,
    },
    /// The closure of a transaction answers `Ok(…)` with an error response, and is committed.
    Refuse {
        /// The event that began it.
        begun: ExprId,
    },
    /// A statement runs.
    Statement {
        /// On what.
        on: Handle,
        /// What it says.
        sql: Box<Sql>,
        /// Rows are read from it later: it holds its handle; the event's expression stands for the stream.
        streams: bool,
        /// The call.
        call: CallId,
    },
    /// A statement is prepared that runs elsewhere in the body.
    Prepare {
        /// On what.
        on: Handle,
    },
    /// A commit.
    Commit {
        /// Of what.
        on: Handle,
    },
    /// A rollback.
    Rollback {
        /// Of what.
        on: Handle,
    },
    /// Autocommit is switched.
    Autocommit {
        /// Of what.
        on: Handle,
        /// To what, where it is known.
        value: Option<bool>,
    },
    /// A connection leaves its pool, or is closed instead of going back; or all of a pool are.
    Detach {
        /// Which.
        on: Handle,
    },
    /// A guard is told to do nothing when it is dropped.
    Unguard {
        /// Which.
        on: Handle,
    },
    /// A guard is told to commit when it is dropped.
    CommitOnDrop {
        /// Which.
        on: Handle,
    },
    /// A value, or a view of it, is given to something that nothing is known of, or captured by what runs elsewhere.
    Lend {
        /// Which.
        val: Val,
    },
    /// The session is reset.
    SessionReset {
        /// Of what.
        on: Handle,
    },
    /// A session advisory lock is taken (`true`) or released by an API.
    SessionLock {
        /// On what.
        on: Handle,
        /// Taken.
        takes: bool,
    },
    /// A mutex is locked; the event's expression stands for the guard.
    MutexLock {
        /// Which.
        on: Val,
        /// Gives up at once.
        tries: bool,
        /// Shared with other readers.
        reads: bool,
    },
    /// Work outside the database.
    Slow {
        /// Its kind (`http`, `sleep`…).
        kind: Option<Name>,
    },
    /// Something that a rollback can't take back.
    SideEffect {
        /// Its kind (`queue`, `mail`…).
        kind: Option<Name>,
    },
    /// An option of a pool or of its connections is set.
    PoolOption {
        /// Which: the catalogue's word (`max`, `acquire_timeout`).
        option: Name,
        /// To what, where it is constant.
        value: Option<Setting>,
        /// The call.
        call: CallId,
    },
    /// A pool's init command or option that runs SQL on each connection.
    PoolSetting {
        /// SQL it runs.
        sql: Option<Box<Sql>>,
        /// The call.
        call: CallId,
        /// The pool or options.
        on: Val,
    },
    /// Functions of the workspace are called.
    Call {
        /// Which.
        fns: Arc<[FnId]>,
        /// Arguments that matter.
        args: Arc<[Arg]>,
    },
    /// Functions of the workspace, closures or futures are handed to another task.
    Spawn {
        /// Functions called in it.
        fns: Arc<[FnId]>,
        /// Arguments that matter.
        args: Arc<[Arg]>,
    },
    /// The rest of a request is served, by its handler in the end.
    Serve,
    /// A stream is given to whoever made the request, and read as fast as they take it.
    Respond {
        /// The stream.
        body: Val,
    },
    /// A value is kept with a request.
    Keep {
        /// Which.
        val: Val,
    },
    /// A stream is given a time limit.
    Limit {
        /// The stream.
        on: Val,
    },
    /// A block that makes a stream hands out a value, and stands still until somebody asks for the next one.
    Yield,
    /// A future is waited for: others run, and it may be dropped here.
    Await,
    /// Values die.
    Drop {
        /// The local that owns them, at the end of its scope; its value may have moved on.
        local: Option<LocalId>,
        /// Or what a call made and nobody kept.
        made: Option<ExprId>,
        /// By `drop(…)`, not by itself.
        asked: bool,
    },
    /// A local's value goes elsewhere.
    Move {
        /// Which local.
        local: LocalId,
        /// Where to.
        sink: Sink,
    },
    /// On this branch a call is known to have failed: what it would have opened isn't open.
    Failed {
        /// The call's expression.
        call: ExprId,
        /// Which errors come here.
        caught: Caught,
        /// Nothing but a line in a log comes of it.
        quiet: bool,
    },
    /// On this branch an option is empty, or a stream at its end: what this has made for it isn't there.
    Absent {
        /// The call's expression.
        made: ExprId,
    },
    /// On this branch a try to take a session lock has answered `false`, so that it isn't held, or a statement has changed no rows.
    Refused {
        /// The call's expression.
        call: ExprId,
    },
    /// What a call answers is thrown away: if it has failed, nobody hears of it.
    Ignored {
        /// The call's expression.
        call: ExprId,
        /// How.
        how: Unheard,
    },
    /// Control comes here only if this holds.
    Assume(Condition),
    /// Control is about to leave the unit, before anything is dropped.
    Leave {
        /// How.
        way: Way,
        /// With `Ok(…)`, for certain, and not with one that says that nothing was done.
        ok: bool,
    },
    /// A callee's closure parameter, or a future it was given, runs.
    RunParam {
        /// Which place.
        what: Place,
        /// Arguments given to it.
        args: Arc<[Arg]>,
    },
}
