//! The walk over a body in evaluation order: each expression emits its events into the current block.

use rustc_hash::{FxHashMap, FxHashSet};

use super::control::Scope;
use super::event::{
    Block, BlockId, Caught, Droppable, Event, EventKind, Exit, Graph, Loop, Sink, Unit, UnitId,
    UnitKind,
};
use super::orders::Orders;
use super::owners::Owners;
use crate::defs::FnId;
use crate::infer::{Root, Typed, Types, Val};
use crate::ir::{Expr, ExprId, LocalId};
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
    /// Expressions whose value the unit returns.
    pub tails: FxHashSet<ExprId>,
    /// Calls that are events: what is asked is whether they have failed.
    pub told: FxHashSet<ExprId>,
    /// Commits: what is asked is whether anybody hears of their failure.
    pub commits: FxHashSet<ExprId>,
    pub depth: usize,
    /// Inside the future of a `select!` arm, which may lose.
    pub races: bool,
    /// Inside what fills a cell: it runs once.
    pub once: bool,
    /// Calls whose future is kept and awaited elsewhere.
    pub deferred: &'t FxHashSet<ExprId>,
    pub orders: &'t Orders<'t, 'a>,
    pub loops: Vec<Loop>,
    /// What runs on either side of the condition at hand, and whether its value counts.
    pub sides: Vec<(ExprId, bool)>,
    /// Locals that hold an error, or what was made of one: whose calls', and which errors it tells.
    pub errors: FxHashMap<LocalId, (Vec<ExprId>, Caught)>,
    /// Closures and async blocks whose error rolls back, with the event that began it.
    pub runners: FxHashMap<ExprId, ExprId>,
    /// Of the closures and blocks that run here at the moment, what began the transaction that each is given.
    pub running: Vec<Option<ExprId>>,
    /// Expressions whose value such a closure or block returns.
    pub answers: FxHashSet<ExprId>,
    /// Closures that run here, on a thread that may block.
    pub blocking: Vec<TextRange>,
    /// Closures that run here and fill a cell.
    pub filling: Vec<TextRange>,
    /// Futures that run here, and may be dropped where they wait.
    pub dropped: Vec<Droppable>,
    /// Functions that are called where control never comes.
    pub cut: Vec<FnId>,
}

/// All units of a body.
pub(super) fn units<'a>(types: &Types<'a>, typed: &Typed<'a>) -> Vec<Unit> {
    let owners = Owners::find(types, typed);
    let deferred = super::futures::deferred(types, typed);
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
    pub(super) fn new(
        types: &'t Types<'a>,
        typed: &'t Typed<'a>,
        owners: &'t Owners,
        deferred: &'t FxHashSet<ExprId>,
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
            tails: FxHashSet::default(),
            told: FxHashSet::default(),
            commits: FxHashSet::default(),
            depth: 0,
            races: false,
            once: false,
            deferred,
            orders,
            loops: Vec::new(),
            sides: Vec::new(),
            errors: FxHashMap::default(),
            runners: FxHashMap::default(),
            running: Vec::new(),
            answers: FxHashSet::default(),
            blocking: Vec::new(),
            filling: Vec::new(),
            dropped: Vec::new(),
            cut: Vec::new(),
        }
    }

    pub(super) fn unit(&mut self, inner: Option<ExprId>, root: ExprId) {
        let entry = self.new_block();
        self.current = Some(entry);
        let (returns, errors) = (self.new_block(), self.new_block());
        self.scopes.push(Scope::frame(returns, errors));
        let value = match inner.map(|id| self.typed.body.expr(id)) {
            Some(Expr::Closure(closure)) => closure.body,
            Some(Expr::Async { body, .. }) => *body,
            _ => inner.unwrap_or(root),
        };
        self.tails = super::tails::tails(self.typed.body, value);
        let value = self.walk_async_tail(value);
        if !matches!(self.typed.body.expr(value), Expr::Block(_)) {
            self.end_at(value);
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
    pub(super) fn walk_async_tail(&mut self, value: ExprId) -> ExprId {
        self.walk(value);
        for site in super::futures::async_sites(self.typed, value) {
            self.inline_async(site);
        }
        value
    }

    pub(super) fn finish(mut self, inner: Option<ExprId>, kind: UnitKind) -> Unit {
        if super::settle::settle(&mut self.blocks) {
            self.loops.clear();
        }
        let params = self.handle_params(inner);
        let (owners, literals) = (
            self.owners.pairs(),
            super::owners::literals(self.types, self.typed),
        );
        let texts = super::texts::held(self.types, self.typed);
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
            texts,
            loops: self.loops,
            blocking: self.blocking,
            once: self.filling,
            dropped: self.dropped,
            cut: self.cut,
        }
    }

    pub(super) fn handle_params(&self, inner: Option<ExprId>) -> Vec<(u32, crate::infer::Part)> {
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

    pub(super) fn pat_part(&self, pat: crate::ir::PatId) -> Option<crate::infer::Part> {
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
        if matches!(kind, EventKind::Commit { .. }) {
            self.commits.insert(at);
        }
        self.blocks[current.0 as usize]
            .events
            .push(Event { at, range, kind });
    }

    /// From the method's name on, without what it is called on.
    pub(super) fn place_of(&self, at: ExprId) -> TextRange {
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

    /// Runs a closure's or async block's body here; `returns` inside it come back here.
    pub(super) fn inline(&mut self, id: ExprId, body: ExprId) {
        if self.depth >= MAX_INLINE || self.current.is_none() {
            return;
        }
        self.ran.insert(id);
        self.depth += 1;
        let after = self.new_block();
        let errors = self.errors_of(id, after);
        self.scopes.push(Scope::frame(after, errors));
        let begun = self.runners.get(&id).copied();
        if begun.is_some() {
            self.answers
                .extend(super::tails::tails(self.typed.body, body));
        }
        self.running.push(begun);
        self.walk(body);
        for site in super::futures::async_sites(self.typed, body) {
            if site != id {
                self.inline_async(site);
            }
        }
        self.running.pop();
        self.scopes.pop();
        self.join_into(after);
        self.end_call(id);
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
}
