//! What handlers use that is kept between requests: single connections in statics, shared state and captures.

use super::Context;
use crate::body::{EventKind, Unit, UnitId};
use crate::catalogue::Role;
use crate::defs::{FnId, Scope};
use crate::flow::bound;
use crate::handlers::{Handler, HandlerKind};
use crate::infer::{Owner, Part, Place, Root};
use crate::ir::{Expr, ExprId, Name};
use crate::keeper::{self, Keeper};
use crate::lint::Label;
use crate::source::{Span, TextRange};
use crate::summary::{Effect, EffectKind};
use crate::ty::Ty;

/// A single connection that outlives requests.
#[derive(Debug)]
pub struct Kept {
    /// Where it is kept: the static's or field's name, or the call that makes it.
    pub span: Span,
    /// Its part.
    pub part: Part,
    /// The handler locks a mutex to get at it.
    pub is_locked: bool,
    /// Something asks whether it lives, or makes it anew.
    pub is_looked_after: bool,
}

impl<'a> Context<'a> {
    /// Effects of a handler on connections that outlive it.
    #[must_use]
    pub fn kept_by(&self, handler: &Handler) -> Vec<(&'a Effect, Kept)> {
        let Some(index) = self.program.index.get(&handler.unit).copied() else {
            return Vec::new();
        };
        let effects = &self.program.summaries[index].effects;
        let search = Search {
            cx: self,
            handler,
            outer: self.body_around(handler.unit),
            locks: Vec::new(),
        };
        let is_lock = |effect: &&Effect| matches!(effect.kind, EffectKind::MutexLock(_));
        let locks = effects
            .iter()
            .filter(is_lock)
            .flat_map(|effect| search.places(effect))
            .collect();
        let search = Search { locks, ..search };
        let used = effects.iter().filter(|effect| !is_lock(effect));
        used.flat_map(|effect| {
            let places = search.places(effect).into_iter();
            let kept = places.filter_map(|place| search.kept(effect, &place));
            kept.map(move |kept| (effect, kept)).collect::<Vec<_>>()
        })
        .collect()
    }

    /// The unit of a handler.
    #[must_use]
    pub fn unit_of(&self, handler: &Handler) -> Option<&'a Unit> {
        let index = self.program.index.get(&handler.unit)?;
        Some(&self.program.units[*index])
    }

    /// A label at a handler's name.
    #[must_use]
    pub fn handler_label(&self, handler: &Handler) -> Option<Label> {
        let each = handler.kind.what();
        let Owner::Fn(id) = handler.unit.owner else {
            return None;
        };
        let function = self.defs().function(id);
        let (range, message) = match handler.unit.inner {
            None => (
                function.ir.range,
                format!("`{}` runs for every {each}", function.ir.name),
            ),
            Some(closure) => {
                let body = self.defs().body(id)?;
                let Expr::Closure(facts) = body.expr(closure) else {
                    return None;
                };
                let (start, end) = (body.range(closure).start, body.range(facts.body).start);
                (
                    TextRange { start, end },
                    format!("this closure runs for every {each}"),
                )
            }
        };
        Some(Label {
            span: self.defs().span_in(id, range),
            message,
        })
    }

    fn body_around(&self, unit: UnitId) -> Option<&'a Unit> {
        unit.inner?;
        let outer = UnitId {
            inner: None,
            ..unit
        };
        let index = self.program.index.get(&outer)?;
        Some(&self.program.units[*index])
    }
}

/// One handler's search for what it uses.
struct Search<'s, 'a> {
    cx: &'s Context<'a>,
    handler: &'s Handler,
    /// The body around a closure.
    outer: Option<&'a Unit>,
    /// Mutexes that it locks.
    locks: Vec<Place>,
}

impl Search<'_, '_> {
    /// What an effect is on, in the terms of the body around a closure.
    fn places(&self, effect: &Effect) -> Vec<Place> {
        let program = self.cx.program;
        match self.outer {
            Some(outer) => {
                let canon = program.canon(outer);
                canon.val(program, &effect.on).places().to_vec()
            }
            None => effect.on.places().to_vec(),
        }
    }

    fn kept(&self, effect: &Effect, place: &Place) -> Option<Kept> {
        match place.root {
            Root::Static(id) => {
                let value = self.cx.defs().value(id);
                let ty = self.cx.defs().ty(value.ty, &Scope::plain(value.module));
                let kept = self.typed(&ty, place, value.span)?;
                let cared = self.cx.looked_after.contains(&Keeper::Static(id));
                value.is_static.then_some(Kept {
                    span: value.span,
                    is_looked_after: kept.is_looked_after || cared,
                    ..kept
                })
            }
            _ if self.handler.kind == HandlerKind::Presumed => None,
            Root::Param(index) => self.param(index, place),
            Root::ClosureParam(closure, index) if self.handler.unit.inner == Some(closure) => {
                self.closure_param(closure, index, place)
            }
            Root::Site(site) => self.captured(effect, site, place),
            _ => None,
        }
    }

    /// `self` of a service, a parameter that holds shared state, or what a closure captures.
    fn param(&self, index: u32, place: &Place) -> Option<Kept> {
        let Owner::Fn(id) = self.handler.unit.owner else {
            return None;
        };
        let (types, scope) = (self.cx.program.types, self.cx.defs().scope_of(id));
        let body = self.cx.defs().body(id)?;
        let is_captured = self.outer.is_some();
        if index == 0 {
            let at = self
                .cx
                .defs()
                .span_in(id, body.locals[body.self_local?.index()].range);
            let is_shared = is_captured || self.handler.is_method;
            return self.typed(&scope.self_ty?, place, at).filter(|_| is_shared);
        }
        let ty = types.signature(id).params.get(index as usize - 1)?;
        let local = bound(body, *body.params.get(index as usize - 1)?)?;
        let at = self.cx.defs().span_in(id, body.locals[local.index()].range);
        let is_shared = is_captured || types.is_shared(ty, &scope);
        self.typed(ty, place, at).filter(|_| is_shared)
    }

    fn closure_param(&self, closure: ExprId, index: u32, place: &Place) -> Option<Kept> {
        let Owner::Fn(id) = self.handler.unit.owner else {
            return None;
        };
        let (types, scope) = (self.cx.program.types, self.cx.defs().scope_of(id));
        let body = self.cx.defs().body(id)?;
        let Expr::Closure(facts) = body.expr(closure) else {
            return None;
        };
        let (pat, written) = facts.params.get(index as usize)?;
        let ty = self.cx.defs().ty(written.as_ref()?, &scope);
        let at = body.locals[bound(body, *pat)?.index()].range;
        let at = self.cx.defs().span_in(id, at);
        self.typed(&ty, place, at)
            .filter(|_| types.is_shared(&ty, &scope))
    }

    /// What the body around a closure has made.
    fn captured(&self, effect: &Effect, site: ExprId, place: &Place) -> Option<Kept> {
        let (outer, closure) = (self.outer?, self.handler.unit.inner?);
        let Owner::Fn(id) = outer.id.owner else {
            return None;
        };
        let body = self.cx.defs().body(id)?;
        let (around, made) = (body.range(closure), body.range(site));
        if made.start >= around.start && made.end <= around.end {
            return None;
        }
        let mut events = outer.events();
        let event = events.find(|event| event.at == site)?;
        let span = self.cx.defs().span_in(id, event.range);
        match &event.kind {
            EventKind::Connect { .. } => Some(Kept {
                span,
                part: effect.part.filter(|part| part.role == Role::Connection)?,
                is_locked: self.is_locked(place),
                is_looked_after: false,
            }),
            EventKind::Call { fns, .. } => {
                let ret = self.made_by(*fns.first()?);
                self.typed(&ret, place, span)
            }
            _ => None,
        }
    }

    /// What a function yields in the end: futures and results opened.
    fn made_by(&self, id: FnId) -> Ty {
        let mut ty = self.cx.program.types.signature(id).ret.clone();
        loop {
            let path = match &ty {
                Ty::Future(output) => {
                    ty = (**output).clone();
                    continue;
                }
                Ty::Ext(id, _) => self.cx.catalogue().ty(*id).path,
                Ty::Foreign(path, _) => *path,
                _ => return ty,
            };
            match ty.args().first() {
                Some(first) if path.ends_with("::Result") => ty = first.clone(),
                _ => return ty,
            }
        }
    }

    /// A place below a declared type; `at` is where it is kept unless a field of a struct keeps it.
    fn typed(&self, from: &Ty, place: &Place, at: Span) -> Option<Kept> {
        let types = self.cx.program.types;
        let led = keeper::follow(types, from, place.fields())?;
        let part = keeper::connection(types, &led.ty)?;
        let span = led.field.and_then(|(adt, name)| self.field_span(adt, name));
        let keeper = led.field.map(|(adt, name)| Keeper::Field(adt, name));
        let reads = led.is_read_locked && self.cx.behaviour(part.sheet).shared_by_reference;
        Some(Kept {
            span: span.unwrap_or(at),
            part,
            is_locked: self.is_locked(place) && !reads,
            is_looked_after: keeper.is_some_and(|keeper| self.cx.looked_after.contains(&keeper)),
        })
    }

    fn field_span(&self, adt: crate::defs::AdtId, name: Name) -> Option<Span> {
        let adt = self.cx.defs().adt(adt);
        let field = adt.fields.iter().find(|field| field.name == name)?;
        Some(Span {
            file: adt.span.file,
            range: field.range,
        })
    }

    fn is_locked(&self, place: &Place) -> bool {
        let around =
            |lock: &Place| lock.root == place.root && place.fields().starts_with(lock.fields());
        self.locks.iter().any(around)
    }
}
