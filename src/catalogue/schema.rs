//! The catalogue as written: what a TOML sheet may say. Unknown keys are refused.

use serde::Deserialize;

use crate::sql::Database;

/// One file of the catalogue, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Cargo packages that bring it in: it counts for a package that depends on one of them. Empty: always (std).
    #[serde(default)]
    pub packages: Vec<String>,
    /// First path segments that lead into it (`sqlx`, `sqlx_core`). The first is the canonical one used in `path`s.
    #[serde(default)]
    pub crates: Vec<String>,
    /// The databases it talks to, where the client itself says so.
    #[serde(default)]
    pub databases: Vec<Database>,
    /// What the client does on its own.
    #[serde(default)]
    pub behaviour: Behaviour,
    /// Its types.
    #[serde(default, rename = "type")]
    pub types: Vec<TypeEntry>,
    /// Its type aliases.
    #[serde(default, rename = "alias")]
    pub aliases: Vec<AliasEntry>,
    /// Its traits that matter as bounds.
    #[serde(default, rename = "trait")]
    pub traits: Vec<TraitEntry>,
    /// Free functions, associated functions and macros, by path.
    #[serde(default, rename = "fn")]
    pub fns: Vec<CallEntry>,
    /// Methods, by receiver.
    #[serde(default, rename = "method")]
    pub methods: Vec<CallEntry>,
    /// What makes a function or closure a request handler.
    #[serde(default, rename = "handler")]
    pub handlers: Vec<HandlerEntry>,
}

/// What a client does on its own.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// What happens to an open transaction whose guard is dropped.
    pub dropped_transaction: Option<Dropped>,
    /// What its pool does with a connection that comes back with state or an open transaction.
    pub pool_return: Option<PoolReturn>,
    /// Default maximum of connections.
    pub pool_max: Option<u32>,
    /// Default seconds a checkout waits; 0 waits for ever.
    pub acquire_timeout: Option<u32>,
    /// What a begin inside a transaction does.
    pub nested_begin: Option<NestedBegin>,
    /// Autocommit is off in a fresh connection.
    #[serde(default)]
    pub autocommit_off: bool,
    /// `begin` through `&self`: several tasks can share the connection (tokio-postgres).
    #[serde(default)]
    pub shared_by_reference: bool,
}

/// What happens to an open transaction whose guard is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// Rolled back: at once, in the background, or with the next use. Nothing is lost but time.
    RollsBack,
    /// There are only closures, or only guards bound to them.
    ClosureOnly,
    /// Begin and commit are plain methods: nothing happens.
    Nothing,
    /// Commits.
    Commits,
}

/// What a pool does with a connection that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolReturn {
    /// Nothing, or a ping: an open transaction and session state stay.
    Nothing,
    /// Rolls back an open transaction; session state stays.
    RollsBack,
    /// Resets the session: transaction and state are gone.
    Resets,
    /// Closes a connection with an open transaction; session state stays.
    Discards,
}

/// What a begin inside a transaction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NestedBegin {
    /// A savepoint.
    Savepoint,
    /// An error.
    Error,
    /// Commits the outer one.
    ImplicitCommit,
    /// Sends BEGIN again.
    BeginsAgain,
}

/// The part a value plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Hands out connections; a statement on it takes one of its own.
    Pool,
    /// A connection that goes back to its pool.
    Checkout,
    /// A connection that closes when dropped.
    Connection,
    /// An open transaction's guard, or the connection inside a transaction closure.
    Transaction,
    /// Any of these: a trait bound, or a type that may be each.
    Executor,
    /// A statement that has not run (query builders).
    Statement,
    /// A transaction being configured.
    TransactionBuilder,
    /// A pool being configured.
    PoolOptions,
    /// A connection being configured.
    ConnectOptions,
    /// A row stream: holds its connection while it lives.
    RowStream,
    /// A connection dedicated to notifications.
    Listener,
    /// Holds an advisory lock while it lives.
    LockGuard,
    /// A mutex (or read-write lock).
    Mutex,
    /// Holds a mutex while it lives.
    MutexGuard,
    /// A marker that tells the database (`sqlx::Postgres`).
    DatabaseMarker,
    /// A transparent wrapper: derefs to its first argument (`Arc`, `Box`, `web::Data`).
    Wrapper,
    /// As `Wrapper`, and shared by all requests (`State`, `Extension`, `Data`).
    SharedState,
    /// Initialised once, then shared (`OnceCell`, `LazyLock`): derefs or `get`s to its first argument.
    Once,
    /// A hash map or set: iterates in a different order each time.
    HashOrder,
    /// A `BTreeMap`, `BTreeSet`: iterates sorted.
    Sorted,
    /// A list: keeps the order it was filled in.
    List,
    /// A task set or future list.
    Futures,
}

/// A type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeEntry {
    /// Canonical path.
    pub path: String,
    /// Other public paths of the same type.
    #[serde(default)]
    pub also: Vec<String>,
    /// Names of its type parameters, in order, as `deref`, `returns`… use them. Lifetimes are left out.
    #[serde(default)]
    pub params: Vec<String>,
    /// Its part, none for a plain carrier.
    pub role: Option<Role>,
    /// What it derefs to.
    pub deref: Option<String>,
    /// The database it talks to, where the type itself says so.
    pub database: Option<Database>,
    /// Traits it implements that matter for calls (canonical paths).
    #[serde(default)]
    pub implements: Vec<String>,
    /// `[since, until)` of the client's versions.
    pub since: Option<String>,
    /// Exclusive.
    pub until: Option<String>,
}

/// A type alias.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasEntry {
    /// Canonical path.
    pub path: String,
    /// Other public paths.
    #[serde(default)]
    pub also: Vec<String>,
    /// Its type parameters.
    #[serde(default)]
    pub params: Vec<String>,
    /// The type it stands for.
    pub is: String,
}

/// A trait that matters as a bound.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraitEntry {
    /// Canonical path.
    pub path: String,
    /// Other public paths.
    #[serde(default)]
    pub also: Vec<String>,
    /// The part a value of a type bounded by it plays.
    pub role: Option<Role>,
    /// Supertraits whose methods it has too.
    #[serde(default)]
    pub supers: Vec<String>,
    /// The database, where the trait says so.
    pub database: Option<Database>,
}

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
    /// Releases or rolls back to a savepoint.
    EndSavepoint,
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
    /// `[[method]]`: receiver: canonical path of a type or trait. `*` is any receiver that no typed entry fits: with `handle`, a builder
    /// whose type nothing tells (a diesel query), and it counts only when the handle has a database role of this client.
    pub on: Option<String>,
    /// `[[method]]`: names that share all the rest.
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
    /// The boolean or limit argument of `autocommit`, `pool_option`; the mode of `isolation`, `drop_behavior`, `begin`; the options of `pool_create`.
    pub arg: Option<Operand>,
    /// Fixed value where there is no argument, or what the entry adds: `build` facts (`for_update`, `for_share`, `skip_locked`, `no_wait`,
    /// `order`, `filter`, `select`, `insert`, `update`, `delete`, `upsert`, `raw`, `table`, `limit`, `key`), options (`max`, `min`,
    /// `acquire_timeout`, `health_check`, `reset`), `off`/`on` for autocommit, an isolation level, a slow call's kind (`http`, `sleep`, `process`,
    /// `file`, `queue`, `mail`, `channel`, `hash`, `rpc`, `cache`, `object_storage`, `stdin`). Of a closure: `each` runs it once an element,
    /// `retry` again when it fails, `blocking` on a thread that may block. Of `diverge`, leaving by an error instead of a panic: `err`
    /// always (`bail!`), `err_unless` its condition holds (`ensure!`). Of `begin`: `deferred`. Of `isolation`: `read_only`, `consistent_snapshot`
    /// for what the boolean at `arg` switches. Of `connect`: `memory`. Of `run`: `each` for a batch.
    /// With `same_as` and no effect: `each` for elements taken out of it.
    pub value: Option<String>,
    /// `[since, until)` of the client's versions.
    pub since: Option<String>,
    /// Exclusive.
    pub until: Option<String>,
}

/// What makes a function or closure a request handler; exactly one key of `attribute`, `call`, `implements` is set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlerEntry {
    /// Functions with this attribute macro.
    pub attribute: Option<String>,
    /// Calls that take the handler (a path, or `Type::method`); `arg` tells which argument.
    pub call: Option<String>,
    /// Which argument of `call`.
    pub arg: Option<Operand>,
    /// Methods of impls of this trait.
    pub implements: Option<String>,
    /// One request at a time in a process (Lambda).
    #[serde(default)]
    pub one_at_a_time: bool,
    /// `attribute`: only functions with a parameter of this type.
    pub takes: Option<String>,
    /// Works on a job, not on a request.
    #[serde(default)]
    pub job: bool,
}

impl Effect {
    fn none() -> Self {
        Self::None
    }
}
