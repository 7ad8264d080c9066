//! Transactions that leave the code that begins them: into tasks, into what is kept with a request, into fields that nobody ends them in.

use super::{Context, UnitContext};
use crate::body::{Event, EventKind, Unit, UnitId, UnitKind};
use crate::catalogue;
use crate::flow::Resource;
use crate::infer::{Owner, Place, Val};
use crate::ir::{Body, Expr, ExprId, Name};
use crate::source::{Span, TextRange};

/// Where a transaction goes that leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whither {
    /// Into a task that nobody waits for.
    Task,
    /// To what is kept with a request.
    Kept,
    /// Into a field of this name, which nobody ends it in.
    Field(Name),
}

/// A transaction that leaves.
#[derive(Debug)]
pub struct Escape<'f> {
    /// Where it leaves.
    pub span: Span,
    /// Where to.
    pub whither: Whither,
    /// Which.
    pub transaction: &'f Resource,
}

impl UnitContext<'_, '_> {
    /// Transactions that were begun here and go to a task that nobody waits for, or are kept with a request.
    #[must_use]
    pub fn escapes(&self) -> Vec<Escape<'_>> {
        let mut found: Vec<Escape<'_>> = Vec::new();
        for event in self.flow.unit.events() {
            let Some((whither, vals)) = self.leaves_with(event) else {
                continue;
            };
            for (index, transaction) in self.owned_guards() {
                let goes = vals.iter().any(|val| self.flow.leads_to(val, index));
                // What is committed here is only lent out.
                let is_known = found
                    .iter()
                    .any(|one| std::ptr::eq(one.transaction, transaction));
                if goes && !is_known && !self.is_committed(index) {
                    let span = self.span_of(event);
                    found.push(Escape {
                        span,
                        whither,
                        transaction,
                    });
                }
            }
        }
        found.extend(self.kept_in_fields());
        found
    }

    /// Guards but those of runners, which end with the closure that they are lent to.
    fn owned_guards(&self) -> impl Iterator<Item = (usize, &Resource)> {
        let is_lent = |guard: &Resource| {
            let call = guard.call.map(|call| self.cx.catalogue().call(call).effect);
            call == Some(catalogue::Effect::BeginClosure)
        };
        self.guards().filter(move |(_, guard)| !is_lent(guard))
    }

    /// Transactions that were begun here and go into a field that nobody takes them out of.
    fn kept_in_fields(&self) -> Vec<Escape<'_>> {
        let mut found = Vec::new();
        let Some(body) = self.body() else {
            return found;
        };
        let mut fields: Vec<(Name, TextRange)> = Vec::new();
        for expr in &body.exprs {
            match expr {
                Expr::Struct { fields: all, .. } => {
                    fields.extend(all.iter().map(|(name, value)| (*name, body.range(*value))));
                }
                Expr::Assign {
                    place,
                    value,
                    op: false,
                } => {
                    if let Expr::Field { name, .. } = body.expr(*place) {
                        fields.push((*name, body.range(*value)));
                    }
                }
                _ => {}
            }
        }
        for (index, transaction) in self.owned_guards() {
            let goes = |(_, value): &&(Name, TextRange)| {
                let mut locals = body.locals_in(*value).into_iter();
                locals.any(|local| self.flow.is_owned_by(index, local))
                    && self.is_moved_in(index, *value)
            };
            let kept = fields
                .iter()
                .filter(goes)
                .find(|(name, _)| !self.cx.is_taken_out(*name));
            found.extend(kept.map(|(name, value)| Escape {
                span: Span {
                    file: self.file(),
                    range: *value,
                },
                whither: Whither::Field(*name),
                transaction,
            }));
        }
        found
    }

    /// Whether a transaction moves on within a range: a field that is given a reference doesn't keep it.
    fn is_moved_in(&self, index: usize, range: TextRange) -> bool {
        let moves = |event: &Event| match event.kind {
            EventKind::Move { local, .. } => {
                range.holds(event.range) && self.flow.is_owned_by(index, local)
            }
            _ => false,
        };
        self.flow.unit.events().any(moves)
    }

    /// What leaves with an event, if something does.
    fn leaves_with<'e>(&self, event: &'e Event) -> Option<(Whither, Vec<&'e Val>)> {
        let body = self.body()?;
        let (whither, vals) = match &event.kind {
            EventKind::Keep { val } => return Some((Whither::Kept, vec![val])),
            EventKind::Lend { val } if self.is_task(event.at) => (Whither::Task, vec![val]),
            EventKind::Spawn { args, .. } => {
                let given = args.iter().filter(|arg| arg.by_value);
                (Whither::Task, given.map(|arg| &arg.val).collect())
            }
            _ => return None,
        };
        let is_alone = !self.is_waited_for(body, body.range(event.at));
        is_alone.then_some((whither, vals))
    }

    fn is_task(&self, at: ExprId) -> bool {
        let id = UnitId {
            owner: self.flow.unit.id.owner,
            inner: Some(at),
        };
        let program = self.flow.program;
        let inner = program.index.get(&id).map(|index| &program.units[*index]);
        inner.is_some_and(|inner| inner.kind == UnitKind::Spawned)
    }

    /// Whether somebody waits for a task: its call is awaited or joined, is a set's, or its handle is used.
    fn is_waited_for(&self, body: &Body, task: TextRange) -> bool {
        let around = |id: &ExprId| body.range(*id).holds(task);
        let all = body.exprs.iter().zip(&body.ranges);
        let mut outer = all.filter(|(_, range)| range.holds(task));
        let is_awaited = outer.any(|(expr, _)| match expr {
            Expr::Await(inner) => around(inner),
            Expr::Method { receiver, .. } => {
                around(receiver) || body.range(*receiver).end <= task.start
            }
            _ => false,
        });
        let owners = self.flow.unit.owners.iter();
        let mut handles = owners
            .filter(|(made, _)| around(made))
            .map(|(_, local)| *local);
        is_awaited
            || handles.any(|local| {
                body.exprs
                    .iter()
                    .any(|expr| matches!(expr, Expr::Local(used) if *used == local))
            })
    }

    /// The name of what spawns a task, not all of the task.
    fn span_of(&self, event: &Event) -> Span {
        let all = self.span(event);
        let Some(body) = self.body() else {
            return all;
        };
        let calls = body.exprs.iter().zip(&body.ranges);
        let mut calls: Vec<(TextRange, TextRange)> = calls
            .filter_map(|(expr, range)| match expr {
                Expr::Call { callee, args, .. } => {
                    let is_given = args
                        .iter()
                        .any(|arg| body.range(*arg).holds(body.range(event.at)));
                    is_given.then(|| (*range, body.range(*callee)))
                }
                _ => None,
            })
            .collect();
        calls.sort_by_key(|(range, _)| range.end - range.start);
        let is_task = !matches!(event.kind, EventKind::Keep { .. });
        match calls.first().filter(|_| is_task) {
            Some((_, callee)) => Span {
                range: *callee,
                ..all
            },
            None => all,
        }
    }
}

impl Context<'_> {
    /// Whether something ends what a field of this name holds, moves it on, or hands it out.
    fn is_taken_out(&self, field: Name) -> bool {
        let is_field = |place: &Place| place.fields().contains(&field);
        let on = |val: &Val| val.places().iter().any(is_field);
        let ends = |event: &Event| match &event.kind {
            EventKind::Commit { on: handle }
            | EventKind::Rollback { on: handle }
            | EventKind::CommitOnDrop { on: handle } => on(&handle.val),
            EventKind::Call { args, .. } | EventKind::Spawn { args, .. } => {
                args.iter().any(|arg| arg.by_value && on(&arg.val))
            }
            EventKind::Lend { val } => on(val),
            _ => false,
        };
        let hands_out = |unit: &Unit| {
            let by_ref = match unit.id.owner {
                Owner::Fn(id) => self.program.types.signature(id).ret.is_ref(),
                Owner::Value(_) => false,
            };
            !by_ref && unit.graph.returned().any(on)
        };
        let mut units = self.program.units.iter();
        units.any(|unit| unit.events().any(ends) || hands_out(unit))
    }
}
