//! What becomes of errors: thrown away, only logged, or remembered.

use super::build::Builder;
use super::event::EventKind;
use super::outcome::ADAPTERS;
use crate::catalogue::Effect;
use crate::infer::Callee;
use crate::ir::{Expr, ExprId, LocalId, MacroArgs, Pat, PatId};
use crate::source::TextRange;
use crate::ty::Ty;

/// Chains are followed this deep.
const MAX_DEPTH: usize = 32;

/// Methods whose value, thrown away, takes the error along.
const SILENCERS: &[&str] = &[
    "ok",
    "err",
    "is_ok",
    "is_err",
    "is_ok_and",
    "is_err_and",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "map_or",
    "map_or_else",
];

/// Methods by which a list, counter or channel remembers.
const RECORDERS: &[&str] = &[
    "push",
    "push_back",
    "push_str",
    "insert",
    "extend",
    "append",
    "add",
    "set",
    "store",
    "replace",
    "send",
    "try_send",
    "fetch_add",
];

/// Macros whose value is `()`.
const LOGS: &[&str] = &[
    "trace", "debug", "info", "warn", "error", "event", "log", "print", "println", "eprint",
    "eprintln",
];

/// How the answer of a call is thrown away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unheard {
    /// Without a word.
    Silent,
    /// Behind something that may have logged it.
    Logged,
    /// As a future that nobody awaits: the call never runs.
    NeverRun,
}

impl Unheard {
    /// What becomes of the call's answer.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Silent => "ignored",
            Self::Logged => "logged and ignored",
            Self::NeverRun => "never awaited",
        }
    }
}

impl Builder<'_, '_> {
    /// The value of an expression is thrown away.
    pub(super) fn ignored(&mut self, value: ExprId) {
        if let Some((call, how)) = self.unheard(value) {
            self.emit(value, EventKind::Ignored { call, how });
        }
    }

    /// `let _ = value`, a name that nobody mentions again, and locals that are made of an error.
    pub(super) fn let_error(&mut self, pat: PatId, value: ExprId) {
        if matches!(self.typed.body.pat(pat), Pat::Wild) {
            return self.ignored(value);
        }
        if let Pat::Bind { local, .. } = self.typed.body.pat(pat)
            && self.is_forgotten(*local)
            && let Some((call, how)) = self.unheard(value)
            && self.commits.contains(&call)
        {
            return self.emit(value, EventKind::Ignored { call, how });
        }
        let range = self.typed.body.range(value);
        let (calls, _) = self.erring(range);
        self.note_errors(pat, &calls, self.named_in(range));
    }

    /// Whether a name is bound and not mentioned again.
    fn is_forgotten(&self, local: LocalId) -> bool {
        let body = self.typed.body;
        let hides = |expr: &Expr| match expr {
            Expr::Local(used) => *used == local,
            Expr::Macro(call) => matches!(call.args, MacroArgs::Opaque),
            _ => false,
        };
        !body.exprs.iter().any(hides)
    }

    /// The call whose failure nobody hears of when a value is thrown away.
    fn unheard(&self, value: ExprId) -> Option<(ExprId, Unheard)> {
        let mut at = value;
        let (mut is_logged, mut runs) = (false, false);
        for _ in 0..MAX_DEPTH {
            if self.told.contains(&at) || self.commits.contains(&at) {
                let how = match self.typed.ty(at) {
                    Ty::Future(_) if !runs => Unheard::NeverRun,
                    _ if is_logged => Unheard::Logged,
                    _ => Unheard::Silent,
                };
                return Some((at, how)).filter(|(at, _)| self.answers(*at));
            }
            at = match self.typed.body.expr(at) {
                Expr::Method {
                    receiver,
                    name,
                    args,
                    ..
                } if ADAPTERS.contains(&name.as_str()) || SILENCERS.contains(&name.as_str()) => {
                    if args.iter().any(|arg| self.diverges(*arg)) {
                        return None;
                    }
                    is_logged |= args.iter().any(|arg| self.logs(*arg));
                    *receiver
                }
                Expr::Ref(next, _) => *next,
                Expr::Await(next) => {
                    runs = true;
                    *next
                }
                Expr::Call { args, .. } => {
                    let passes =
                        |effect| matches!(effect, Effect::Timeout | Effect::BlockOn | Effect::Drop);
                    let call = self.typed.ext(at)?;
                    let effect = self.types.defs.catalogue.call(call).effect;
                    runs |= effect == Effect::BlockOn;
                    *args.last().filter(|_| passes(effect))?
                }
                _ => return None,
            };
        }
        None
    }

    /// Whether a closure is given to a log, or writes into one; what a function given by name does isn't known.
    fn logs(&self, id: ExprId) -> bool {
        let is_log = |at: ExprId| match self.typed.body.expr(at) {
            Expr::Macro(call) => {
                let name = call.path.segments.last().map(|last| last.name);
                name.is_some_and(|name| LOGS.contains(&name.as_str()))
            }
            _ => false,
        };
        matches!(self.typed.ty(id), Ty::Fn(_)) || self.within(self.typed.body.range(id)).any(is_log)
    }

    /// Whether a call answers with a `Result`; what the type of a client's call doesn't say, its effect does.
    fn answers(&self, call: ExprId) -> bool {
        let ty = self
            .types
            .await_output(self.typed.ty(call), &self.typed.scope);
        match ty {
            Ty::Ext(id, _) => self.types.defs.catalogue.ty(id).path == "std::result::Result",
            Ty::Unknown => matches!(self.typed.callee(call), Some(Callee::Ext(_))),
            _ => false,
        }
    }

    /// Whether something in an expression panics or ends the process.
    fn diverges(&self, id: ExprId) -> bool {
        let catalogue = self.types.defs.catalogue;
        let diverges = |at: ExprId| {
            let call = self.typed.ext(at);
            call.is_some_and(|call| catalogue.call(call).effect == Effect::Diverge)
        };
        self.within(self.typed.body.range(id)).any(diverges)
    }

    pub(super) fn within(&self, range: TextRange) -> impl Iterator<Item = ExprId> {
        let all = self.typed.body.ranges.iter().enumerate();
        all.filter(move |(_, at)| range.holds(**at))
            .map(|(index, _)| ExprId(index as u32))
    }

    /// Whether nothing on either side of the condition at hand tells what has come to it: by its value, by `return`, in what is
    /// bound outside of it.
    pub(super) fn is_quiet(&self) -> bool {
        let tells = |(side, is_value): &(ExprId, bool)| {
            let range = self.typed.body.range(*side);
            *is_value && self.yields(*side) || self.within(range).any(|id| self.records(id, range))
        };
        !self.sides.is_empty() && !self.sides.iter().any(tells)
    }

    fn records(&self, id: ExprId, range: TextRange) -> bool {
        match self.typed.body.expr(id) {
            Expr::Return(Some(value)) => !self.is_error_value(*value) && self.yields(*value),
            Expr::Break(_, value) => value.is_some(),
            Expr::Assign { place, .. } => self.is_outside(*place, range),
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } => {
                let says = || {
                    let errs =
                        |arg: &ExprId| !self.erring(self.typed.body.range(*arg)).0.is_empty();
                    RECORDERS.contains(&name.as_str()) || args.iter().any(errs)
                };
                self.is_outside(*receiver, range) && says()
            }
            _ => false,
        }
    }

    /// Whether a place is part of a local that is bound outside a range, or of a static.
    fn is_outside(&self, place: ExprId, range: TextRange) -> bool {
        match self.typed.body.expr(place) {
            Expr::Local(local) => !range.holds(self.typed.body.locals[local.index()].range),
            Expr::Path(_) => true,
            Expr::Field { base, .. } | Expr::Index(base, _) => self.is_outside(*base, range),
            Expr::Deref(inner) | Expr::Ref(inner, _) => self.is_outside(*inner, range),
            Expr::Method { receiver, .. } => self.is_outside(*receiver, range),
            _ => false,
        }
    }

    /// Whether an expression has a value other than `()`, `Ok(())` and none at all.
    fn yields(&self, id: ExprId) -> bool {
        match self.typed.body.expr(id) {
            Expr::Block(block) => block.tail.is_some_and(|tail| self.yields(tail)),
            Expr::If { then, or_else, .. } => {
                self.yields(*then) || or_else.is_some_and(|id| self.yields(id))
            }
            Expr::Match { arms, .. } => arms.iter().any(|arm| self.yields(arm.body)),
            Expr::Tuple(parts) => !parts.is_empty(),
            Expr::Macro(call) => {
                let name = call.path.segments.last().map(|last| last.name);
                !self.diverges(id) && name.is_none_or(|name| !LOGS.contains(&name.as_str()))
            }
            Expr::Call { callee, args } => match (self.typed.body.expr(*callee), &**args) {
                (Expr::Path(path), [value]) if path.segments.len() == 1 => {
                    path.segments[0].name != "Ok" || self.yields(*value)
                }
                _ => !self.is_unit(id),
            },
            Expr::Return(_)
            | Expr::Break(..)
            | Expr::Continue(_)
            | Expr::Assign { .. }
            | Expr::While { .. }
            | Expr::For { .. } => false,
            _ => !self.is_unit(id),
        }
    }

    fn is_unit(&self, id: ExprId) -> bool {
        matches!(self.typed.ty(id), Ty::Tuple(parts) if parts.is_empty())
    }
}
