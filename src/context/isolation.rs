//! Whether the database refuses a write that is made of what another transaction has changed since.

use super::{Context, UnitContext};
use crate::body::{EventKind, Sql, Unit};
use crate::catalogue::Role;
use crate::flow::{Resource, ResourceKind};
use crate::infer::Owner;
use crate::ir::ExprId;
use crate::locks::Run;
use crate::source::{Span, TextRange};
use crate::sql::{Database, Isolation};

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
            Some(Some(begun)) => {
                let asks = begun
                    .at
                    .is_some_and(|at| self.cx.begins_isolated(self.flow.unit, at));
                asks || raises(self.flow.unit)
            }
        }
    }

    /// Whether all SELECTs of a transaction begun here read one snapshot.
    #[must_use]
    pub fn has_snapshot(&self, run: &Run<'_>, transaction: &Resource) -> bool {
        let databases = self.databases(run.effect.part);
        let only = |of: &[Database]| {
            !databases.is_empty() && databases.iter().all(|database| of.contains(database))
        };
        let asks = transaction
            .at
            .is_some_and(|at| self.cx.begins_isolated(self.flow.unit, at));
        if only(&[Database::Sqlite, Database::DuckDb, Database::CockroachDb]) {
            return true;
        }
        if only(&[Database::MySql, Database::MariaDb]) {
            return !asks && !sets_level(self.flow.unit);
        }
        only(&[Database::Postgres]) && raises(self.flow.unit)
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
            let begins = |at: ExprId| self.begins_isolated(unit, at);
            let mut events = unit.events();
            raises(unit)
                || events
                    .any(|event| matches!(event.kind, EventKind::Begin { .. }) && begins(event.at))
        })
    }

    /// Whether the call that begins a transaction says something of isolation, or is given options that are made elsewhere.
    fn begins_isolated(&self, unit: &Unit, at: ExprId) -> bool {
        const WORDS: [&str; 3] = ["solation", "erializable", "epeatable"];
        let Owner::Fn(id) = unit.id.owner else {
            return true;
        };
        let Some(body) = self.defs().body(id) else {
            return true;
        };
        let mut range = body.range(at);
        let mut events = unit.events();
        let call = events.find_map(|event| match event.kind {
            EventKind::Begin { call, scoped, .. } if event.at == at => Some((call, scoped)),
            _ => None,
        });
        // The closure that runs inside says nothing of how it begins.
        if let Some((call, true)) = call
            && let crate::ir::Expr::Method { receiver, args, .. } = body.expr(at)
        {
            let closure = self.catalogue().call(call).closure;
            let closure = closure.and_then(|operand| operand.of(Some(*receiver), args));
            if let Some(closure) = closure {
                range = TextRange {
                    start: range.start,
                    end: body.range(closure).start,
                };
            }
        }
        let file = self.defs().function(id).file;
        let text = self.text(Span { file, range }).to_ascii_lowercase();
        let has_options = call.is_some_and(|(call, _)| self.catalogue().call(call).arg.is_some());
        WORDS.iter().any(|word| text.contains(word)) || (has_options && !text.contains("default"))
    }
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
