//! Options of pools and of their connections, and how transactions begin on SQLite: constants of calls to events.

use super::build::Builder;
use super::event::{EventKind, UnitKind};
use crate::catalogue::{CallId, ExtCall, Role};
use crate::infer::{Part, TextReader};
use crate::ir::{Expr, ExprId};
use crate::sql::{Database, SqlPiece, SqlText};
use crate::ty::Ty;

impl Builder<'_, '_> {
    /// A pool is made of options, and given an address or its connections' options.
    pub(super) fn pool_create(&mut self, id: ExprId, receiver: Option<ExprId>, args: &[ExprId]) {
        let (typed, types) = (self.typed, self.types);
        let chains = receiver.iter().chain(args.first());
        let chains: Vec<_> = chains.map(|id| typed.options(*id)).collect();
        let links = chains.iter().flat_map(|chain| &chain.links).copied();
        let made = self.made_type(typed.ty(id));
        let kind = EventKind::PoolCreate {
            options: links.collect(),
            is_whole: chains.first().is_none_or(|chain| chain.is_whole),
            address: args.first().and_then(|arg| self.constant_text(*arg)),
            part: types.part(made, &typed.scope),
            once: self.once,
        };
        self.make(id, kind);
    }

    /// `T` of `Result<T, E>`, now or of a future.
    fn made_type<'t>(&self, ty: &'t Ty) -> &'t Ty {
        match ty {
            Ty::Future(output) => self.made_type(output),
            Ty::Ext(id, args) if self.types.defs.catalogue.ty(*id).path.ends_with("::Result") => {
                args.first().unwrap_or(ty)
            }
            _ => ty,
        }
    }

    pub(super) fn pool_option(
        &mut self,
        id: ExprId,
        call: CallId,
        facts: &ExtCall,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        let Some(option) = facts.value else { return };
        let given = facts.arg.and_then(|operand| operand.of(receiver, args));
        let kind = EventKind::PoolOption {
            option,
            value: given.and_then(|given| self.types.setting(self.typed, given)),
            call,
        };
        self.emit(id, kind);
    }

    /// What a pool does with each new connection.
    pub(super) fn after_connect(
        &mut self,
        id: ExprId,
        call: CallId,
        closure: Option<ExprId>,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) {
        if let Some(closure) = closure {
            self.hand(closure, UnitKind::AfterConnect);
        }
        let has_sql = self.types.defs.catalogue.call(call).sql.is_some();
        let sql = has_sql.then(|| self.sql_of(call, receiver, args, self.options_part(receiver)));
        let on = receiver
            .map(|receiver| self.typed.val(receiver).clone())
            .unwrap_or_default();
        let sql = sql.map(Box::new);
        self.emit(id, EventKind::PoolSetting { sql, call, on });
    }

    /// The database that connection options are for.
    fn options_part(&self, receiver: Option<ExprId>) -> Option<Part> {
        self.types
            .part_where(self.typed.ty(receiver?), &self.typed.scope, |role| {
                matches!(role, Role::PoolOptions | Role::ConnectOptions)
            })
    }

    fn constant_text(&self, id: ExprId) -> Option<String> {
        let reader = TextReader {
            types: self.types,
            typed: self.typed,
            sure_at: None,
        };
        match reader.texts(id).as_slice() {
            [SqlText(pieces)] => match pieces.as_slice() {
                [SqlPiece::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a begin takes SQLite's write lock at once: by the entry, by its text, or by the mode that it is given.
    pub(super) fn immediate(
        &self,
        facts: &ExtCall,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) -> Option<bool> {
        match facts.value.as_ref().map(crate::ir::Name::as_str) {
            Some("immediate") => return Some(true),
            Some("deferred") => return Some(false),
            _ => {}
        }
        if let Some(text) = facts.sql.and_then(|operand| operand.of(receiver, args)) {
            let begin = self.constant_text(text)?;
            let begin =
                crate::sql::statements(&SqlText(vec![SqlPiece::Text(begin)]), &[Database::Sqlite]);
            return begin.first().map(|begin| begin.immediate);
        }
        let Some(mode) = facts.arg.and_then(|operand| operand.of(receiver, args)) else {
            return Some(false);
        };
        let Expr::Path(path) = self.typed.body.expr(mode) else {
            return None;
        };
        match path.segments.last()?.name.as_str() {
            "Immediate" | "Exclusive" => Some(true),
            "Deferred" => Some(false),
            _ => None,
        }
    }
}
