//! Futures run where they are awaited, not where they are built.

use rustc_hash::FxHashSet;

use super::build::Builder;
use super::event::{Droppable, EventKind, Handle};
use crate::catalogue::{Effect, ExtCall};
use crate::infer::{Callee, Root, Typed, Types, Val};
use crate::ir::{Expr, ExprId, MacroArgs};
use crate::source::TextRange;
use crate::ty::Ty;

/// Calls whose future is kept in a local and awaited by it.
pub(super) fn deferred(types: &Types<'_>, typed: &Typed<'_>) -> FxHashSet<ExprId> {
    let mut found = FxHashSet::default();
    for expr in &typed.body.exprs {
        match expr {
            Expr::Await(inner) => note(types, typed, *inner, &mut found),
            Expr::Call { args, .. } | Expr::Method { args, .. } => args
                .iter()
                .for_each(|arg| note_argument(types, typed, *arg, &mut found)),
            Expr::Macro(call) => {
                if let MacroArgs::Exprs { args, .. } = &call.args {
                    args.iter()
                        .for_each(|arg| note_argument(types, typed, *arg, &mut found));
                }
            }
            _ => {}
        }
    }
    found
}

/// A method of the catalogue, or a wait for the outside world, whose future was kept.
fn is_ext_future(types: &Types<'_>, typed: &Typed<'_>, site: ExprId) -> bool {
    let (Some(Callee::Ext(call)), Ty::Future(_)) = (typed.callee(site), typed.ty(site)) else {
        return false;
    };
    let is_method = matches!(typed.body.expr(site), Expr::Method { .. });
    let effect = types.defs.catalogue.call(*call).effect;
    is_method || matches!(effect, Effect::Slow | Effect::SideEffect)
}

fn note_argument(types: &Types<'_>, typed: &Typed<'_>, arg: ExprId, found: &mut FxHashSet<ExprId>) {
    if matches!(typed.ty(arg), Ty::Future(_)) {
        note(types, typed, arg, found);
    }
}

fn note(types: &Types<'_>, typed: &Typed<'_>, future: ExprId, found: &mut FxHashSet<ExprId>) {
    let mut inner = future;
    while let Expr::Ref(next, _) = typed.body.expr(inner) {
        inner = *next;
    }
    if !matches!(typed.body.expr(inner), Expr::Local(_)) {
        return;
    }
    for place in typed.val(inner).places() {
        if let Root::Site(site) = place.root
            && matches!(
                typed.body.expr(site),
                Expr::Call { .. } | Expr::Method { .. }
            )
            && (matches!(typed.callee(site), Some(Callee::Own(_)))
                || is_ext_future(types, typed, site))
        {
            found.insert(site);
        }
    }
}

/// Async blocks that a value may be.
pub(super) fn async_sites(typed: &Typed<'_>, value: ExprId) -> Vec<ExprId> {
    let sites = typed
        .val(value)
        .places()
        .iter()
        .filter_map(|place| match place.root {
            Root::Site(site) if matches!(typed.body.expr(site), Expr::Async { .. }) => Some(site),
            _ => None,
        });
    sites.collect()
}

/// What a returned value is once its future has run.
pub(super) fn settled(typed: &Typed<'_>, value: ExprId) -> Val {
    typed.val(value).map(|place| match place.root {
        Root::Site(site) => match typed.body.expr(site) {
            Expr::Async { body, .. } => {
                settled(typed, *body).map(|inner| Val::One(place.rebased(inner)))
            }
            _ => Val::One(place.clone()),
        },
        _ => Val::One(place.clone()),
    })
}

impl Builder<'_, '_> {
    /// `.await`
    pub(super) fn awaited(&mut self, at: ExprId, inner: ExprId) {
        self.run_value(inner);
        if let Some(Callee::Ext(call)) = self.typed.callee(at) {
            self.ext_call(at, *call, Some(inner), &[]);
        }
        self.emit(at, EventKind::Await);
    }

    /// Runs the futures that a value holds, each once.
    pub(super) fn run_value(&mut self, value: ExprId) {
        for place in self.typed.val(value).places() {
            match place.root {
                Root::Site(site) => self.run_site(site, value),
                Root::Param(_) | Root::ClosureParam(..) if self.is_future(value) => {
                    self.emit(
                        value,
                        EventKind::RunParam {
                            what: place.clone(),
                            args: [].into(),
                        },
                    );
                }
                _ => {}
            }
        }
    }

    fn is_future(&self, value: ExprId) -> bool {
        matches!(
            self.typed.ty(value).peeled(),
            Ty::Param(_) | Ty::Bounded(_) | Ty::Future(_)
        )
    }

    fn run_site(&mut self, site: ExprId, value: ExprId) {
        match self.typed.body.expr(site) {
            Expr::Async { .. } => self.inline_async(site),
            Expr::Array(parts) | Expr::Tuple(parts) if site != value || self.depth == 0 => {
                self.run_all(&parts.clone());
            }
            Expr::Macro(call) => {
                if let MacroArgs::Exprs { args, .. } = &call.args
                    && !matches!(self.typed.callee(site), Some(Callee::Ext(_)))
                {
                    self.run_all(args);
                }
            }
            Expr::Call { .. } | Expr::Method { .. }
                if self.deferred.contains(&site) && self.ran.insert(site) =>
            {
                self.run_deferred(site, value);
            }
            _ => {}
        }
    }

    /// A call whose future was kept runs where that is awaited, and is told there.
    fn run_deferred(&mut self, site: ExprId, awaited: ExprId) {
        match (self.typed.body.expr(site), self.typed.callee(site)) {
            (Expr::Method { receiver, args, .. }, Some(Callee::Ext(call))) => {
                self.ext_call(site, *call, Some(*receiver), args);
                self.show_last_at(site, awaited);
            }
            (Expr::Call { args, .. }, Some(Callee::Ext(call))) => {
                self.ext_call(site, *call, None, args);
                self.show_last_at(site, awaited);
            }
            _ => self.emit_own_call(site),
        }
    }

    fn show_last_at(&mut self, site: ExprId, awaited: ExprId) {
        let range = self.typed.body.range(awaited);
        let last = self
            .current
            .and_then(|block| self.blocks[block.0 as usize].events.last_mut());
        if let Some(event) = last.filter(|event| event.at == site) {
            event.range = range;
        }
    }

    fn run_all(&mut self, parts: &[ExprId]) {
        for part in parts {
            if matches!(
                self.typed.ty(*part),
                Ty::Future(_) | Ty::Unknown | Ty::Ext(..)
            ) {
                self.run_value(*part);
            }
        }
    }

    /// A closure or future that runs here, before the call returns.
    pub(super) fn run_here(
        &mut self,
        id: ExprId,
        facts: &ExtCall,
        on: &Handle,
        closure: Option<ExprId>,
        receiver: Option<ExprId>,
    ) {
        let Some(operand) = closure else { return };
        if facts.effect == Effect::Timeout {
            self.may_be_dropped(operand, None);
        }
        let value = facts.value.as_ref().map(crate::ir::Name::as_str);
        // `future.then(…)`: the future first.
        let first = receiver.filter(|first| matches!(self.typed.ty(*first), Ty::Future(_)));
        first.iter().for_each(|first| self.run_value(*first));
        if let (Ty::Closure(closure), true) = (self.typed.ty(operand), on.val != Val::None) {
            self.aliases
                .push((Root::ClosureParam(*closure, 0), on.val.clone()));
        }
        match (receiver, value) {
            (Some(list), Some("each")) => self.over(id, list, |this| {
                this.run_operand(facts.effect, value, operand);
            }),
            _ => self.run_if_assumed(id, |this| this.run_operand(facts.effect, value, operand)),
        }
    }

    /// A closure that a method of a parameter's option is given runs only if the option is filled, or empty.
    fn run_if_assumed(&mut self, id: ExprId, run: impl FnOnce(&mut Self)) {
        let assumed = self.assumed_in_closure(id);
        if assumed.is_empty() {
            return run(self);
        }
        self.maybe(|this| {
            this.assume(id, &assumed);
            run(this);
        });
    }

    /// A future or a list of them that runs here. What `map` makes of something unknown can only be such a list.
    pub(super) fn run_joined(&mut self, value: ExprId) {
        match self.typed.body.expr(value) {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if *name == "map" && self.typed.callee(value).is_none() => {
                let (receiver, closure) = (*receiver, args.first().copied());
                self.handed.retain(|(site, _)| Some(*site) != closure);
                self.over(value, receiver, |this| {
                    closure.iter().for_each(|closure| {
                        this.run_operand(Effect::CallClosure, Some("each"), *closure);
                    });
                });
            }
            _ => self.run_value(value),
        }
    }

    /// What a call of the catalogue does with the closure or future it is given.
    pub(super) fn run_operand(&mut self, effect: Effect, value: Option<&str>, operand: ExprId) {
        if value == Some("blocking") {
            self.may_block(operand);
        }
        if matches!(self.typed.ty(operand), Ty::Closure(_) | Ty::Fn(_)) {
            let again = matches!(value, Some("each" | "retry"));
            if again {
                self.repeat(None, Some(Box::new(Self::may_end)), |this| {
                    this.run_closure(operand);
                });
            } else if effect == Effect::OnceInit {
                self.filling.push(self.typed.body.range(operand));
                let before = std::mem::replace(&mut self.once, true);
                self.maybe(|this| this.run_closure(operand));
                self.once = before;
            } else {
                self.run_closure(operand);
            }
            self.used_up(operand);
        } else {
            self.run_value(operand);
        }
    }

    /// A future that may be dropped where it waits: what it is made of, and blocks and calls that were kept. What only a reference
    /// is given of is not.
    pub(super) fn may_be_dropped(&mut self, future: ExprId, race: Option<TextRange>) {
        if matches!(self.typed.body.expr(future), Expr::Ref(..)) {
            return;
        }
        let kept = self.typed.val(future).places().iter();
        let kept = kept.filter_map(|place| match place.root {
            Root::Site(site) => Some(site),
            _ => None,
        });
        let all = kept.chain([future]).map(|id| Droppable {
            future: self.typed.body.range(id),
            race,
        });
        self.dropped.extend(all);
    }

    /// A closure, or a function given by name, that runs on a thread that may block.
    pub(super) fn may_block(&mut self, operand: ExprId) {
        let at = match self.typed.ty(operand) {
            Ty::Closure(closure) => *closure,
            _ => operand,
        };
        self.blocking.push(self.typed.body.range(at));
    }

    /// Runs a closure, or a function given by name, with nothing known of its arguments.
    pub(super) fn run_closure(&mut self, operand: ExprId) {
        match self.typed.ty(operand) {
            Ty::Closure(id) => {
                let id = *id;
                if let Expr::Closure(closure) = self.typed.body.expr(id) {
                    self.inline(id, closure.body);
                }
            }
            Ty::Fn(function) => {
                let kind = EventKind::Call {
                    fns: [*function].into(),
                    args: [].into(),
                };
                self.emit(operand, kind);
            }
            _ => {}
        }
    }
}
