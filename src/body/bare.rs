//! Transactions that no guard ends: begun by plain methods, as if by text.

use std::sync::Arc;

use super::build::Builder;
use super::event::{EventKind, Handle, Sql};
use crate::catalogue::{CallId, Dropped, ExtCall, Role};
use crate::infer::{Part, Val};
use crate::ir::ExprId;
use crate::sql::{Statement, Verb};
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// Begins by a method that makes no guard: nothing ends it but a call.
    pub(super) fn is_bare(&self, facts: &ExtCall) -> bool {
        let behaviour = &self.types.defs.catalogue.client(facts.sheet).behaviour;
        let yields = facts.returns.args().first();
        let yields_nothing = matches!(yields, Some(Ty::Tuple(parts)) if parts.is_empty());
        facts.is_method
            && (yields_nothing || behaviour.dropped_transaction == Some(Dropped::Nothing))
    }

    /// As if BEGIN had been sent as text; on a pool, through a connection taken for it.
    pub(super) fn begin_bare(&mut self, id: ExprId, call: CallId, mut on: Handle) {
        if on.role() == Some(Role::Pool) {
            let taken = Handle {
                val: Val::site(id),
                part: on.part.map(|part| Part {
                    role: Role::Checkout,
                    ..part
                }),
                shared: false,
            };
            let pool = std::mem::replace(&mut on, taken);
            self.make(
                id,
                EventKind::Checkout {
                    pool,
                    tries: false,
                    call,
                },
            );
        }
        let begin = Statement {
            verb: Verb::Begin,
            parsed: true,
            ..Statement::unknown()
        };
        let sql = Sql {
            alternatives: Arc::new([vec![begin]]),
            ..Sql::default()
        };
        self.emit(
            id,
            EventKind::Statement {
                on,
                sql: Box::new(sql),
                streams: false,
                call,
            },
        );
    }
}
