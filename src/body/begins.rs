//! Begins: with which isolation level and access mode, and where the errors of a closure go that runs in a transaction.

use super::build::Builder;
use super::event::{BlockId, EventKind, Handle, Mode};
use crate::catalogue::{CallId, Effect, ExtCall};
use crate::ir::{Expr, ExprId, LocalId};
use crate::sql::Isolation;
use crate::ty::Ty;

/// The operands of a call that begins a transaction.
#[derive(Clone, Copy)]
pub(super) struct Operands<'x> {
    pub receiver: Option<ExprId>,
    pub args: &'x [ExprId],
}

impl Builder<'_, '_> {
    /// What a transaction is begun with: by text, by the links of its builder, by options.
    pub(super) fn mode(&self, call: CallId, on: &Handle, operands: Operands<'_>) -> Mode {
        let facts = self.types.defs.catalogue.call(call);
        let mut mode = Mode::default();
        if facts.sql.is_some() {
            let sql = self.sql_of(call, operands.receiver, operands.args, on.part);
            if let Some(first) = sql.statements().next() {
                mode = Mode {
                    isolation: first.isolation,
                    read_only: first.read_only,
                    immediate: None,
                };
            }
        }
        operands
            .receiver
            .iter()
            .for_each(|receiver| self.add_links(*receiver, &mut mode));
        for arg in operands.args {
            match self.typed.body.expr(*arg) {
                Expr::Closure(_) | Expr::Str(_) => {}
                Expr::Local(local) => self.add_options(*local, &mut mode),
                _ => {
                    self.add_names(*arg, &mut mode);
                    self.add_links(*arg, &mut mode);
                }
            }
        }
        mode.immediate = self.immediate(facts, operands.receiver, operands.args);
        mode
    }

    /// `….serializable().read_only()`
    fn add_links(&self, last: ExprId, mode: &mut Mode) {
        let (_, links) = self.typed.body.chain(last);
        links.iter().for_each(|link| self.add_link(*link, mode));
    }

    fn add_link(&self, link: ExprId, mode: &mut Mode) {
        let catalogue = self.types.defs.catalogue;
        let facts = self.typed.ext(link).map(|call| catalogue.call(call));
        let Some(facts) = facts.filter(|facts| facts.effect == Effect::Isolation) else {
            return;
        };
        let Expr::Method { args, .. } = self.typed.body.expr(link) else {
            return;
        };
        self.add_value(facts, args, mode);
    }

    fn add_value(&self, facts: &ExtCall, args: &[ExprId], mode: &mut Mode) {
        let given = args.first().map(|arg| self.typed.body.expr(*arg));
        match (facts.value.as_ref().map(crate::ir::Name::as_str), given) {
            (Some("read_only"), None | Some(Expr::Bool(true))) => mode.read_only = Some(true),
            (Some("read_only"), Some(Expr::Bool(false))) => mode.read_only = Some(false),
            (Some("read_only"), _) => mode.read_only = None,
            (Some("read_write"), _) => mode.read_only = Some(false),
            (Some(level), _) => mode.isolation = Isolation::named(level).or(mode.isolation),
            (None, _) => args.iter().for_each(|arg| self.add_names(*arg, mode)),
        }
    }

    /// Options that are kept in a local.
    fn add_options(&self, local: LocalId, mode: &mut Mode) {
        let body = self.typed.body;
        for index in 0..body.exprs.len() {
            let id = ExprId(index as u32);
            if let Expr::Method { .. } = body.expr(id)
                && matches!(body.expr(body.chain(id).0), Expr::Local(root) if *root == local)
            {
                self.add_link(id, mode);
            }
        }
        for place in self.typed.local_vals[local.index()].places() {
            if let crate::infer::Root::Site(site) = place.root {
                self.add_links(site, mode);
            }
        }
    }

    /// `Some(IsolationLevel::Serializable)`, `AccessMode::ReadOnly`
    fn add_names(&self, id: ExprId, mode: &mut Mode) {
        for id in self.within(self.typed.body.range(id)) {
            let Expr::Path(path) = self.typed.body.expr(id) else {
                continue;
            };
            let name = path.segments.last().map(|last| last.name);
            match name.as_ref().map(crate::ir::Name::as_str) {
                Some("ReadOnly") => mode.read_only = Some(true),
                Some("ReadWrite") => mode.read_only = Some(false),
                Some(level) => mode.isolation = Isolation::named(level).or(mode.isolation),
                None => {}
            }
        }
    }

    /// A closure that runs in a transaction.
    pub(super) fn scoped(
        &mut self,
        id: ExprId,
        (call, mode): (CallId, Mode),
        on: Handle,
        closure: Option<ExprId>,
    ) {
        self.emit(
            id,
            EventKind::Begin {
                on,
                scoped: true,
                mode,
                call,
            },
        );
        self.returns_to(closure, id);
        self.run_with(closure, id);
        self.end_runner(id, true);
    }

    /// A closure that runs with a connection.
    pub(super) fn checked_out(
        &mut self,
        id: ExprId,
        call: CallId,
        on: Handle,
        closure: Option<ExprId>,
    ) {
        let facts = self.types.defs.catalogue.call(call);
        if facts.value.is_some_and(|value| value == "blocking") {
            closure.iter().for_each(|closure| self.may_block(*closure));
        }
        self.emit(
            id,
            EventKind::Checkout {
                pool: on,
                tries: false,
                call,
            },
        );
        self.run_with(closure, id);
        self.emit(
            id,
            EventKind::Drop {
                local: None,
                made: Some(id),
                asked: false,
            },
        );
    }

    /// A closure whose error rolls back what an event began, and async blocks that are its value.
    pub(super) fn returns_to(&mut self, closure: Option<ExprId>, begun: ExprId) {
        let Some(Ty::Closure(id)) = closure.map(|closure| self.typed.ty(closure)) else {
            return;
        };
        let id = *id;
        self.runners.insert(id, begun);
        if let Expr::Closure(closure) = self.typed.body.expr(id) {
            for site in super::futures::async_sites(self.typed, closure.body) {
                self.runners.insert(site, begun);
            }
        }
    }

    /// Where errors of a closure or block go that runs here: past the end of what it rolls back.
    pub(super) fn errors_of(&mut self, id: ExprId, after: BlockId) -> BlockId {
        let Some(begun) = self.runners.get(&id).copied() else {
            return after;
        };
        let errors = self.new_block();
        let current = self.current.replace(errors);
        self.end_runner(begun, false);
        self.jump_to(after);
        self.current = current;
        errors
    }

    /// The closure of a transaction has returned.
    pub(super) fn end_runner(&mut self, begun: ExprId, commits: bool) {
        self.emit(begun, EventKind::EndScope { begun, commits });
    }
}
