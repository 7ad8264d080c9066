//! Whether calls have failed: on the branch of `?`, `if let Err`, `match`, `let … else` and `is_err()` where they have.

use super::build::Builder;
use super::event::{Caught, EventKind, Way};
use crate::infer::{Place, Root};
use crate::ir::{Expr, ExprId, Pat, PatId};

/// Chains are followed this deep.
const MAX_DEPTH: usize = 32;

/// Methods that hand a failure on.
pub(super) const ADAPTERS: &[&str] = &[
    "map_err",
    "map",
    "and_then",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "change_context",
    "inspect_err",
    "as_ref",
];

/// Calls that have failed where a condition holds, and where it doesn't.
pub(super) struct Outcome {
    pub holds: Vec<ExprId>,
    /// Which errors come to where it holds.
    pub caught: Caught,
    pub fails: Vec<ExprId>,
}

impl Default for Outcome {
    fn default() -> Self {
        Self {
            holds: Vec::new(),
            caught: Caught::Any,
            fails: Vec::new(),
        }
    }
}

impl Builder<'_, '_> {
    /// What a condition without `&&`, `||` and `!` tells.
    pub(super) fn outcome(&self, cond: ExprId) -> Outcome {
        match self.typed.body.expr(cond) {
            Expr::Let { pat, value } => self.matched(*pat, *value),
            Expr::Method { receiver, name, .. } if name == "is_err" => Outcome {
                holds: self.tried(*receiver),
                ..Outcome::default()
            },
            Expr::Method { receiver, name, .. } if name == "is_ok" => Outcome {
                fails: self.tried(*receiver),
                ..Outcome::default()
            },
            _ => Outcome::default(),
        }
    }

    fn matched(&self, pat: PatId, value: ExprId) -> Outcome {
        match self.variant(pat) {
            Some("Err") => Outcome {
                holds: self.tried(value),
                caught: self.caught_by(pat),
                ..Outcome::default()
            },
            Some("Ok") => Outcome {
                fails: self.tried(value),
                ..Outcome::default()
            },
            _ => Outcome::default(),
        }
    }

    /// What an option would hold, or what has come to its end with it, where a condition holds, and where it doesn't: it is empty there.
    pub(super) fn emptied(&self, cond: ExprId) -> Outcome {
        match self.typed.body.expr(cond) {
            Expr::Let { pat, value } if self.is_none(*pat) => Outcome {
                holds: self.gone(*value),
                ..Outcome::default()
            },
            Expr::Let { pat, value } => Outcome {
                fails: self.emptied_unless(*pat, *value),
                ..Outcome::default()
            },
            _ => Outcome::default(),
        }
    }

    /// What an option would hold where `pat` doesn't match because it is empty.
    pub(super) fn emptied_unless(&self, pat: PatId, value: ExprId) -> Vec<ExprId> {
        match self.typed.body.pat(pat) {
            Pat::TupleStruct { pats, .. }
                if self.variant(pat) == Some("Some")
                    && pats.iter().all(|pat| self.is_plain(*pat)) =>
            {
                self.gone(value)
            }
            _ => Vec::new(),
        }
    }

    /// What an option would hold in an arm of a match where it is empty.
    pub(super) fn emptied_in_arm(
        &self,
        value: ExprId,
        pat: PatId,
        earlier: &[PatId],
    ) -> Vec<ExprId> {
        let after_some = || {
            earlier
                .iter()
                .any(|pat| !self.emptied_unless(*pat, value).is_empty())
        };
        if self.is_none(pat) || self.is_plain(pat) && after_some() {
            return self.gone(value);
        }
        Vec::new()
    }

    /// What isn't there where a value is `None`.
    fn gone(&self, value: ExprId) -> Vec<ExprId> {
        let mut gone = self.tried(value);
        gone.extend(self.read_to_the_end(value));
        gone.extend(self.filled_with(value));
        gone
    }

    /// `None`, `Ok(None)`
    fn is_none(&self, pat: PatId) -> bool {
        match self.typed.body.pat(pat) {
            Pat::Path(path) => path.segments.last().is_some_and(|last| last.name == "None"),
            Pat::TupleStruct { pats, .. } if self.variant(pat) == Some("Ok") => {
                pats.iter().any(|pat| self.is_none(*pat))
            }
            _ => false,
        }
    }

    /// Takes whatever there is.
    pub(super) fn is_plain(&self, pat: PatId) -> bool {
        match self.typed.body.pat(pat) {
            Pat::Wild | Pat::Bind { sub: None, .. } => true,
            Pat::Tuple { pats, .. } => pats.iter().all(|pat| self.is_plain(*pat)),
            _ => false,
        }
    }

    /// The branch at hand is one where these calls have yielded nothing.
    pub(super) fn empty(&mut self, at: ExprId, calls: &[ExprId]) {
        for call in calls {
            self.emit(at, EventKind::Absent { made: *call });
        }
    }

    /// Calls that have failed where `let pat = value else` doesn't match.
    pub(super) fn outcome_of_let(&self, pat: PatId, value: ExprId) -> Vec<ExprId> {
        self.matched(pat, value).fails
    }

    /// A `panic!` that is written out; `unreachable!` and `exit` aren't ways out.
    pub(super) fn is_panic(&self, at: ExprId) -> bool {
        let Expr::Macro(call) = self.typed.body.expr(at) else {
            return false;
        };
        let name = call.path.segments.last().map(|segment| segment.name);
        name.is_some_and(|name| name == "panic")
    }

    /// `Ok` or `Err`.
    pub(super) fn variant(&self, pat: PatId) -> Option<&str> {
        match self.typed.body.pat(pat) {
            Pat::TupleStruct { path, .. } => {
                path.segments.last().map(|segment| segment.name.as_str())
            }
            Pat::Ref(inner) | Pat::Typed(inner, _) => self.variant(*inner),
            _ => None,
        }
    }

    /// Calls that have failed in an arm of a match; `earlier` are the patterns of the arms before it.
    pub(super) fn failed_in_arm(
        &self,
        value: ExprId,
        pat: PatId,
        earlier: &[PatId],
    ) -> Vec<ExprId> {
        let is_rest = matches!(
            self.typed.body.pat(pat),
            Pat::Wild | Pat::Bind { sub: None, .. }
        );
        let after_ok = earlier.iter().any(|pat| self.takes_every_ok(*pat));
        match self.variant(pat) {
            Some("Err") => self.tried(value),
            _ if is_rest && after_ok => self.tried(value),
            _ => Vec::new(),
        }
    }

    fn takes_every_ok(&self, pat: PatId) -> bool {
        match self.typed.body.pat(pat) {
            Pat::TupleStruct { pats, .. } => {
                self.variant(pat) == Some("Ok") && pats.iter().all(|pat| self.is_plain(*pat))
            }
            _ => false,
        }
    }

    /// The calls whose result a value is: down its chain, and behind the local that keeps it.
    pub(super) fn tried(&self, value: ExprId) -> Vec<ExprId> {
        let mut at = value;
        for _ in 0..MAX_DEPTH {
            if self.told.contains(&at) {
                return vec![at];
            }
            at = match self.typed.body.expr(at) {
                Expr::Method { receiver, name, .. } if ADAPTERS.contains(&name.as_str()) => {
                    *receiver
                }
                Expr::Await(next) | Expr::Try(next) | Expr::Ref(next, _) => *next,
                // `timeout(limit, call)`
                Expr::Call { args, .. } => match args.last() {
                    Some(last)
                        if !matches!(
                            self.typed.body.expr(*last),
                            Expr::Local(_) | Expr::Ref(..)
                        ) =>
                    {
                        *last
                    }
                    _ => return Vec::new(),
                },
                Expr::Local(_) => return self.kept(at),
                _ => return Vec::new(),
            };
        }
        Vec::new()
    }

    /// The calls whose result a local keeps; a connection is no result.
    fn kept(&self, local: ExprId) -> Vec<ExprId> {
        if self
            .types
            .part(self.typed.ty(local), &self.typed.scope)
            .is_some()
        {
            return Vec::new();
        }
        let site = |place: &Place| match place.root {
            Root::Site(site) if place.path.is_none() => Some(site),
            _ => None,
        };
        let sites = self.typed.val(local).places().iter().filter_map(site);
        sites.filter(|site| self.told.contains(site)).collect()
    }

    /// The branch at hand is one where these calls have failed.
    pub(super) fn failed(&mut self, at: ExprId, calls: &[ExprId], caught: Caught) {
        if calls.is_empty() {
            return;
        }
        let quiet = self.is_quiet();
        for call in calls {
            let call = *call;
            let kind = EventKind::Failed {
                call,
                caught,
                quiet,
            };
            self.emit(at, kind);
        }
    }

    /// Control is about to leave the unit.
    pub(super) fn leaving(&mut self, at: ExprId, way: Way, value: Option<ExprId>) {
        if self.frames() == 1 {
            let ok =
                value.is_some_and(|value| self.is_variant(value, "Ok") && !self.is_refusal(value));
            self.emit(at, EventKind::Leave { way, ok });
        }
    }

    /// The error edge of `?`: `tried` is what may have failed.
    pub(super) fn try_edge(&mut self, at: ExprId, tried: Option<ExprId>, way: Way) {
        let Some(current) = self.current else { return };
        let calls = tried.map(|tried| self.tried(tried)).unwrap_or_default();
        let errors = self.unwinding(self.scopes.len());
        self.current = self.fork();
        let sides = std::mem::take(&mut self.sides);
        self.failed(at, &calls, Caught::Any);
        self.sides = sides;
        self.leaving(at, way, None);
        self.jump_to(errors);
        self.current = Some(current);
        self.current = self.fork();
        let assumed = tried.map(|tried| self.assumed_of(tried, true));
        self.assume(at, &assumed.unwrap_or_default());
    }
}
