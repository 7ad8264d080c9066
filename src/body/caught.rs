//! Errors told apart by what patterns and conditions say of them: which come to a branch.

use super::build::Builder;
use crate::ir::{Arm, Expr, ExprId, Name, Pat, PatId, PathRef};
use crate::source::TextRange;

/// Which errors of a call come to a branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caught {
    /// All, or all but some.
    Any,
    /// Those that the server sends: a unique violation.
    Server,
    /// Those that the client makes of an answer: no row was found.
    Client,
    /// Some, and nothing tells which.
    Some,
}

/// What a condition says of an error: whose calls', and which errors come to either side.
pub(super) struct Said {
    pub calls: Vec<ExprId>,
    pub holds: Caught,
    pub fails: Caught,
}

impl Builder<'_, '_> {
    /// Calls whose errors something in a range is made of, and which of them it tells.
    pub(super) fn erring(&self, range: TextRange) -> (Vec<ExprId>, Caught) {
        let (mut calls, mut caught) = (Vec::new(), Caught::Some);
        if self.errors.is_empty() {
            return (calls, caught);
        }
        // What a closure does with an error of its own doesn't make its caller's value one.
        let is_closure = |id: &ExprId| matches!(self.typed.body.expr(*id), Expr::Closure(_));
        let closures: Vec<TextRange> = self
            .within(range)
            .filter(is_closure)
            .map(|id| self.typed.body.range(id))
            .collect();
        for id in self.within(range) {
            let Expr::Local(local) = self.typed.body.expr(id) else {
                continue;
            };
            let at = self.typed.body.range(id);
            if closures.iter().any(|closure| closure.holds(at)) {
                continue;
            }
            if let Some((known, told)) = self.errors.get(local) {
                calls.extend(known);
                caught = if *told == Caught::Some { caught } else { *told };
            }
        }
        calls.sort_unstable();
        calls.dedup();
        (calls, caught)
    }

    pub(super) fn note_errors(&mut self, pat: PatId, calls: &[ExprId], told: Caught) {
        if calls.is_empty() {
            return;
        }
        for local in self.typed.body.bound_by(pat) {
            self.errors.insert(local, (calls.to_vec(), told));
        }
    }

    /// An arm of a match over a result, or over an error: which errors come here.
    pub(super) fn failed_in(&mut self, value: ExprId, arm: &Arm, arms: &[Arm], earlier: &[PatId]) {
        let calls = self.failed_in_arm(value, arm.pat, earlier);
        let (told_apart, _) = self.erring(self.typed.body.range(value));
        let mut caught = self.caught_by(arm.pat);
        if let Some(guard) = arm.guard {
            caught = self.named_in(self.typed.body.range(guard));
        }
        let is_rest = caught == Caught::Any && earlier.iter().any(|pat| self.is_all_server(*pat));
        if is_rest {
            caught = Caught::Some;
        }
        self.note_errors(arm.pat, &calls, Caught::Some);
        self.note_errors(arm.pat, &told_apart, Caught::Some);
        let side = |other: &Arm| (other.body, other.body == arm.body);
        self.sides = arms.iter().map(side).collect();
        self.failed(value, &calls, caught);
        self.failed(value, &told_apart, caught);
        self.sides.clear();
    }

    fn is_all_server(&self, pat: PatId) -> bool {
        self.variant(pat) == Some("Err") && self.caught_by(pat) == Caught::Server
    }

    /// What a condition says of an error.
    pub(super) fn said(&mut self, cond: ExprId) -> Said {
        let range = self.typed.body.range(cond);
        let (calls, told) = self.erring(range);
        let mut holds = self.named_in(range);
        if holds == Caught::Some {
            holds = told;
        }
        if let Expr::Let { pat, .. } = self.typed.body.expr(cond) {
            if holds == Caught::Some {
                holds = self.caught_by(*pat);
            }
            let failed = self.outcome(cond).holds;
            self.note_errors(*pat, &failed, Caught::Some);
            self.note_errors(*pat, &calls, Caught::Some);
        }
        let fails = if holds == Caught::Client {
            Caught::Any
        } else {
            Caught::Some
        };
        Said {
            calls,
            holds,
            fails,
        }
    }

    /// Which errors a pattern takes.
    pub(super) fn caught_by(&self, pat: PatId) -> Caught {
        let named = |path: &PathRef| {
            let name = path.segments.last().map(|last| last.name);
            name.map_or(Caught::Some, |name| self.named(name))
        };
        match self.typed.body.pat(pat) {
            Pat::Wild | Pat::Bind { sub: None, .. } => Caught::Any,
            Pat::TupleStruct { path, pats, .. } => {
                let mut inner = pats.iter().map(|pat| self.caught_by(*pat));
                let inner = inner.rfind(|inner| *inner != Caught::Any);
                let is_carrier = ["Err", "Some"]
                    .iter()
                    .any(|name| self.variant(pat) == Some(name));
                match inner {
                    Some(inner) => inner,
                    None if is_carrier => Caught::Any,
                    None => named(path),
                }
            }
            Pat::Struct { path, .. } | Pat::Path(path) => named(path),
            Pat::Or(pats) => {
                let all: Vec<Caught> = pats.iter().map(|pat| self.caught_by(*pat)).collect();
                let is_one = all.windows(2).all(|pair| pair[0] == pair[1]);
                all.first()
                    .copied()
                    .filter(|_| is_one)
                    .unwrap_or(Caught::Some)
            }
            Pat::Ref(inner) | Pat::Typed(inner, _) => self.caught_by(*inner),
            _ => Caught::Some,
        }
    }

    /// Which errors an expression asks for, by the names in it.
    pub(super) fn named_in(&self, range: TextRange) -> Caught {
        let mut found = Caught::Some;
        for id in self.within(range) {
            let named = match self.typed.body.expr(id) {
                Expr::Method { name, .. } => self.named(*name),
                Expr::Path(path) => path
                    .segments
                    .last()
                    .map_or(Caught::Some, |last| self.named(last.name)),
                Expr::Str(text) => self.named(Name::from(text)),
                _ => Caught::Some,
            };
            match named {
                Caught::Client => return Caught::Client,
                Caught::Server => found = Caught::Server,
                _ => {}
            }
        }
        found
    }

    fn named(&self, name: Name) -> Caught {
        let catalogue = self.types.defs.catalogue;
        match catalogue.is_server_error(name) {
            Some(true) => Caught::Server,
            Some(false) => Caught::Client,
            None => Caught::Some,
        }
    }
}
