//! SQL text to facts: what each statement reads, writes, locks and leaves behind in its session.

mod advisory;
mod assign;
mod calls;
mod choice;
mod columns;
mod control;
mod ddl;
mod dialect;
mod facts;
mod holes;
mod levels;
mod lexer;
mod locks;
mod pragma;
mod rows;
mod scan;
mod session;
mod split;
mod tables;
#[cfg(test)]
mod tests;
mod token;
mod tree;
mod verb;
mod within;

pub use columns::{Column, Term, Value};
pub use locks::RowLock;
pub use rows::names_key;
pub use within::before_the_end;

/// A longer text is read by its leading keywords only, in bytes.
const MAX_LENGTH: usize = 256 * 1024;

/// The statements of a text, in order. `databases` are those it may be sent to (empty: not known); what the
/// text leaves open stays unknown in the facts. Never fails: text no parser knows is read by its tokens.
#[must_use]
pub fn statements(text: &SqlText, databases: &[Database]) -> Vec<Statement> {
    let flat = token::flatten(text);
    if flat.len() > MAX_LENGTH {
        let head: String = flat.chars().take(1024).collect();
        let tokens = lexer::tokens(&head, databases);
        return split::split(&tokens, databases)
            .first()
            .map(|first| facts::leading(first, databases))
            .into_iter()
            .collect();
    }
    let tokens = lexer::tokens(&flat, databases);
    split::split(&tokens, databases)
        .into_iter()
        .flat_map(|tokens| facts::facts(tokens, databases))
        .collect()
}

/// Whether no database but these is possible.
fn only(databases: &[Database], of: &[Database]) -> bool {
    !databases.is_empty() && databases.iter().all(|database| of.contains(database))
}

/// Whether one of these is possible.
fn possible(databases: &[Database], of: &[Database]) -> bool {
    databases.is_empty() || databases.iter().any(|database| of.contains(database))
}

/// A database whose dialect and semantics differ from the others'.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// PostgreSQL
    Postgres,
    /// CockroachDB: PostgreSQL's grammar, always serializable.
    CockroachDb,
    /// MySQL
    MySql,
    /// MariaDB: MySQL's grammar with its own locking and isolation rules.
    MariaDb,
    /// SQLite
    Sqlite,
    /// Microsoft SQL Server
    MsSql,
    /// Oracle
    Oracle,
    /// DuckDB
    DuckDb,
}

/// SQL as a program builds it: known text and holes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SqlText(pub Vec<SqlPiece>);

/// A piece of SQL text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SqlPiece {
    /// Known text.
    Text(String),
    /// Something put in at run time.
    Hole,
}

/// What a statement is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Verb {
    /// Reads (SELECT, WITH … SELECT, TABLE, VALUES, SHOW, EXPLAIN without ANALYZE).
    Select,
    /// INSERT that fails on a conflict, REPLACE excluded.
    Insert,
    /// INSERT … ON CONFLICT / ON DUPLICATE KEY, REPLACE, MERGE.
    Upsert,
    /// UPDATE
    Update,
    /// DELETE
    Delete,
    /// BEGIN, START TRANSACTION, BEGIN TRAN, SET TRANSACTION excluded.
    Begin,
    /// COMMIT, END
    Commit,
    /// ROLLBACK, ABORT (not to a savepoint).
    Rollback,
    /// SAVEPOINT, SAVE TRAN
    Savepoint,
    /// ROLLBACK TO
    RollbackTo,
    /// RELEASE
    Release,
    /// SET TRANSACTION …
    SetTransaction,
    /// LOCK TABLE(S)
    LockTable,
    /// UNLOCK TABLES
    UnlockTables,
    /// CREATE, ALTER, DROP, TRUNCATE, RENAME, GRANT…
    Ddl,
    /// SET, RESET, PRAGMA, USE, LISTEN, PREPARE, DISCARD…: see `Statement::session`.
    Session,
    /// CALL, EXEC, DO
    Call,
    /// COPY, LOAD DATA
    Copy,
    /// VACUUM, ANALYZE, REINDEX, CHECKPOINT, NOTIFY and the rest.
    Other,
    /// Nothing could be told.
    Unknown,
}

/// Facts of one statement.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, not a state"
)]
pub struct Statement {
    /// What it is.
    pub verb: Verb,
    /// Tables it reads, lower case unless quoted, without schema, aliases and CTE names resolved away; sorted.
    pub reads: Vec<String>,
    /// Tables it writes (CTEs' too), or that LOCK TABLE locks exclusively; sorted.
    pub writes: Vec<String>,
    /// FOR UPDATE / SHARE…, LOCK IN SHARE MODE, (UPDLOCK).
    pub row_lock: Option<RowLock>,
    /// Which rows its outermost WHERE (or VALUES) names; for LOCK TABLE unknown.
    pub rows: Rows,
    /// The select that locks (outer, or the inner one that feeds UPDATE/DELETE) has ORDER BY.
    pub ordered: bool,
    /// An inner `SELECT … FOR UPDATE` (CTE or subquery) locks the rows before the outer statement does.
    pub locks_inside: bool,
    /// UPDATE or DELETE joined with rows made in place (UNNEST, VALUES).
    pub joins_list: bool,
    /// ON CONFLICT DO NOTHING, INSERT IGNORE: rows that exist stay as they are.
    pub keeps_rows: bool,
    /// The placeholder that picks its one row, counted from 0.
    pub key: Option<u16>,
    /// What a SELECT, or RETURNING, gives back.
    pub columns: Vec<Column>,
    /// What SET, or a one-row INSERT, writes.
    pub sets: Vec<Term>,
    /// The conjuncts of its WHERE.
    pub conditions: Vec<Term>,
    /// Advisory lock calls in it, in order.
    pub advisory: Vec<AdvisoryCall>,
    /// What it leaves in, or asks of, its session.
    pub session: Vec<SessionState>,
    /// `PRAGMA name = ON`: what it sets is a switch, and on.
    pub switches_on: bool,
    /// `SET autocommit = …`, `SET IMPLICIT_TRANSACTIONS …` (which is the inverse): the new autocommit value.
    pub autocommit: Option<bool>,
    /// Isolation level it sets or begins with, or that a table hint asks for.
    pub isolation: Option<Isolation>,
    /// READ ONLY (`true`) / READ WRITE (`false`) it sets or begins with.
    pub read_only: Option<bool>,
    /// SQLite's BEGIN IMMEDIATE / EXCLUSIVE.
    pub immediate: bool,
    /// All of it was understood; else what could be told from its tokens.
    pub parsed: bool,
    /// It has a hole that may change its meaning (table name, clause), not only a value.
    pub holes: bool,
    /// Its last word is put in at run time: it may be another clause.
    pub open_end: bool,
    /// What becomes of it in an open transaction.
    pub within: Within,
}

impl Statement {
    /// A statement of which nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            verb: Verb::Unknown,
            reads: Vec::new(),
            writes: Vec::new(),
            row_lock: None,
            rows: Rows::Unknown,
            ordered: false,
            locks_inside: false,
            joins_list: false,
            keeps_rows: false,
            key: None,
            columns: Vec::new(),
            sets: Vec::new(),
            conditions: Vec::new(),
            advisory: Vec::new(),
            session: Vec::new(),
            switches_on: false,
            autocommit: None,
            isolation: None,
            read_only: None,
            immediate: false,
            parsed: false,
            holes: false,
            open_end: false,
            within: Within::Joins,
        }
    }

    /// Whether it changes rows: by its verb, or in a common table expression.
    #[must_use]
    pub fn is_write(&self) -> bool {
        let changes = matches!(
            self.verb,
            Verb::Insert | Verb::Upsert | Verb::Update | Verb::Delete
        );
        changes
            || (!self.writes.is_empty()
                && matches!(
                    self.verb,
                    Verb::Select | Verb::Call | Verb::Copy | Verb::Unknown
                ))
    }

    /// Whether it begins, ends or divides a transaction. SET TRANSACTION doesn't.
    #[must_use]
    pub fn is_transaction_control(&self) -> bool {
        use Verb::{Begin, Commit, Release, Rollback, RollbackTo, Savepoint};
        matches!(
            self.verb,
            Begin | Commit | Rollback | Savepoint | RollbackTo | Release
        )
    }

    /// The lock clause that stands in its text on every way that builds it.
    #[must_use]
    pub fn sure_lock(&self) -> Option<RowLock> {
        self.row_lock.filter(|lock| !lock.sometimes)
    }

    /// Whether it surely locks rows until its transaction ends: by a lock clause, or by changing rows that exist.
    #[must_use]
    pub fn locks_rows(&self) -> bool {
        self.sure_lock().is_some()
            || matches!(self.verb, Verb::Update | Verb::Delete)
            || (self.verb == Verb::Upsert && !self.keeps_rows)
    }
}

/// What becomes of a statement in an open transaction, on every database that it may be sent to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Within {
    /// It is a part of the transaction, as far as is known.
    #[default]
    Joins,
    /// It commits the transaction first: DDL on MySQL and Oracle.
    Commits,
    /// The database refuses it: CREATE INDEX CONCURRENTLY, VACUUM.
    Fails,
    /// It has no effect, mostly without an error: `PRAGMA foreign_keys`.
    Nothing,
}

/// Which rows a statement names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rows {
    /// No WHERE: all of them.
    All,
    /// One key (`WHERE id = $1 …`).
    One,
    /// A list whose order the statement doesn't fix: IN (…) with several or a hole, = ANY(…), UNNEST join, several VALUES rows, VALUES join.
    List,
    /// Any other predicate.
    Range,
    /// One row taken from a queue: LIMIT 1 / TOP 1.
    First,
    /// Not known.
    Unknown,
}

/// A call to an advisory lock function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdvisoryCall {
    /// What it does.
    pub op: AdvisoryOp,
    /// Session level (held until unlocked or disconnected), else transaction level.
    pub session: bool,
    /// `…_shared`
    pub shared: bool,
    /// The key's text where it is constant.
    pub key: Option<String>,
}

/// What an advisory call does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdvisoryOp {
    /// `pg_advisory_lock`, `GET_LOCK`, `sp_getapplock`; with a time-out of 0 the last two are [`Self::TryLock`].
    Lock,
    /// `pg_try_advisory_lock`
    TryLock,
    /// `pg_advisory_unlock`, `RELEASE_LOCK`, `sp_releaseapplock`
    Unlock,
    /// `pg_advisory_unlock_all`, `RELEASE_ALL_LOCKS`
    UnlockAll,
}

/// What a statement leaves in, or asks of, its session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// `SET [SESSION] name = …`, `set_config(name, …, false)`, `SET SESSION CHARACTERISTICS`, `PRAGMA name = …` local to the connection, `USE db`.
    Set(String),
    /// `SET LOCAL …`, `set_config(…, true)`, SET CONSTRAINTS: ends with the transaction.
    SetLocal(String),
    /// `RESET …`, `DISCARD …`, `SET x = DEFAULT`, `RESET ROLE`: takes state away (`None`: all of it).
    Reset(Option<String>),
    /// SET ROLE, SET SESSION AUTHORIZATION
    Role,
    /// LISTEN / UNLISTEN (`false`)
    Listen(bool),
    /// CREATE TEMPORARY TABLE name (not ON COMMIT DROP)
    TempTable(String),
    /// PREPARE / EXECUTE / DEALLOCATE by SQL
    Prepared,
    /// SET @x := …, SELECT @x
    UserVariable,
    /// `currval`, `lastval`, `LAST_INSERT_ID()` without argument, `SCOPE_IDENTITY`, `@@IDENTITY`,
    /// `last_insert_rowid()`, `ROW_COUNT`, `FOUND_ROWS`, `changes()`: its name.
    LastValue(String),
}

/// An isolation level.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Isolation {
    /// READ UNCOMMITTED, WITH (NOLOCK)
    ReadUncommitted,
    /// READ COMMITTED
    ReadCommitted,
    /// REPEATABLE READ
    RepeatableRead,
    /// SNAPSHOT (MSSQL)
    Snapshot,
    /// SERIALIZABLE
    Serializable,
}

impl Isolation {
    /// A level by its name in SQL or in a client: `repeatable_read`, `RepeatableRead`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let letters = name.chars().filter(char::is_ascii_alphabetic);
        let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        Some(match name.as_str() {
            "readuncommitted" => Self::ReadUncommitted,
            "readcommitted" => Self::ReadCommitted,
            "repeatableread" => Self::RepeatableRead,
            "snapshot" => Self::Snapshot,
            "serializable" => Self::Serializable,
            _ => return None,
        })
    }
}
