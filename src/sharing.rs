//! Who else reaches a connection: the tasks of a static, of a handler's state, and a task that was given a clone.

use rustc_hash::FxHashSet;

use crate::body::{Event, EventKind, Unit, UnitKind};
use crate::catalogue::Role;
use crate::context::Context;
use crate::defs::FnId;
use crate::flow::{Flow, ResourceKind};
use crate::infer::{Owner, Place, Root};
use crate::ir::ExprId;
use crate::lint::Label;
use crate::source::Span;
use crate::ty::Ty;

/// Calls are followed upward this far.
const MAX_DEPTH: usize = 8;

/// Why other tasks may use a connection at the same time; `None` where nothing says so.
#[must_use]
pub fn shared_with(cx: &Context<'_>, unit: &Unit, place: &Place) -> Option<Label> {
    Search {
        cx,
        known: FxHashSet::default(),
    }
    .from(unit, place, 0)
}

struct Search<'c, 'a> {
    cx: &'c Context<'a>,
    known: FxHashSet<(FnId, Place)>,
}

impl Search<'_, '_> {
    fn from(&mut self, unit: &Unit, place: &Place, depth: usize) -> Option<Label> {
        match (place.root, unit.id.owner) {
            (Root::Static(id), _) if !self.is_served_one_at_a_time(unit) => Some(Label {
                span: self.cx.defs().value(id).span,
                message: "every task reaches this static".to_owned(),
            }),
            (Root::Param(index), Owner::Fn(id)) => self.given(unit, id, index, place, depth),
            (Root::Site(site), _) => self.spawned(unit, site),
            _ => None,
        }
    }

    fn given(
        &mut self,
        unit: &Unit,
        id: FnId,
        index: u32,
        place: &Place,
        depth: usize,
    ) -> Option<Label> {
        let signature = self.cx.program.types.signature(id);
        let ty = match index {
            0 => signature.receiver.as_ref()?,
            _ => signature.params.get(index as usize - 1)?,
        };
        let is_exclusive =
            matches!(ty, Ty::Ref(_, true)) || self.leads_to(id, ty, Role::MutexGuard);
        if is_exclusive || depth >= MAX_DEPTH || !self.known.insert((id, place.clone())) {
            return None;
        }
        if self.leads_to(id, ty, Role::SharedState) && !self.is_served_one_at_a_time(unit) {
            return Some(Label {
                span: self
                    .cx
                    .defs()
                    .span_in(id, self.cx.defs().function(id).ir.range),
                message: "every request that is handled here has the same connection".to_owned(),
            });
        }
        self.by_callers(id, index, place, depth)
    }

    fn by_callers(&mut self, id: FnId, index: u32, place: &Place, depth: usize) -> Option<Label> {
        let program = self.cx.program;
        for (unit, event) in program.calls_of(id) {
            let (EventKind::Call { args, .. } | EventKind::Spawn { args, .. }) = &event.kind else {
                continue;
            };
            let canon = program.canon(unit);
            let given = args.iter().filter(|arg| arg.param == index);
            for base in given.flat_map(|arg| arg.val.places()) {
                for there in canon.places(program, &place.rebased(base)) {
                    let found = self.from(unit, &there, depth + 1);
                    if found.is_some() && !self.is_locked(unit, event, &there) {
                        return found;
                    }
                }
            }
        }
        None
    }

    /// Whether a mutex around the connection is held while an event runs.
    fn is_locked(&self, unit: &Unit, at: &Event, place: &Place) -> bool {
        let flow = Flow::new(self.cx.program, unit);
        let mut found = false;
        flow.walk(|state, event, _| {
            found |= std::ptr::eq(event, at)
                && flow.open(state.must).any(|resource| {
                    resource.kind == ResourceKind::Mutex && guards(&flow, &resource.on, place)
                });
        });
        found
    }

    /// A task of its own and this body have the same connection.
    fn spawned(&self, unit: &Unit, site: ExprId) -> Option<Label> {
        let program = self.cx.program;
        let all = program
            .units
            .iter()
            .filter(|other| other.id.owner == unit.id.owner);
        let mut uses =
            all.filter_map(|other| self.first_use(other, site).map(|span| (other, span)));
        let (mut task, mut others) = (None, 0);
        for (other, span) in &mut uses {
            others += 1;
            let is_task = matches!(other.kind, UnitKind::Spawned | UnitKind::Detached);
            if is_task && other.id != unit.id {
                task = Some(span);
            }
        }
        let span = task.filter(|_| others > 1)?;
        Some(Label {
            span,
            message: "a task of its own uses the same connection".to_owned(),
        })
    }

    /// Where a unit first runs something on a connection that it has through an `Arc`.
    fn first_use(&self, unit: &Unit, site: ExprId) -> Option<Span> {
        let program = self.cx.program;
        let canon = program.canon(unit);
        let mut events = unit.events();
        let used = events.find(|event| {
            let EventKind::Statement { on, .. } = &event.kind else {
                return false;
            };
            let places = canon.val(program, &on.val);
            on.shared
                && places
                    .places()
                    .iter()
                    .any(|place| place.root == Root::Site(site))
        })?;
        Some(program.step(unit, used).span)
    }

    fn leads_to(&self, id: FnId, ty: &Ty, role: Role) -> bool {
        let types = self.cx.program.types;
        let scope = types.defs.scope_of(id);
        types
            .part_where(ty, &scope, |known| known == role)
            .is_some()
    }

    /// A runtime that handles one event at a time in a process (Lambda).
    fn is_served_one_at_a_time(&self, unit: &Unit) -> bool {
        let defs = self.cx.defs();
        let module = match unit.id.owner {
            Owner::Fn(id) => defs.function(id).module,
            Owner::Value(id) => defs.value(id).module,
        };
        let versions = defs.versions(module);
        let clients = self.cx.catalogue().clients.iter().zip(&versions.0);
        clients
            .filter(|(client, version)| version.is_some() && !client.packages.is_empty())
            .any(|(client, _)| client.handlers.iter().any(|handler| handler.one_at_a_time))
    }
}

/// Whether a mutex's guard gives a connection: the mutex is around it, or around what holds it.
#[must_use]
pub fn guards(flow: &Flow<'_, '_>, mutex: &crate::infer::Val, connection: &Place) -> bool {
    let mutexes = flow.canon.val(flow.program, mutex);
    mutexes.places().iter().any(|mutex| {
        mutex.root == connection.root && connection.fields().starts_with(mutex.fields())
    })
}
