//! Calls as written: what each does, to which operand, and what it returns.

use serde::Deserialize;

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing that matters; the entry is there for its type.
    None,
    /// Creates a pool.
    PoolCreate,
    /// Opens a connection.
    Connect,
    /// Asks whether a connection lives.
    Check,
    /// Takes a connection out of a pool.
    Checkout,
    /// As `Checkout`, but gives up at once when there is none.
    TryCheckout,
    /// Runs `closure` with a connection taken from a pool (`interact`, `with_conn`).
    CheckoutClosure,
    /// Opens a transaction (on a pool: takes a connection and holds it).
    Begin,
    /// Runs `closure` in a transaction, commits on Ok.
    BeginClosure,
    /// Opens a transaction that is never committed.
    BeginTest,
    /// Commits.
    Commit,
    /// Rolls back.
    Rollback,
    /// Ends a guard according to its drop behaviour.
    Finish,
    /// Creates a savepoint.
    Savepoint,
    /// Builds a statement from `sql`; it runs later.
    Statement,
    /// Runs a statement on `handle`: the SQL at `sql`, or what the receiver built.
    Run,
    /// As `Run`, known to write.
    Write,
    /// As `Run`, returning a row stream that holds the handle.
    Stream,
    /// Adds a fact to a statement being built: see `fact`.
    Build,
    /// Runs migrations on `handle`.
    Migrate,
    /// Prepares a statement on `handle`.
    Prepare,
    /// Switches autocommit to the boolean at `arg` (or to `value`).
    Autocommit,
    /// Sets the isolation level or access mode.
    Isolation,
    /// Sets what a guard's drop does.
    DropBehavior,
    /// Takes a connection out of pool management.
    Detach,
    /// Closes a connection or marks it to be closed.
    Close,
    /// Closes a pool.
    PoolClose,
    /// Resets the session.
    SessionReset,
    /// Sets an option of a pool.
    PoolOption,
    /// Sets an option of a connection.
    ConnectOption,
    /// Gives `closure` every new connection of a pool (`after_connect`, `CustomizeConnection`), or runs `sql` on each (`init`).
    AfterConnect,
    /// Takes a session advisory lock.
    LockSession,
    /// Releases a session advisory lock.
    UnlockSession,
    /// Starts listening: the connection is dedicated.
    Listen,
    /// Locks a mutex (`handle` is the mutex).
    MutexLock,
    /// As `MutexLock`, but gives up at once.
    MutexTryLock,
    /// Runs `closure` holding the mutex.
    MutexClosure,
    /// Waits on the outside world.
    Slow,
    /// Does what a rollback can't take back.
    SideEffect,
    /// Runs the rest of a request: further middleware, and its handler in the end.
    Serve,
    /// Gives the stream at `arg` (or that of the macro itself) to whoever asked: it is read as fast as they take it.
    Respond,
    /// Gives the stream at `handle` a time limit.
    Limit,
    /// Keeps the value at `arg` with a request.
    Keep,
    /// Hands `closure` or a future argument to another task.
    Spawn,
    /// Runs `closure` here (or on a blocking thread) and waits for it.
    CallClosure,
    /// Runs the future argument here to its end (`block_on`).
    BlockOn,
    /// Runs the future arguments (or a collection of them) here, concurrently, to the end.
    Join,
    /// As `Join`, but drops the rest when one fails or wins.
    TryJoin,
    /// Runs the future argument, dropping it when time is up.
    Timeout,
    /// Drops its argument.
    Drop,
    /// Runs `closure` once to fill a cell.
    OnceInit,
    /// Sorts the receiver in place.
    Sort,
    /// Removes hash order (collects into a sorted map).
    Shuffle,
    /// Exits the process, panics.
    Diverge,
}

impl Effect {
    /// A connection doesn't go back to its pool; a pool that is closed takes its sessions along.
    #[must_use]
    pub fn takes_out(self) -> bool {
        matches!(self, Self::Detach | Self::Close | Self::PoolClose)
    }

    /// It counts whatever it is done to: it waits, acts on the outside, locks or spawns.
    #[must_use]
    pub fn acts(self) -> bool {
        matches!(
            self,
            Self::Slow
                | Self::SideEffect
                | Self::MutexLock
                | Self::MutexTryLock
                | Self::MutexClosure
                | Self::Serve
                | Self::Spawn
        )
    }

    /// Its value may be something that is held for a time: a connection, a guard, a future, a pool.
    #[must_use]
    pub fn makes(self) -> bool {
        !matches!(
            self,
            Self::None
                | Self::Build
                | Self::Statement
                | Self::Sort
                | Self::Shuffle
                | Self::Check
                | Self::Respond
                | Self::Limit
                | Self::Keep
        )
    }
}

/// Which operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operand {
    /// The receiver.
    Receiver,
    /// Arguments, the receiver not counted.
    Arg0,
    /// Second.
    Arg1,
    /// Third.
    Arg2,
    /// Fourth.
    Arg3,
}

/// A call: `[[fn]]` has `path`, `[[method]]` has `on` and `names`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallEntry {
    /// `[[fn]]`: canonical path; a macro's ends in `!` (`sqlx::query!`).
    pub path: Option<String>,
    /// `[[fn]]`: other public paths.
    #[serde(default)]
    pub also: Vec<String>,
    /// `[[fn]]`: counts only where the first argument is one of these texts, in upper case here and in any case there (`redis::cmd("DEL")`).
    #[serde(default)]
    pub given: Vec<String>,
    /// `[[method]]`: receiver: canonical path of a type or trait. `*` is any receiver that no typed entry fits: with `handle`, a builder
    /// whose type nothing tells (a diesel query), and it counts only when the handle has a database role of this client.
    pub on: Option<String>,
    /// `[[method]]`: names that share all the rest. On a trait one `*` in a name stands for what a derive puts there (`find_by_*`).
    #[serde(default)]
    pub names: Vec<String>,
    /// What it does.
    #[serde(default = "Effect::none")]
    pub effect: Effect,
    /// The connection, pool, transaction or mutex it works on.
    pub handle: Option<Operand>,
    /// The SQL text.
    pub sql: Option<Operand>,
    /// The SQL text may hold several statements separated by `;` (simple query protocol, `batch_execute`).
    #[serde(default)]
    pub multi: bool,
    /// Type of the value (of the future's output if `async`), in Rust syntax, with the type's parameters, `Self`, `Arg0`… (an operand's
    /// type; for a future its output), `Closure0`… (the return type of the closure given as that argument; for an async one its output), `Turbo0`… (a type
    /// given by turbofish; unknown without one). `Result<T>` and `Option<T>` are the prelude's.
    pub returns: Option<String>,
    /// Returns a future of `returns`.
    #[serde(default, rename = "async")]
    pub is_async: bool,
    /// The value is this operand itself, or a view, clone or part of it: the same connection, pool or transaction.
    pub same_as: Option<Operand>,
    /// The closure argument, or the future of `spawn`, `block_on`, `timeout`, `call_closure`.
    pub closure: Option<Operand>,
    /// Types of the closure's parameters.
    #[serde(default)]
    pub closure_params: Vec<String>,
    /// The boolean or limit argument of `autocommit`, `pool_option`; the mode of `isolation`, `drop_behavior`, `begin`; the options of
    /// `pool_create`; the stream of `respond`; the value of `keep`.
    pub arg: Option<Operand>,
    /// Fixed value where there is no argument, or what the entry adds: `build` facts (`for_update`, `for_share`, `skip_locked`, `no_wait`,
    /// `order`, `filter`, `select`, `insert`, `update`, `delete`, `upsert`, `raw`, `table`, `limit`, `key`), options (`max`, `min`,
    /// `acquire_timeout`, `idle_timeout`, `max_lifetime`, `health_check`, `reset`), `off`/`on` for autocommit, an isolation level, a slow
    /// call's kind (`http`, `sleep`, `process`, `file`, `queue`, `mail`, `channel`, `hash`, `rpc`, `cache`, `object_storage`, `stdin`).
    /// Of a closure: `each` runs it once an element (of `spawn`: again and again),
    /// `retry` again when it fails, `blocking` on a thread that may block. Of `diverge`, leaving by an error instead of a panic: `err`
    /// always (`bail!`), `err_unless` its condition holds (`ensure!`). Of `begin`: `deferred`. Of `isolation`: `read_only`, `consistent_snapshot`
    /// for what the boolean at `arg` switches. Of `connect`: `memory`. Of `run`: `each` for a batch.
    /// Of `stream`: `until_end` where the stream gives its connection back with its last row, and not only when it is dropped.
    /// Of `after_connect`: `each_checkout` where it runs before each checkout. Of `connect_option`: `memory`, `shared_cache`, `transaction_behavior`.
    pub value: Option<String>,
    /// `[since, until)` of the client's versions.
    pub since: Option<String>,
    /// Exclusive.
    pub until: Option<String>,
}

impl Effect {
    fn none() -> Self {
        Self::None
    }
}
