//! The catalogue as written: what a TOML sheet may say. Unknown keys are refused.

mod call;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use call::{CallEntry, Effect, Operand};

use crate::sql::Database;

/// One file of the catalogue, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Cargo packages that bring it in: it counts for a package that depends on one of them. Empty: always (std).
    #[serde(default)]
    pub packages: Vec<String>,
    /// What Rust calls the library of these packages, where it isn't the package's name (`stripe` of `async-stripe`).
    #[serde(default)]
    pub library: Option<String>,
    /// First path segments that lead into it (`sqlx`, `sqlx_core`). The first is the canonical one used in `path`s.
    #[serde(default)]
    pub crates: Vec<String>,
    /// Other clients that it hands through.
    #[serde(default, rename = "reexport")]
    pub reexports: Vec<Reexport>,
    /// The databases it talks to, where the client itself says so.
    #[serde(default)]
    pub databases: Vec<Database>,
    /// Features of its packages that bring a driver along, and the databases that it talks to.
    #[serde(default)]
    pub drivers: Vec<Driver>,
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

/// A feature that brings a database's driver along.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// The feature (`sqlx-postgres`).
    pub feature: String,
    /// What the driver talks to.
    pub databases: Vec<Database>,
}

/// A client that another one brings along under a name of its own: `rocket_db_pools::sqlx`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reexport {
    /// Where it is found: a crate of the sheet and one name in it.
    pub path: String,
    /// The client's package.
    pub package: String,
    /// Its version, which no dependency tells.
    #[serde(deserialize_with = "version")]
    pub version: semver::Version,
}

fn version<'de, D: serde::Deserializer<'de>>(from: D) -> Result<semver::Version, D::Error> {
    let text = String::deserialize(from)?;
    semver::Version::parse(&text).map_err(serde::de::Error::custom)
}

/// What a client does on its own.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// What happens to an open transaction whose guard is dropped.
    pub dropped_transaction: Option<Dropped>,
    /// Databases on which that rollback is sent with the next use of the connection, or by the pool that it goes back to.
    #[serde(default)]
    pub queues_rollback: Vec<Database>,
    /// What its pool does with a connection that comes back with state or an open transaction.
    pub pool_return: Option<PoolReturn>,
    /// Default maximum of connections.
    pub pool_max: Option<u32>,
    /// Default seconds a checkout waits; 0 waits for ever.
    pub acquire_timeout: Option<u32>,
    /// Default seconds after which its pool closes an idle connection.
    pub idle_timeout: Option<u32>,
    /// Default seconds after which its pool closes any connection.
    pub max_lifetime: Option<u32>,
    /// What a begin inside a transaction does.
    pub nested_begin: Option<NestedBegin>,
    /// A nested guard doesn't borrow the outer one: both can be used.
    #[serde(default)]
    pub unbound_guards: bool,
    /// Versions in which a begin that is dropped while BEGIN is under way leaves the transaction open.
    pub begin_leaks: Option<BeginLeaks>,
    /// Autocommit is off in a fresh connection.
    #[serde(default)]
    pub autocommit_off: bool,
    /// Names by which code tells errors that the server sends: variants, methods, constants.
    #[serde(default)]
    pub server_errors: Vec<String>,
    /// Names by which it tells errors that the client makes of an answer.
    #[serde(default)]
    pub client_errors: Vec<String>,
    /// Methods at the end of a builder's chain that send nothing.
    #[serde(default)]
    pub unsent: Vec<String>,
    /// Settings of a session that its connections switch on by themselves.
    #[serde(default)]
    pub on_by_default: Vec<String>,
    /// `begin` through `&self`: several tasks can share the connection (tokio-postgres).
    #[serde(default)]
    pub shared_by_reference: bool,
}

/// Where a dropped begin leaves its transaction open, and the connection goes on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginLeaks {
    /// In these versions of the client: `>=0.8.4, <0.9.1`.
    #[serde(deserialize_with = "versions")]
    pub versions: semver::VersionReq,
    /// On these databases.
    pub databases: Vec<Database>,
}

fn versions<'de, D: serde::Deserializer<'de>>(from: D) -> Result<semver::VersionReq, D::Error> {
    let text = String::deserialize(from)?;
    semver::VersionReq::parse(&text).map_err(serde::de::Error::custom)
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
    /// Public fields that lead to a handle, with their types.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
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
    /// Its methods run once, one after the other: migrations.
    #[serde(default)]
    pub runs_alone: bool,
    /// What derives it, or has its attribute macro, derefs to its first field.
    #[serde(default)]
    pub derefs: bool,
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
