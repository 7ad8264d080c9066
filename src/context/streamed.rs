//! What a response's stream holds of the database until its reader has taken all of it.

use super::UnitContext;
use crate::body::{Event, EventKind};
use crate::catalogue::Role;
use crate::defs::{FnId, Scope};
use crate::flow::{Flow, Resource, ResourceKind, State, bound};
use crate::infer::{Owner, Root, Val};
use crate::ir::{Body, Expr, LocalId, MacroArgs};
use crate::lint::Label;
use crate::source::TextRange;
use crate::ty::Ty;

/// Functions that make a stream are followed this deep.
const MAX_DEPTH: usize = 3;

/// A response whose stream holds something of the database.
#[derive(Debug)]
pub struct HeldByResponse<'f> {
    /// The stream is given away here.
    pub event: &'f Event,
    /// What it holds.
    pub held: Streamed,
}

/// What a stream holds.
#[derive(Debug, Clone)]
pub struct Streamed {
    /// Its kind.
    pub kind: ResourceKind,
    /// Where it comes from, then how it gets here.
    pub labels: Vec<Label>,
}

impl UnitContext<'_, '_> {
    /// Responses whose streams hold a connection, a transaction or a row stream, and have no time limit.
    #[must_use]
    pub fn held_by_responses(&self) -> Vec<HeldByResponse<'_>> {
        let events = self.flow.unit.events();
        let found = events.filter_map(|event| match &event.kind {
            EventKind::Respond { body } => {
                let held = self.streamed(body, 0)?;
                Some(HeldByResponse { event, held })
            }
            _ => None,
        });
        found.collect()
    }

    /// What a stream holds: itself, in what it is made of, in its block, or by the function that makes it.
    fn streamed(&self, stream: &Val, depth: usize) -> Option<Streamed> {
        let roots = self.flow.canon.holds(self.flow.program, stream);
        if self.is_limited(&roots) {
            return None;
        }
        let mut resources = self.flow.resources.iter();
        let own = resources
            .find(|resource| is_connection(resource) && roots.contains(&resource.place.root));
        own.map(opened)
            .or_else(|| roots.iter().find_map(|root| self.given_by_value(*root)))
            .or_else(|| roots.iter().find_map(|root| self.held_by_block(*root)))
            .or_else(|| {
                roots
                    .iter()
                    .find_map(|root| self.made_by_call(*root, depth))
            })
    }

    /// Whether a stream is given a time limit.
    fn is_limited(&self, roots: &[Root]) -> bool {
        let limits = |event: &Event| match &event.kind {
            EventKind::Limit { on } => on.places().iter().any(|place| roots.contains(&place.root)),
            _ => false,
        };
        self.flow.unit.events().any(limits)
    }

    /// A connection or transaction that is a parameter, by value: it goes with the stream.
    fn given_by_value(&self, root: Root) -> Option<Streamed> {
        let (unit, Root::Param(index)) = (self.flow.unit, root) else {
            return None;
        };
        let Owner::Fn(id) = unit.id.owner else {
            return None;
        };
        let (_, part) = unit.params.iter().find(|(param, _)| *param == index)?;
        let kind = match part.role {
            Role::Checkout => ResourceKind::Checkout,
            Role::Connection if self.wraps_checkout(id, index) => ResourceKind::Checkout,
            Role::Transaction => ResourceKind::Transaction,
            _ => return None,
        };
        let local = self
            .param_local(index)
            .filter(|_| unit.id.inner.is_none() && !self.is_by_ref(id, index))?;
        let range = self.cx.defs().body(id)?.locals[local.index()].range;
        Some(Streamed {
            kind,
            labels: vec![Label {
                span: self.cx.defs().span_in(id, range),
                message: "it is given to this function".to_owned(),
            }],
        })
    }

    /// Whether a parameter is of a type of the workspace that leads to a connection, and keeps a pool's.
    fn wraps_checkout(&self, id: FnId, index: u32) -> bool {
        let types = self.flow.program.types;
        let params = &types.signature(id).params;
        let mut ty = (index.checked_sub(1))
            .and_then(|index| params.get(index as usize))
            .cloned();
        for _ in 0..MAX_DEPTH {
            let Some(Ty::Adt(adt, _)) = ty.map(|ty| types.peel(ty)) else {
                return false;
            };
            let adt = self.cx.defs().adt(adt);
            let scope = Scope::plain(adt.module);
            let fields = adt.fields.iter();
            let fields = fields.map(|field| types.peel(self.cx.defs().ty(&field.ty, &scope)));
            let fields: Vec<Ty> = fields.collect();
            let is_checkout = |field: &Ty| {
                let part = types.part(field, &scope);
                part.is_some_and(|part| part.role == Role::Checkout)
            };
            if fields.iter().any(is_checkout) {
                return true;
            }
            ty = fields
                .into_iter()
                .find(|field| types.part(field, &scope).is_some());
        }
        false
    }

    fn param_local(&self, index: u32) -> Option<LocalId> {
        let body = self.body()?;
        match index {
            0 => body.self_local,
            _ => bound(body, *body.params.get(index as usize - 1)?),
        }
    }

    /// What is open where a block that makes a stream waits to be asked for more, of what it has opened or captured.
    fn held_by_block(&self, root: Root) -> Option<Streamed> {
        let (body, Root::Site(site)) = (self.body()?, root) else {
            return None;
        };
        let Expr::Macro(call) = body.expr(site) else {
            return None;
        };
        let MacroArgs::Block(block) = &call.args else {
            return None;
        };
        let block = body.range(*block);
        let mut found = None;
        self.flow.walk(|state, event, _| {
            if found.is_none() && matches!(event.kind, EventKind::Yield) && block.holds(event.range)
            {
                found = self.held_at(body, state, block);
            }
        });
        found
    }

    fn held_at(&self, body: &Body, state: State, block: TextRange) -> Option<Streamed> {
        let used = |local: &LocalId| body.locals_in(block).contains(local);
        let is_here = |(index, resource): &(usize, &Resource)| {
            let is_open = state.must >> index & 1 == 1 && is_connection(resource);
            let owners = self.flow.unit.owners.iter();
            let mut owners = owners.filter(|(_, local)| self.flow.is_owned_by(*index, *local));
            let is_made_here = || resource.at.is_some_and(|at| block.holds(body.range(at)));
            is_open && (is_made_here() || owners.any(|(_, local)| used(local)))
        };
        let own = self.flow.resources.iter().enumerate().find(is_here);
        let given = || {
            let params = self.flow.unit.params.iter().map(|(index, _)| *index);
            let mut captured =
                params.filter(|index| self.param_local(*index).as_ref().is_some_and(used));
            captured.find_map(|index| self.given_by_value(Root::Param(index)))
        };
        own.map(|(_, resource)| opened(resource)).or_else(given)
    }

    /// What a stream holds that a function of the workspace makes.
    fn made_by_call(&self, root: Root, depth: usize) -> Option<Streamed> {
        let Root::Site(site) = root else {
            return None;
        };
        let (program, event) = (self.flow.program, self.flow.canon.maker(site)?);
        let EventKind::Call { fns, .. } = &event.kind else {
            return None;
        };
        let units = fns.iter().filter(|_| depth < MAX_DEPTH);
        let mut units = units.flat_map(|id| program.units_of(Owner::Fn(*id)));
        let mut held = units.find_map(|unit| {
            let flow = Flow::new(program, unit);
            let callee = UnitContext {
                cx: self.cx,
                flow: &flow,
            };
            let mut returned = unit.graph.returned().filter(|_| unit.id.inner.is_none());
            returned.find_map(|val| callee.streamed(val, depth + 1))
        })?;
        held.labels.push(Label {
            span: self.span(event),
            message: "the stream is made here".to_owned(),
        });
        Some(held)
    }
}

/// A connection, a transaction or a row stream that is made in its unit.
fn is_connection(resource: &Resource) -> bool {
    let is_it = matches!(
        resource.kind,
        ResourceKind::Checkout | ResourceKind::Transaction | ResourceKind::RowStream
    );
    is_it && !resource.given
}

/// What a resource that was opened here is, with where.
fn opened(resource: &Resource) -> Streamed {
    let message = match resource.kind {
        ResourceKind::Transaction => "the transaction begins here",
        ResourceKind::RowStream => "the rows are read from here on",
        _ => "the connection is taken here",
    };
    Streamed {
        kind: resource.kind.clone(),
        labels: vec![Label {
            span: resource.span,
            message: message.to_owned(),
        }],
    }
}
