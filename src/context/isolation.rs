//! Whether the database refuses a write that is made of what another transaction has changed since.

use super::{Context, UnitContext};
use crate::body::{Event, EventKind, Sql, Unit};
use crate::catalogue::{CallId, Role};
use crate::flow::{Resource, ResourceKind};
use crate::infer::Owner;
use crate::ir::{Body, Expr, ExprId};
use crate::locks::Run;
use crate::sql::{Database, Isolation};

/// The isolation level that a transaction is begun with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    /// This one.
    Told(Isolation),
    /// The database's own.
    Default,
    /// Its options are made elsewhere.
    Unknown,
}

impl Level {
    /// Above READ COMMITTED, as far as can be known.
    fn may_be_isolated(self) -> bool {
        match self {
            Self::Told(level) => level >= Isolation::RepeatableRead,
            Self::Default => false,
            Self::Unknown => true,
        }
    }

    /// On MySQL, where REPEATABLE READ is the default: all SELECTs read one snapshot.
    fn keeps_snapshot(self) -> bool {
        match self {
            Self::Told(level) => level >= Isolation::RepeatableRead,
            Self::Default => true,
            Self::Unknown => false,
        }
    }
}

impl UnitContext<'_, '_> {
    /// Whether what runs here may be refused, or kept from running, when somebody else writes the same rows in between: by the
    /// isolation that the transaction has or may have, by a database that lets one write, or by a mutex held here.
    #[must_use]
    pub fn is_isolated(&self, run: &Run<'_>) -> bool {
        let is_mutex = |resource: &Resource| resource.kind == ResourceKind::Mutex;
        if self.flow.open(run.state.may).any(is_mutex) {
            return true;
        }
        let databases = self.databases(run.effect.part);
        let only = |of: &[Database]| {
            !databases.is_empty() && databases.iter().all(|database| of.contains(database))
        };
        let transaction = run.transaction(self);
        if only(&[Database::Sqlite, Database::DuckDb]) {
            return transaction.is_some() || !self.is_pooled(run);
        }
        if only(&[Database::CockroachDb]) {
            return true;
        }
        match transaction {
            None => false,
            Some(None) => self.cx.asks_for_isolation(),
            Some(Some(begun)) => self.level_of(begun).may_be_isolated() || raises(self.flow.unit),
        }
    }

    /// Whether all SELECTs of a transaction begun here read one snapshot.
    #[must_use]
    pub fn has_snapshot(&self, run: &Run<'_>, transaction: &Resource) -> bool {
        let databases = self.databases(run.effect.part);
        let only = |of: &[Database]| {
            !databases.is_empty() && databases.iter().all(|database| of.contains(database))
        };
        let level = self.level_of(transaction);
        if only(&[Database::Sqlite, Database::DuckDb, Database::CockroachDb]) {
            return true;
        }
        if only(&[Database::MySql, Database::MariaDb]) {
            return level.keeps_snapshot() && !sets_level(self.flow.unit);
        }
        let is_told = matches!(level, Level::Told(level) if level >= Isolation::RepeatableRead);
        only(&[Database::Postgres]) && (is_told || raises(self.flow.unit))
    }

    /// The level that a transaction of this unit begins at.
    fn level_of(&self, transaction: &Resource) -> Level {
        let unit = self.flow.unit;
        let mut events = unit.events();
        let begun = events.find(|event| {
            transaction.at == Some(event.at) && matches!(event.kind, EventKind::Begin { .. })
        });
        begun.map_or(Level::Default, |event| self.cx.level_of(unit, event))
    }

    /// Whether a statement's connection is one of a pool's: others use the database at the same time.
    fn is_pooled(&self, run: &Run<'_>) -> bool {
        let role = self.role(run.effect);
        matches!(role, Some(Role::Pool | Role::Checkout))
            || self
                .flow
                .resource(&run.on)
                .is_some_and(|index| self.flow.resources[index].kind == ResourceKind::Checkout)
    }
}

impl Context<'_> {
    /// Whether anything in the workspace asks for an isolation level above READ COMMITTED.
    #[must_use]
    pub fn asks_for_isolation(&self) -> bool {
        self.program.units.iter().any(|unit| {
            let is_isolated = |event: &Event| self.level_of(unit, event).may_be_isolated();
            raises(unit) || unit.events().any(is_isolated)
        })
    }

    /// The level that a transaction begins at.
    fn level_of(&self, unit: &Unit, event: &Event) -> Level {
        match &event.kind {
            EventKind::Begin { mode, call, .. } => match mode.isolation {
                Some(level) => Level::Told(level),
                None if self.has_unknown_options(unit, event.at, *call) => Level::Unknown,
                None => Level::Default,
            },
            _ => Level::Default,
        }
    }

    /// Whether the call that begins a transaction is given options, and not the client's own defaults.
    fn has_unknown_options(&self, unit: &Unit, at: ExprId, call: CallId) -> bool {
        let Some(options) = self.catalogue().call(call).arg else {
            return false;
        };
        let body = match unit.id.owner {
            Owner::Fn(id) => self.defs().body(id),
            Owner::Value(_) => None,
        };
        let Some(body) = body else {
            return true;
        };
        let given = match body.expr(at) {
            Expr::Method { receiver, args, .. } => options.of(Some(*receiver), args),
            Expr::Call { args, .. } => options.of(None, args),
            _ => None,
        };
        given.is_none_or(|given| !is_default(body, given))
    }
}

/// `None`, `Default::default()`.
fn is_default(body: &Body, given: ExprId) -> bool {
    let path = match body.expr(given) {
        Expr::Call { callee, .. } => *callee,
        _ => given,
    };
    matches!(body.expr(path), Expr::Path(path)
        if path.segments.last().is_some_and(|last| matches!(last.name.as_str(), "default" | "None")))
}

/// Whether a unit's own statements say anything of isolation.
fn sets_level(unit: &Unit) -> bool {
    unit.events().any(|event| match &event.kind {
        EventKind::Statement { sql, .. } => sql
            .statements()
            .any(|statement| statement.isolation.is_some()),
        _ => false,
    })
}

/// Whether a unit's own statements, or its pool's settings, raise the isolation level.
fn raises(unit: &Unit) -> bool {
    let says = |sql: &Sql| {
        sql.statements()
            .any(|statement| statement.isolation >= Some(Isolation::RepeatableRead))
    };
    unit.events().any(|event| match &event.kind {
        EventKind::Statement { sql, .. } => says(sql),
        EventKind::PoolSetting { sql, .. } => sql.as_deref().is_some_and(says),
        _ => false,
    })
}
