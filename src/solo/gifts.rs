//! Who else is given a pool: what keeps it, shares it with another task, or takes it where nobody knows.

use rustc_hash::FxHashSet;

use super::unshared::MAX_DEPTH;
use crate::body::{BlockId, Event, EventKind, Graph, Unit, UnitId};
use crate::catalogue::Effect;
use crate::context::Context;
use crate::defs::FnId;
use crate::infer::{Callee, Owner, Root, Typed};
use crate::ir::{Expr, ExprId, MacroArgs};
use crate::source::TextRange;
use crate::summary::Canon;
use crate::ty::Ty;

/// A body, and what is asked for in it.
pub(super) struct Gifts<'g, 'a> {
    cx: &'g Context<'a>,
    unit: &'g Unit,
    typed: Typed<'a>,
    canon: Canon<'g>,
    root: Root,
    /// Only what comes before this is asked for.
    until: Option<ExprId>,
    depth: usize,
}

impl Gifts<'_, '_> {
    /// Whether a function gives what a root stands for to anybody, before it comes to `until` or at all.
    pub(super) fn gives(
        cx: &Context<'_>,
        unit: &Unit,
        root: Root,
        until: Option<ExprId>,
        depth: usize,
    ) -> bool {
        let typed = match unit.id.owner {
            Owner::Fn(id) if depth <= MAX_DEPTH => cx.program.types.infer_fn(id),
            _ => None,
        };
        let Some(typed) = typed else { return true };
        let gifts = Gifts {
            cx,
            unit,
            typed,
            canon: cx.program.canon(unit),
            root,
            until,
            depth,
        };
        let mut all = (0..gifts.typed.body.exprs.len()).map(|index| ExprId(index as u32));
        all.any(|id| gifts.is_gift(id) && gifts.is_before(id))
    }

    fn has(&self, id: ExprId) -> bool {
        let val = self.canon.val(self.cx.program, self.typed.val(id));
        val.places().iter().any(|place| place.root == self.root)
    }

    fn is_gift(&self, id: ExprId) -> bool {
        let one_of = |all: &[ExprId]| all.iter().any(|id| self.has(*id));
        match self.typed.body.expr(id) {
            Expr::Call { args, .. } => one_of(args) && self.is_kept_by(id),
            Expr::Method { receiver, args, .. } => {
                (self.has(*receiver) || one_of(args)) && self.is_kept_by(id)
            }
            Expr::Struct { fields, .. } => fields.iter().any(|(_, value)| self.has(*value)),
            Expr::Tuple(parts) | Expr::Array(parts) => one_of(parts),
            Expr::Assign { place, value, .. } => {
                self.has(*value) && !matches!(self.typed.body.expr(*place), Expr::Local(_))
            }
            Expr::Macro(call) => match &call.args {
                MacroArgs::Exprs { args, captures } => {
                    one_of(args) || captures.iter().any(|(_, value)| self.has(*value))
                }
                _ => false,
            },
            Expr::Closure(_) | Expr::Async { .. } => self.is_named_in(self.typed.body.range(id)),
            _ => false,
        }
    }

    /// Whether a call that has it may keep it: it runs nothing on it, and doesn't only wrap it.
    fn is_kept_by(&self, call: ExprId) -> bool {
        match self.typed.callee(call) {
            Some(Callee::Ext(ext)) => {
                !is_use(self.cx.catalogue().call(*ext).effect) && !self.has(call)
            }
            Some(Callee::Own(_)) => {
                let mut calls = self.unit.events().filter(|event| event.at == call);
                calls.next().is_none_or(|event| self.is_kept_behind(event))
            }
            Some(Callee::Constructor) => {
                !self.has(call) || matches!(self.typed.ty(call).peeled(), Ty::Adt(..))
            }
            Some(Callee::Closure(_)) => true,
            None => !self.has(call),
        }
    }

    fn is_kept_behind(&self, event: &Event) -> bool {
        let EventKind::Call { fns, args } = &event.kind else {
            return true;
        };
        let program = self.cx.program;
        let given = args.iter().filter(|arg| {
            let val = self.canon.val(program, &arg.val);
            val.places().iter().any(|place| place.root == self.root)
        });
        given
            .flat_map(|arg| fns.iter().map(|id| (*id, arg.param)))
            .any(|(id, param)| self.keeps(id, param))
    }

    fn keeps(&self, id: FnId, param: u32) -> bool {
        let (program, owner) = (self.cx.program, Owner::Fn(id));
        let index = program.index.get(&UnitId { owner, inner: None });
        index.is_none_or(|index| {
            let unit = &program.units[*index];
            Self::gives(self.cx, unit, Root::Param(param), None, self.depth + 1)
        })
    }

    fn is_named_in(&self, range: TextRange) -> bool {
        let body = self.typed.body;
        let mut all = body.exprs.iter().zip(&body.ranges).enumerate();
        all.any(|(index, (expr, at))| {
            matches!(expr, Expr::Local(_)) && range.holds(*at) && self.has(ExprId(index as u32))
        })
    }

    /// Whether control may come from an expression to what is asked about.
    fn is_before(&self, id: ExprId) -> bool {
        let Some(until) = self.until else { return true };
        let body = self.typed.body;
        let (here, there) = (body.range(id), body.range(until));
        let is_again = || {
            body.loops_around(there)
                .any(|(_, around)| around.holds(here))
        };
        id != until
            && (here.start < there.start || is_again())
            && !body.is_either(id, until)
            && !self.passes_by(id, until)
    }

    fn passes_by(&self, id: ExprId, until: ExprId) -> bool {
        let body = self.typed.body;
        let here = body.range(id);
        let mut exprs = body.exprs.iter().zip(&body.ranges);
        let returns =
            exprs.any(|(expr, around)| matches!(expr, Expr::Return(Some(_))) && around.holds(here));
        let graph = &self.unit.graph;
        returns
            || match (block_of(graph, id), block_of(graph, until)) {
                (Some(from), Some(to)) => !leads(graph, from, to),
                _ => false,
            }
    }
}

/// Whether a call of the catalogue's does its work on a pool and leaves it.
fn is_use(effect: Effect) -> bool {
    matches!(
        effect,
        Effect::Check
            | Effect::Checkout
            | Effect::TryCheckout
            | Effect::CheckoutClosure
            | Effect::Begin
            | Effect::BeginClosure
            | Effect::BeginTest
            | Effect::Statement
            | Effect::Run
            | Effect::Write
            | Effect::Build
            | Effect::Migrate
            | Effect::Prepare
            | Effect::PoolOption
            | Effect::PoolClose
    )
}

fn block_of(graph: &Graph, at: ExprId) -> Option<usize> {
    let holds = |block: &crate::body::Block| block.events.iter().any(|event| event.at == at);
    graph.blocks.iter().position(holds)
}

/// Whether control gets from one block to another, or it is the same.
fn leads(graph: &Graph, from: usize, to: usize) -> bool {
    let (mut known, mut queue) = (FxHashSet::default(), vec![BlockId(from as u32)]);
    while let Some(block) = queue.pop() {
        if block.0 as usize == to {
            return true;
        }
        if known.insert(block) {
            queue.extend(&graph.blocks[block.0 as usize].next);
        }
    }
    false
}
