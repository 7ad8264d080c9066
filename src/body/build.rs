//! The walk over a body in evaluation order: each expression emits its events into the current block.

use rustc_hash::{FxHashMap, FxHashSet};

use super::control::Scope;
use super::event::{
    Block, BlockId, Event, EventKind, Exit, Graph, Loop, Sink, Unit, UnitId, UnitKind, Way,
};
use super::orders::Orders;
use super::owners::Owners;
use crate::infer::{Callee, Root, Typed, Types, Val};
use crate::ir::{Expr, ExprId, MacroArgs, Stmt};
use crate::source::TextRange;

/// Closures and async blocks are inlined no deeper than this.
const MAX_INLINE: usize = 24;

/// Builds the units of one body.
pub(super) struct Builder<'t, 'a> {
    pub types: &'t Types<'a>,
    pub typed: &'t Typed<'a>,
    pub owners: &'t Owners,
    pub blocks: Vec<Block>,
    /// Where events go; none after a jump.
    pub current: Option<BlockId>,
    pub scopes: Vec<Scope>,
    /// What the statement at hand made.
    pub made: Vec<ExprId>,
    /// Closures and async blocks that are units of their own.
    pub handed: Vec<(ExprId, UnitKind)>,
    /// Those that ran here.
    pub ran: FxHashSet<ExprId>,
    pub aliases: Vec<(Root, Val)>,
    /// The expression whose value the unit returns.
    value: Option<ExprId>,
    /// Calls that are events: what is asked is whether they have failed.
    pub told: FxHashSet<ExprId>,
    pub depth: usize,
    /// Calls whose future is kept and awaited elsewhere.
    pub deferred: &'t FxHashMap<ExprId, ()>,
    pub orders: &'t Orders<'t, 'a>,
    pub loops: Vec<Loop>,
}

/// All units of a body.
pub(super) fn units<'a>(types: &Types<'a>, typed: &Typed<'a>) -> Vec<Unit> {
    let owners = Owners::find(types, typed);
    let deferred = super::futures::deferred(typed);
    let orders = Orders::new(types, typed);
    let mut found = Vec::new();
    let Some(root) = typed.body.root else {
        return found;
    };
    let mut queue = vec![(None, UnitKind::Body)];
    let mut known: FxHashSet<ExprId> = FxHashSet::default();
    while let Some((inner, kind)) = queue.pop() {
        let mut builder = Builder::new(types, typed, &owners, &deferred, &orders);
        builder.unit(inner, root);
        for (expr, kind) in std::mem::take(&mut builder.handed) {
            if known.insert(expr) {
                queue.push((Some(expr), kind));
            }
        }
        found.push(builder.finish(inner, kind));
    }
    found
}

impl<'t, 'a> Builder<'t, 'a> {
    fn new(
        types: &'t Types<'a>,
        typed: &'t Typed<'a>,
        owners: &'t Owners,
        deferred: &'t FxHashMap<ExprId, ()>,
        orders: &'t Orders<'t, 'a>,
    ) -> Self {
        Self {
            types,
            typed,
            owners,
            blocks: Vec::new(),
            current: None,
            scopes: Vec::new(),
            made: Vec::new(),
            handed: Vec::new(),
            ran: FxHashSet::default(),
            aliases: Vec::new(),
            value: None,
            told: FxHashSet::default(),
            depth: 0,
            deferred,
            orders,
            loops: Vec::new(),
        }
    }

    fn unit(&mut self, inner: Option<ExprId>, root: ExprId) {
        let entry = self.new_block();
        self.current = Some(entry);
        let (returns, errors) = (self.new_block(), self.new_block());
        self.scopes.push(Scope::frame(returns, errors));
        let value = match inner.map(|id| self.typed.body.expr(id)) {
            Some(Expr::Closure(closure)) => closure.body,
            Some(Expr::Async { body, .. }) => *body,
            _ => inner.unwrap_or(root),
        };
        self.value = Some(value);
        let value = self.walk_async_tail(value);
        if !matches!(self.typed.body.expr(value), Expr::Block(_)) {
            self.leaving(value, Way::End);
        }
        self.consume(value, Sink::Return);
        if self.is_error_value(value) {
            self.jump_to(errors);
        } else {
            self.jump_to(returns);
        }
        self.scopes.pop();
        self.blocks[returns.0 as usize].exit =
            Some(Exit::Return(super::futures::settled(self.typed, value)));
        self.blocks[errors.0 as usize].exit = Some(Exit::Error);
    }

    /// A closure whose value is an async block runs it when its future is awaited: by whoever calls the closure.
    fn walk_async_tail(&mut self, value: ExprId) -> ExprId {
        self.walk(value);
        for site in super::futures::async_sites(self.typed, value) {
            self.inline_async(site);
        }
        value
    }

    fn finish(mut self, inner: Option<ExprId>, kind: UnitKind) -> Unit {
        for block in &mut self.blocks {
            block.events.shrink_to_fit();
            block.next.dedup();
        }
        let params = self.handle_params(inner);
        let (owners, literals) = (
            self.owners.pairs(),
            super::owners::literals(self.types, self.typed),
        );
        let id = UnitId {
            owner: self.typed.owner,
            inner,
        };
        Unit {
            id,
            kind,
            graph: Graph {
                blocks: self.blocks,
            },
            params,
            aliases: self.aliases,
            owners,
            literals,
            loops: self.loops,
        }
    }

    fn handle_params(&self, inner: Option<ExprId>) -> Vec<(u32, crate::infer::Part)> {
        let part = |ty: &crate::ty::Ty| self.types.part(ty, &self.typed.scope);
        match (inner, self.typed.owner) {
            (None, crate::infer::Owner::Fn(id)) => {
                let signature = self.types.signature(id);
                let receiver = signature
                    .receiver
                    .iter()
                    .filter_map(|ty| part(ty).map(|part| (0, part)));
                let params = signature
                    .params
                    .iter()
                    .enumerate()
                    .filter_map(|(index, ty)| part(ty).map(|part| (index as u32 + 1, part)));
                receiver.chain(params).collect()
            }
            (Some(id), _) => match self.typed.body.expr(id) {
                Expr::Closure(closure) => closure
                    .params
                    .iter()
                    .enumerate()
                    .filter_map(|(index, (pat, _))| {
                        self.pat_part(*pat).map(|part| (index as u32, part))
                    })
                    .collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn pat_part(&self, pat: crate::ir::PatId) -> Option<crate::infer::Part> {
        match self.typed.body.pat(pat) {
            crate::ir::Pat::Bind { local, .. } => self
                .types
                .part(&self.typed.local_tys[local.index()], &self.typed.scope),
            crate::ir::Pat::Typed(inner, _) | crate::ir::Pat::Ref(inner) => self.pat_part(*inner),
            _ => None,
        }
    }

    pub(super) fn emit(&mut self, at: ExprId, kind: EventKind) {
        let range = self.place_of(at);
        let Some(current) = self.current else { return };
        if kind.may_fail() {
            self.told.insert(at);
        }
        self.blocks[current.0 as usize]
            .events
            .push(Event { at, range, kind });
    }

    /// From the method's name on, without what it is called on.
    fn place_of(&self, at: ExprId) -> TextRange {
        let whole = self.typed.body.range(at);
        match self.typed.body.expr(at) {
            Expr::Try(_) => TextRange {
                start: whole.end.saturating_sub(1),
                end: whole.end,
            },
            Expr::Method { name_range, .. } => TextRange {
                start: name_range.start,
                end: whole.end,
            },
            _ => whole,
        }
    }

    /// An expression whose value is moved where it stands.
    pub(super) fn take(&mut self, id: ExprId, sink: Sink) {
        self.walk(id);
        self.consume(id, sink);
    }

    pub(super) fn take_all(&mut self, ids: &[ExprId], sink: Sink) {
        ids.iter().for_each(|id| self.take(*id, sink));
    }

    pub(super) fn walk_all(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|id| self.walk(*id));
    }

    /// Evaluates an expression.
    pub(super) fn walk(&mut self, id: ExprId) {
        if self.current.is_none() {
            return;
        }
        let body = self.typed.body;
        match body.expr(id) {
            Expr::Method { .. } | Expr::Await(_) | Expr::Try(_) | Expr::Field { .. } => {
                self.chain(id)
            }
            Expr::Call { callee, args } => self.call(id, *callee, args),
            Expr::Index(a, b) => self.walk_all(&[*a, *b]),
            Expr::Binary(a, b) => self.walk_all(&[*a, *b]),
            Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Unary(inner)
            | Expr::Cast(inner, _) => self.walk(*inner),
            Expr::Assign { place, value, .. } => self.assign(id, *place, *value),
            Expr::Block(block) => self.block(id, block),
            Expr::If { .. } | Expr::Match { .. } | Expr::Logic { .. } | Expr::Let { .. } => {
                self.branch(id)
            }
            Expr::Loop { .. } | Expr::While { .. } | Expr::For { .. } => self.looped(id),
            Expr::Return(value) => self.leave(id, *value),
            Expr::Break(label, value) => self.leave_loop(*label, *value, true),
            Expr::Continue(label) => self.leave_loop(*label, None, false),
            Expr::Struct { fields, rest, .. } => {
                fields
                    .iter()
                    .for_each(|(_, value)| self.take(*value, Sink::Owner));
                rest.iter().for_each(|value| self.take(*value, Sink::Owner));
            }
            Expr::Tuple(parts) | Expr::Array(parts) => self.take_all(parts, Sink::Owner),
            Expr::Range(from, to) => from.iter().chain(to).for_each(|part| self.walk(*part)),
            Expr::Macro(call) => self.macro_call(id, call),
            _ => {}
        }
    }

    /// A chain's links from its root up: receivers nest as deep as chains are long.
    fn chain(&mut self, id: ExprId) {
        let body = self.typed.body;
        let mut links = vec![id];
        while let Some(
            Expr::Method { receiver, .. }
            | Expr::Await(receiver)
            | Expr::Try(receiver)
            | Expr::Field { base: receiver, .. },
        ) = links.last().map(|id| body.expr(*id))
        {
            links.push(*receiver);
        }
        let root = links.pop();
        root.iter().for_each(|root| self.walk(*root));
        for link in links.into_iter().rev() {
            match body.expr(link) {
                Expr::Method { receiver, args, .. } => self.method(link, *receiver, args),
                Expr::Await(inner) => self.awaited(link, *inner),
                Expr::Try(inner) => self.try_edge(link, Some(*inner), Way::Question),
                _ => {}
            }
        }
    }

    fn assign(&mut self, id: ExprId, place: ExprId, value: ExprId) {
        self.take(value, Sink::Owner);
        self.walk(place);
        // The old value dies when a new one takes its place.
        if let Expr::Local(local) = self.typed.body.expr(place)
            && self.owners.is_owner(*local)
            && !self.owners.first_assignment(self.typed, *local, id)
        {
            self.emit(
                id,
                EventKind::Drop {
                    local: Some(*local),
                    made: None,
                },
            );
        }
    }

    pub(super) fn block(&mut self, id: ExprId, block: &crate::ir::Block) {
        let end = block.label.map(|label| (label, self.new_block()));
        self.scopes.push(Scope::block(block.locals.clone(), end));
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        if let Some(tail) = block.tail {
            self.walk(tail);
            self.consume_tail(tail);
        }
        if self.value == Some(id) {
            self.leaving(block.tail.unwrap_or(id), Way::End);
        }
        self.end_scope();
        if let Some((_, end)) = end {
            self.join_into(end);
        }
    }

    /// A block's value leaves the scope of the local it is in.
    fn consume_tail(&mut self, tail: ExprId) {
        if let Expr::Local(local) = self.typed.body.expr(tail)
            && self
                .scopes
                .last()
                .is_some_and(|scope| scope.locals.contains(local))
        {
            self.consume(tail, Sink::Owner);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let before = self.made.len();
        let at = match stmt {
            Stmt::Let {
                pat, init, or_else, ..
            } => {
                init.iter().for_each(|id| self.take(*id, Sink::Owner));
                if let Some(or_else) = or_else {
                    let failed = init.map(|init| self.outcome_of_let(*pat, init));
                    self.optional(*or_else, &failed.unwrap_or_default());
                }
                init.or(*or_else)
            }
            Stmt::Semi(id) => {
                self.walk(*id);
                Some(*id)
            }
        };
        if let Some(at) = at {
            self.drop_made(before, at);
        }
    }

    /// What a statement made and nobody keeps dies at its end.
    pub(super) fn drop_made(&mut self, before: usize, at: ExprId) {
        for made in self.made.split_off(before.min(self.made.len())) {
            if !self.owners.is_owned(made) {
                self.emit(
                    at,
                    EventKind::Drop {
                        local: None,
                        made: Some(made),
                    },
                );
            }
        }
    }

    /// Runs a closure's or async block's body here; `returns` inside it come back here.
    pub(super) fn inline(&mut self, id: ExprId, body: ExprId) {
        if self.depth >= MAX_INLINE || self.current.is_none() {
            return;
        }
        self.ran.insert(id);
        self.depth += 1;
        let after = self.new_block();
        self.scopes.push(Scope::frame(after, after));
        self.walk(body);
        for site in super::futures::async_sites(self.typed, body) {
            if site != id {
                self.inline_async(site);
            }
        }
        self.scopes.pop();
        self.join_into(after);
        self.depth -= 1;
    }

    /// Runs an async block that has not run yet.
    pub(super) fn inline_async(&mut self, id: ExprId) {
        if let Expr::Async { body, .. } = self.typed.body.expr(id)
            && !self.ran.contains(&id)
        {
            self.inline(id, *body);
        }
    }

    fn is_own_macro(&self, path: &crate::ir::PathRef) -> bool {
        let found = self.types.defs.resolve_path(self.typed.scope.module, path);
        found
            .iter()
            .any(|found| matches!(found.def, crate::defs::Def::Macro(_)))
    }

    fn macro_call(&mut self, id: ExprId, call: &crate::ir::MacroCall) {
        match &call.args {
            MacroArgs::Exprs { args, .. } => match self.typed.callee(id) {
                Some(Callee::Ext(call)) => {
                    let call = *call;
                    self.walk_all(args);
                    self.ext_call(id, call, None, args);
                }
                // What a macro of the workspace does with a value is not known.
                _ if self.is_own_macro(&call.path) => self.take_all(args, Sink::Unknown),
                _ => self.walk_all(args),
            },
            MacroArgs::Block(block) => self.walk(*block),
            MacroArgs::Select(arms) => self.select(arms),
            MacroArgs::Opaque => {}
        }
    }
}
